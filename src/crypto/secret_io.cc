// SPDX-License-Identifier: Apache-2.0
#include "crypto/secret_io.h"

#include <algorithm>
#include <cerrno>

#include <unistd.h>

namespace lockstep {

std::optional<Secret> read_secret(int descriptor, std::size_t bytes_max) {
  Bytes bytes(bytes_max + 1);
  std::size_t have = 0;
  while (have < bytes.size()) {
    const ssize_t got = ::read(descriptor, bytes.data() + have, bytes.size() - have);
    if (got == 0) break;
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) {
      wipe(bytes);
      return std::nullopt;
    }
    have += static_cast<std::size_t>(got);
  }
  bytes.resize(have);  // Never moves them: they only get fewer.
  return Secret(std::move(bytes));
}

std::optional<Secret> read_secret_line(int descriptor, std::size_t bytes_max) {
  const std::optional<Secret> all = read_secret(descriptor, bytes_max);
  if (!all) return std::nullopt;
  return first_line_of(*all);
}

Secret first_line_of(const Secret& text) {
  const ByteView bytes = text.reveal();
  const auto end = std::ranges::find_if(
      bytes, [](std::uint8_t byte) { return byte == '\n' || byte == '\r' || byte == 0; });
  return Secret(ByteView(bytes.begin(), end));
}

void lend_text(const Secret& secret, const std::function<void(const char*)>& use) {
  const ByteView bytes = secret.reveal();
  Bytes text(bytes.size() + 1, 0);
  std::ranges::copy(bytes, text.begin());
  use(reinterpret_cast<const char*>(text.data()));
  wipe(text);
}

bool write_secret(int descriptor, const Secret& secret) {
  ByteView rest = secret.reveal();
  while (!rest.empty()) {
    const ssize_t written = ::write(descriptor, rest.data(), rest.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return false;
    rest = rest.subspan(static_cast<std::size_t>(written));
  }
  return true;
}

}  // namespace lockstep
