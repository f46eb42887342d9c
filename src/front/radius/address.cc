// SPDX-License-Identifier: Apache-2.0
#include "front/radius/address.h"

#include <algorithm>
#include <charconv>

#include <arpa/inet.h>

namespace lockstep {
namespace {

constexpr std::array<std::uint8_t, 12> kV4Prefix = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
constexpr unsigned kV4PrefixBits = 96;
constexpr unsigned kBitsMax = 128;

}  // namespace

IpAddress IpAddress::of_v4(const std::array<std::uint8_t, 4>& bytes) {
  Bytes16 all{};
  std::ranges::copy(kV4Prefix, all.begin());
  std::ranges::copy(bytes, all.begin() + kV4Prefix.size());
  return IpAddress(all);
}

Result<IpAddress> IpAddress::parse(std::string_view text) {
  const std::string ended(text);
  std::array<std::uint8_t, 4> v4{};
  if (::inet_pton(AF_INET, ended.c_str(), v4.data()) == 1) return of_v4(v4);
  Bytes16 v6{};
  if (::inet_pton(AF_INET6, ended.c_str(), v6.data()) == 1) return IpAddress(v6);
  return fail(Errc::invalid_input, "'" + ended + "' is no IPv4 or IPv6 address");
}

bool IpAddress::is_v4() const {
  return std::equal(kV4Prefix.begin(), kV4Prefix.end(), bytes_.begin());
}

std::string IpAddress::text() const {
  std::array<char, INET6_ADDRSTRLEN> out{};
  const int family = is_v4() ? AF_INET : AF_INET6;
  const void* from = is_v4() ? bytes_.data() + kV4Prefix.size() : bytes_.data();
  return ::inet_ntop(family, from, out.data(), out.size()) == nullptr ? "" : out.data();
}

IpAddress IpAddress::masked(unsigned bits) const {
  Bytes16 result = bytes_;
  for (unsigned i = 0; i < result.size(); ++i) {
    const unsigned kept = std::clamp(bits, i * 8, i * 8 + 8) - i * 8;
    result[i] &= static_cast<std::uint8_t>(0xff00U >> kept);
  }
  return IpAddress(result);
}

Result<Network> Network::parse(std::string_view text) {
  const std::size_t slash = text.find('/');
  LOCKSTEP_TRY(const IpAddress base, IpAddress::parse(text.substr(0, slash)));
  // An IPv4 network never written with 96 bits of prefix: what counts is how it is written.
  const bool written_v4 = text.substr(0, slash).find(':') == std::string_view::npos;
  const unsigned written_max = written_v4 ? kBitsMax - kV4PrefixBits : kBitsMax;
  unsigned bits = written_max;
  if (slash != std::string_view::npos) {
    const std::string_view number = text.substr(slash + 1);
    const auto [end, problem] = std::from_chars(number.data(), number.data() + number.size(), bits);
    if (problem != std::errc() || end != number.data() + number.size() || bits > written_max) {
      return fail(Errc::invalid_input, "'" + std::string(text) +
                                           "' has no number of bits behind its slash that fits it");
    }
  }
  if (written_v4) bits += kV4PrefixBits;
  if (base.masked(bits) != base) {
    return fail(Errc::invalid_input, "'" + std::string(text) +
                                         "' has bits set behind its prefix: the network would be " +
                                         Network(base.masked(bits), bits).text());
  }
  return Network(base, bits);
}

std::string Network::text() const {
  const bool v4 = base_.is_v4() && bits_ >= kV4PrefixBits;
  return base_.text() + "/" + std::to_string(v4 ? bits_ - kV4PrefixBits : bits_);
}

}  // namespace lockstep
