// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time.h"

namespace lockstep {

/// Where in its sequence a token is. Event token: the moving factor C of RFC 4226, how many codes
/// it has shown. Time token: T of RFC 6238, the number of the time step on the token's own clock.
class Position {
 public:
  constexpr Position() = default;
  constexpr explicit Position(std::uint64_t value) : value_(value) {}

  [[nodiscard]] constexpr std::uint64_t value() const { return value_; }
  friend constexpr auto operator<=>(Position, Position) = default;

  /// The largest position that is stored, 2^63 - 1. A token that got there is spent.
  static constexpr std::uint64_t kMax = std::numeric_limits<std::int64_t>::max();

  /// This position moved by `by`, held within 0 and kMax.
  [[nodiscard]] constexpr Position moved(std::int64_t by) const {
    const auto room_up = static_cast<std::int64_t>(kMax - (value_ < kMax ? value_ : kMax));
    if (by > room_up) return Position(kMax);
    if (by < 0 && static_cast<std::uint64_t>(-(by + 1)) + 1 > value_) return Position(0);
    return Position(value_ + static_cast<std::uint64_t>(by));
  }

 private:
  std::uint64_t value_ = 0;
};

/// How far `to` is ahead of `from`; negative when behind. Both at most kMax.
[[nodiscard]] constexpr std::int64_t distance(Position from, Position to) {
  return static_cast<std::int64_t>(to.value()) - static_cast<std::int64_t>(from.value());
}

/// How many digits a token shows: 4 to 10.
class Digits {
 public:
  /// Errors: invalid_input.
  static Result<Digits> make(unsigned count);
  static constexpr Digits six() { return Digits(6); }
  static constexpr Digits eight() { return Digits(8); }

  [[nodiscard]] constexpr unsigned count() const { return count_; }
  /// 10^count, the number of different codes.
  [[nodiscard]] constexpr std::uint64_t modulus() const {
    std::uint64_t result = 1;
    for (unsigned i = 0; i < count_; ++i) result *= 10;
    return result;
  }
  friend constexpr auto operator<=>(Digits, Digits) = default;

 private:
  constexpr explicit Digits(unsigned count) : count_(count) {}
  unsigned count_;
};

/// A code as a number: the truncated 31 bits modulo 10^digits. Its text has leading zeros.
/// Codes are compared in constant time (core/sync/match.h), so there is no operator== here.
class Code {
 public:
  constexpr Code() = default;
  constexpr explicit Code(std::uint32_t value) : value_(value) {}
  [[nodiscard]] constexpr std::uint32_t value() const { return value_; }

 private:
  std::uint32_t value_ = 0;
};

/// Exactly `digits` ASCII digits to a Code; nullopt for anything else, also for a ten-digit
/// number no token can show (2^31 and above).
[[nodiscard]] std::optional<Code> parse_code(std::string_view text, Digits digits);

/// The digits as the token shows them. For demo, tests and simulated tokens; a server never prints.
[[nodiscard]] std::string to_text(Code code, Digits digits);

enum class TokenKind { hotp, totp };
enum class HashAlgorithm { sha1, sha256, sha512 };

/// How a token makes its codes: everything but the seed. RFC 4226, RFC 6238.
struct CodeSpec {
  TokenKind kind = TokenKind::hotp;
  HashAlgorithm hash = HashAlgorithm::sha1;
  Digits digits = Digits::six();
  Seconds step{30};  ///< X of RFC 6238, 1 to 86,400 s; time tokens only
  Seconds t0{0};     ///< T0 of RFC 6238, the Unix time of step 0; time tokens only

  friend bool operator==(const CodeSpec&, const CodeSpec&) = default;
};

/// Errors: invalid_input, when `spec` has a step or T0 out of range.
[[nodiscard]] Result<void> check(const CodeSpec& spec);

/// The step a clock showing `time` is in; 0 before T0.
[[nodiscard]] Position step_at(const CodeSpec& spec, WallTime time);
/// When step `position` begins on a clock that is right.
[[nodiscard]] WallTime start_of_step(const CodeSpec& spec, Position position);

}  // namespace lockstep
