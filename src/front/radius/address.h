// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace lockstep {

/// An IPv4 or IPv6 address. IPv4 is kept in its IPv6 form (::ffff:a.b.c.d), in which it also comes
/// from a socket that takes both, so that one table serves both.
class IpAddress {
 public:
  using Bytes16 = std::array<std::uint8_t, 16>;

  explicit IpAddress(const Bytes16& bytes) : bytes_(bytes) {}
  static IpAddress of_v4(const std::array<std::uint8_t, 4>& bytes);

  /// Errors: invalid_input, when `text` is neither form; host names are none.
  static Result<IpAddress> parse(std::string_view text);

  [[nodiscard]] const Bytes16& bytes() const { return bytes_; }
  [[nodiscard]] bool is_v4() const;
  /// As people write it.
  [[nodiscard]] std::string text() const;
  /// With all but the first `bits` (0 to 128) set to zero.
  [[nodiscard]] IpAddress masked(unsigned bits) const;

  friend auto operator<=>(const IpAddress&, const IpAddress&) = default;

 private:
  Bytes16 bytes_;
};

/// Addresses with the same first bits: "10.0.0.0/8", "2001:db8::/32", or one address.
class Network {
 public:
  /// Errors: invalid_input, when `text` is of no such form, or bits behind the prefix are set: then
  /// one of the two is a typing mistake.
  static Result<Network> parse(std::string_view text);

  [[nodiscard]] const IpAddress& base() const { return base_; }
  /// Counted in the IPv6 form: 96 more than is written for IPv4.
  [[nodiscard]] unsigned bits() const { return bits_; }
  [[nodiscard]] std::string text() const;

  friend auto operator<=>(const Network&, const Network&) = default;

 private:
  Network(const IpAddress& base, unsigned bits) : base_(base), bits_(bits) {}

  IpAddress base_;
  unsigned bits_;
};

}  // namespace lockstep
