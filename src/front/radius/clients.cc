// SPDX-License-Identifier: Apache-2.0
#include "front/radius/clients.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "base/hex.h"
#include "base/text.h"

namespace lockstep {
namespace {

enum class Kind { text, number, address, bytes };

/// As they are written behind a name, in the order of the enumerators.
constexpr std::array<std::string_view, 4> kKinds = {"text", "integer", "ipaddr", "hex"};

struct Known {
  std::string_view name;
  std::uint8_t type;
  Kind kind;
};

// RFC 2865 section 5, RFC 2868 section 3 (tag 0: the value is a number of three bytes behind it)
// and RFC 2869 section 5: what an Access-Accept may hold and clients are told by.
constexpr std::array kKnown = {
    Known{"Service-Type", 6, Kind::number},
    Known{"Framed-Protocol", 7, Kind::number},
    Known{"Framed-IP-Address", 8, Kind::address},
    Known{"Framed-IP-Netmask", 9, Kind::address},
    Known{"Filter-Id", 11, Kind::text},
    Known{"Framed-MTU", 12, Kind::number},
    Known{"Login-Service", 15, Kind::number},
    Known{"Reply-Message", 18, Kind::text},
    Known{"Framed-Route", 22, Kind::text},
    Known{"Class", 25, Kind::text},
    Known{"Session-Timeout", 27, Kind::number},
    Known{"Idle-Timeout", 28, Kind::number},
    Known{"Termination-Action", 29, Kind::number},
    Known{"Port-Limit", 62, Kind::number},
    Known{"Tunnel-Type", 64, Kind::number},
    Known{"Tunnel-Medium-Type", 65, Kind::number},
    Known{"Tunnel-Private-Group-Id", 81, Kind::text},
    Known{"Acct-Interim-Interval", 85, Kind::number},
    Known{"Framed-Pool", 88, Kind::text},
};

/// These are the protocol's own, or carry what a person typed.
constexpr std::array<std::uint8_t, 8> kOurs = {1, 2, 3, 24, 26, 33, 79, 80};

std::optional<std::uint32_t> number_of(std::string_view text) {
  std::uint32_t number = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || problem != std::errc() || end != text.data() + text.size()) {
    return std::nullopt;
  }
  return number;
}

Bytes big_endian(std::uint32_t number) {
  return {static_cast<std::uint8_t>(number >> 24U), static_cast<std::uint8_t>(number >> 16U),
          static_cast<std::uint8_t>(number >> 8U), static_cast<std::uint8_t>(number)};
}

Result<Bytes> value_of(Kind kind, std::string_view name, std::string_view value) {
  switch (kind) {
    case Kind::text: {
      const ByteView bytes = bytes_of(value);
      if (!bytes.empty() && bytes.size() <= kRadiusValueBytesMax) {
        return Bytes(bytes.begin(), bytes.end());
      }
      return fail(Errc::invalid_input, fmt::format("{} has 1 to 253 bytes of text", name));
    }
    case Kind::number:
      if (const auto number = number_of(value)) return big_endian(*number);
      return fail(Errc::invalid_input, fmt::format("{} is a number: write digits alone", name));
    case Kind::address: {
      const auto address = IpAddress::parse(value);
      if (address && address->is_v4()) {
        return Bytes(address->bytes().end() - 4, address->bytes().end());
      }
      return fail(Errc::invalid_input, fmt::format("{} is an IPv4 address", name));
    }
    case Kind::bytes: {
      const Result<Bytes> bytes = parse_hex(value);
      if (bytes && !bytes->empty() && bytes->size() <= kRadiusValueBytesMax) return *bytes;
      return fail(Errc::invalid_input, fmt::format("{} has 1 to 253 bytes in hex", name));
    }
  }
  LOCKSTEP_ASSERT(false);
}

/// Digits alone mean one number as text and another as a number of four bytes, and nobody but the
/// device's maker knows which: it has to be said.
Result<Bytes> value_of_unknown(std::optional<Kind> kind, std::string_view name,
                               std::string_view value) {
  const bool is_guess = !kind && (number_of(value) || IpAddress::parse(value));
  if (!is_guess) return value_of(kind.value_or(Kind::text), name, value);
  return fail(Errc::invalid_input,
              fmt::format("say of what kind {} is: '{} integer = …', or 'text', 'ipaddr', 'hex'",
                          name, name));
}

/// "9:1": a vendor's attribute, RFC 2865 section 5.26.
Result<RadiusReplyAttribute> vendor_attribute(std::string_view name, std::optional<Kind> kind,
                                              std::string_view value) {
  constexpr std::size_t kHeader = 6;
  const std::size_t colon = name.find(':');
  const auto vendor = number_of(name.substr(0, colon));
  const auto type = number_of(name.substr(colon + 1));
  if (!vendor || *vendor == 0 || !type || *type == 0 || *type > 255) {
    return fail(Errc::invalid_input, fmt::format("'{}' is not VENDOR:NUMBER, such as 9:1", name));
  }
  LOCKSTEP_TRY(const Bytes own, value_of_unknown(kind, name, value));
  if (own.size() > kRadiusValueBytesMax - kHeader) {
    return fail(Errc::invalid_input, fmt::format("{} has 1 to 247 bytes", name));
  }
  Bytes bytes = big_endian(*vendor);
  bytes.push_back(static_cast<std::uint8_t>(*type));
  bytes.push_back(static_cast<std::uint8_t>(own.size() + 2));
  bytes.insert(bytes.end(), own.begin(), own.end());
  return RadiusReplyAttribute{RadiusType::vendor_specific, std::move(bytes)};
}

/// "9:1 integer": the name, and of what kind its value is, where that is said.
struct Named {
  std::string_view name;
  std::optional<Kind> kind;
};

Result<Named> read_name(std::string_view text) {
  const std::size_t blank = text.find(' ');
  if (blank == std::string_view::npos) return Named{text, {}};
  const std::string_view word = trim(text.substr(blank));
  const auto found = std::ranges::find(kKinds, word);
  if (found != kKinds.end()) {
    return Named{text.substr(0, blank), static_cast<Kind>(found - kKinds.begin())};
  }
  return fail(Errc::invalid_input,
              fmt::format("'{}' is no kind of value: text, integer, ipaddr or hex", word));
}

bool is_same_name(std::string_view a, std::string_view b) {
  return ascii_upper(a) == ascii_upper(b);
}

Result<void> check(const RadiusClient& client) {
  const auto refuse = [&client](std::string_view what) {
    return fail(Errc::invalid_input, fmt::format("RADIUS client {}: {}", client.name, what));
  };
  const bool over_tls = !client.certificate_name.empty();
  if (over_tls != client.networks.empty()) {
    return refuse("name the address or network it sends from, or the name in its certificate");
  }
  if (!over_tls && client.secret.size() < kRadiusSecretBytesMin) {
    return refuse("its secret has fewer than 8 bytes; `openssl rand -base64 24` makes a good one");
  }
  std::size_t bytes = 0;
  for (const RadiusReplyRule& rule : client.replies) {
    for (const RadiusReplyAttribute& one : rule.attributes) bytes += one.value.size() + 2;
  }
  if (bytes > kRadiusReplyBytesMax) {
    return refuse("its reply attributes have more than 3,072 bytes, and one user may get them all");
  }
  if (client.first_factor == RadiusFirstFactor::password && !client.shows_challenges) {
    return refuse(
        "the first factor \"password\" is asked for before the code, so the client has to show "
        "challenges; use \"pin\" or \"none\" where it cannot");
  }
  return {};
}

}  // namespace

Result<RadiusReplyAttribute> make_reply_attribute(std::string_view name, std::string_view value) {
  LOCKSTEP_TRY(const Named named, read_name(name));
  if (named.name.find(':') != std::string_view::npos) {
    return vendor_attribute(named.name, named.kind, value);
  }
  const auto number = number_of(named.name);
  const auto known = std::ranges::find_if(kKnown, [&](const Known& one) {
    return number ? one.type == *number : is_same_name(one.name, named.name);
  });
  if (known != kKnown.end()) {
    if (named.kind.value_or(known->kind) != known->kind && named.kind != Kind::bytes) {
      return fail(Errc::invalid_input,
                  fmt::format("{} is of the kind {}", known->name,
                              kKinds.at(static_cast<std::size_t>(known->kind))));
    }
    LOCKSTEP_TRY(Bytes bytes, value_of(named.kind.value_or(known->kind), known->name, value));
    return RadiusReplyAttribute{RadiusType{known->type}, std::move(bytes)};
  }
  if (!number || *number == 0 || *number > 255) {
    return fail(Errc::invalid_input,
                fmt::format("'{}' is no attribute known by name here: write its number, or "
                            "VENDOR:NUMBER",
                            named.name));
  }
  const RadiusType type{static_cast<std::uint8_t>(*number)};
  if (type == RadiusType::vendor_specific) {
    return fail(Errc::invalid_input, "write a vendor's attribute as VENDOR:NUMBER, such as 9:1");
  }
  if (std::ranges::find(kOurs, std::to_underlying(type)) != kOurs.end()) {
    return fail(Errc::invalid_input,
                fmt::format("attribute {} belongs to the protocol itself", *number));
  }
  LOCKSTEP_TRY(Bytes bytes, value_of_unknown(named.kind, named.name, value));
  return RadiusReplyAttribute{type, std::move(bytes)};
}

Result<RadiusClients> RadiusClients::make(std::vector<RadiusClient> clients) {
  if (clients.size() > kRadiusClientsMax) {
    return fail(Errc::invalid_input, "there are more than 10,000 RADIUS clients");
  }
  RadiusClients table;
  std::set<std::pair<std::string, bool>> names;
  for (std::size_t i = 0; i < clients.size(); ++i) {
    const RadiusClient& client = clients[i];
    LOCKSTEP_CHECK(check(client));
    const bool over_tls = !client.certificate_name.empty();
    if (!names.emplace(client.name, over_tls).second) {
      return fail(Errc::invalid_input, "two RADIUS clients are called " + client.name);
    }
    if (over_tls && !table.by_certificate_.emplace(client.certificate_name, i).second) {
      return fail(Errc::invalid_input,
                  "two RADIUS clients have the certificate_name " + client.certificate_name);
    }
    for (const Network& network : client.networks) {
      const auto [at, is_new] = table.by_prefix_[network.bits()].emplace(network.base(), i);
      if (is_new) continue;
      return fail(Errc::invalid_input,
                  fmt::format("RADIUS clients {} and {} both have {}", clients[at->second].name,
                              client.name, network.text()));
    }
  }
  table.clients_ = std::move(clients);
  return table;
}

const RadiusClient* RadiusClients::find(const IpAddress& address) const {
  for (const auto& [bits, networks] : by_prefix_) {
    const auto found = networks.find(address.masked(bits));
    if (found != networks.end()) return &clients_[found->second];
  }
  return nullptr;
}

const RadiusClient* RadiusClients::find_certificate(const std::string& name) const {
  const auto found = by_certificate_.find(name);
  return found == by_certificate_.end() ? nullptr : &clients_[found->second];
}

std::vector<std::string> RadiusClients::alarms() const {
  std::vector<std::string> all;
  if (clients_.empty()) {
    all.emplace_back(
        "RADIUS is served, and has no client: nobody is answered; see "
        "docs/guides/radius.md");
  }
  for (const RadiusClient& client : clients_) {
    if (!client.certificate_name.empty()) continue;
    if (client.without_signature == RadiusUnsigned::taken) {
      all.push_back(fmt::format(
          "RADIUS client {} need not sign its requests (message_authenticator = \"optional\"): "
          "who sits between it and this server can change them; see docs/guides/radius.md",
          client.name));
    }
    if (client.secret.size() < kRadiusSecretBytesGood) {
      all.push_back(fmt::format(
          "RADIUS client {} has a secret of fewer than 16 bytes, which can be guessed from "
          "recorded packets; `openssl rand -base64 24` makes a better one",
          client.name));
    }
  }
  return all;
}

std::vector<const RadiusReplyAttribute*> reply_attributes(const RadiusClient& client,
                                                          const std::vector<GroupName>& groups) {
  std::vector<const RadiusReplyAttribute*> all;
  for (const RadiusReplyRule& rule : client.replies) {
    if (rule.group && !std::ranges::binary_search(groups, *rule.group)) continue;
    for (const RadiusReplyAttribute& one : rule.attributes) all.push_back(&one);
  }
  return all;
}

}  // namespace lockstep
