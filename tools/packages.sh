# SPDX-License-Identifier: Apache-2.0
# What Lockstep needs from Debian 12, and a function that installs what is missing. Sourced by ./dev.

# To build and run.
packages_build=(
  g++ cmake ninja-build ccache mold pkg-config git ca-certificates
  libssl-dev libsodium-dev libsqlite3-dev libpq-dev libutf8proc-dev libfmt-dev libspdlog-dev libpugixml-dev libqrencode-dev
  libboost1.81-dev libboost-json1.81-dev libboost-url1.81-dev
  libcurl4-openssl-dev libcli11-dev libtoml11-dev
)
# To test: the frameworks, and the independent programs that our answers are compared with.
packages_test=(
  libgtest-dev libgmock-dev librapidcheck-dev libbenchmark-dev liboath-dev
  oathtool pskctool python3-pskc openssl curl sqlite3 faketime procps jq
  python3-aiosmtpd groff-base mandoc librsvg2-bin zbar-tools python3-prometheus-client
)
# The server that tests start for themselves; see need_postgres.
packages_postgres=(postgresql-15)
# The browser that the tests of web/ drive; nothing else of it is used.
packages_web=(chromium)
# The RADIUS clients that tests start for themselves, with what those need; see need_peers.
packages_peers=(
  freeradius freeradius-utils freeradius-rest eapoltest radsecproxy ocserv openconnect openvpn
  openssh-server openssh-client libpam-radius-auth
  strongswan-swanctl charon-systemd libcharon-extra-plugins libstrongswan-standard-plugins iproute2
)
# For ./dev format, lint and fuzz.
packages_lint=(clang-format-19 clang-tidy-19)
packages_fuzz=(clang-19 libclang-rt-19-dev lld-19)

# need PACKAGE…: installs those that are not there, as root or with sudo.
need() {
  local missing=() package
  for package in "$@"; do
    dpkg-query -W -f '${Status}\n' "$package" 2>/dev/null | grep -q '^install ok installed$' ||
      missing+=("$package")
  done
  [ ${#missing[@]} -eq 0 ] && return 0
  local as_root=()
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || {
      echo "These packages are missing and only root can install them: ${missing[*]}" >&2
      return 1
    }
    as_root=(sudo)
  fi
  say "${as_root[@]}" apt-get update
  "${as_root[@]}" apt-get update -qq
  say "${as_root[@]}" apt-get install -y --no-install-recommends "${missing[@]}"
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get install -y -qq --no-install-recommends "${missing[@]}"
}

# need_postgres: Debian's package makes a database cluster of its own when it is installed and starts
# it with the machine. Tests have no use for it: they start servers in temporary directories.
need_postgres() {
  [ -x /usr/lib/postgresql/15/bin/postgres ] && return 0
  need postgresql-common
  local conf=/etc/postgresql-common/createcluster.conf as_root=()
  [ "$(id -u)" -eq 0 ] || as_root=(sudo)
  local saved
  saved="$(mktemp)"
  cp "$conf" "$saved"
  echo 'create_main_cluster = false' | "${as_root[@]}" tee -a "$conf" >/dev/null
  local result=0
  need "${packages_postgres[@]}" || result=$?
  "${as_root[@]}" tee "$conf" <"$saved" >/dev/null
  rm -f "$saved"
  return "$result"
}

# need_peers: Debian starts servers when it installs them. Tests start their own, on ports of their own.
need_peers() {
  local policy=/usr/sbin/policy-rc.d as_root=() made=no result=0
  [ "$(id -u)" -eq 0 ] || as_root=(sudo)
  if [ ! -e "$policy" ]; then
    printf '#!/bin/sh\nexit 101\n' | "${as_root[@]}" tee "$policy" >/dev/null
    "${as_root[@]}" chmod 0755 "$policy"
    made=yes
  fi
  need "${packages_peers[@]}" || result=$?
  [ "$made" = no ] || "${as_root[@]}" rm -f "$policy"
  return "$result"
}

# need_node: puts a Node of at least 20.19 first in PATH; Debian 12's is older, so the npm package
# "node" brings one where needed.
need_node() {
  command -v npm >/dev/null || need nodejs npm
  node_is_new_enough && return 0
  if [ ! -x "$root/.cache/node/node_modules/.bin/node" ]; then
    say npm install --prefix .cache/node node@22
    mkdir -p "$root/.cache/node"
    (cd "$root" && npm install --silent --no-audit --no-fund --prefix .cache/node node@22)
  fi
  export PATH="$root/.cache/node/node_modules/.bin:$PATH"
  node_is_new_enough || { echo "Node 20.19 or later is needed." >&2; return 1; }
}

node_is_new_enough() {
  command -v node >/dev/null &&
    node -e 'const [a, b] = process.versions.node.split(".").map(Number);
             process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)'
}
