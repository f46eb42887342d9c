// SPDX-License-Identifier: Apache-2.0
// What a thief gains, in numbers. Floating point is allowed here, because these numbers are for
// people; the one that decides, `misses_per_year`, is rounded down to a whole number first.
//
// A thief who knows the first factor but has no token makes v attempts. Each is one code against w
// positions, or the second of two in adjacent attempts against W positions and the g where the
// second may follow. Codes are independent and none is likelier than e, so the thief gets in with
// a chance of at most
//
//     v·w·e + (v - 1)·g·W·e²        summed over the user's tokens
//
// For a six-digit token under the default policy and v = 10 that is 3.0·10⁻⁵, 1 in 33,000.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "core/model/token.h"
#include "core/policy/policy.h"

namespace lockstep {

/// The chance of the likeliest code of a token with so many digits: truncation of 2^31 numbers to
/// 10^d is not even. RFC 4226 appendix A.4.3: (floor(2^31 / 10^d) + 1) / 2^31.
[[nodiscard]] double likeliest_code(Digits digits);

/// What matters of a token for the odds.
struct TokenShape {
  CodeSpec spec;
  TokenForm form;
  const Policy* own = nullptr;  ///< whose zones hold for it; null: those of its user's policy
};

/// The chance of somebody who knows the first factor but has no token.
struct Odds {
  double per_attempt;        ///< one code, state open: w·e
  double per_escalation;     ///< all tries before two codes are asked for
  double per_year;           ///< the most a year allows
  double attempts_per_year;  ///< the allowance: evaluated single codes a year

  friend bool operator==(const Odds&, const Odds&) = default;
};

/// `tokens` are those of one user.
[[nodiscard]] Odds odds(const Policy& policy, std::span<const TokenShape> tokens);

/// The bound above for `attempts` attempts; at most 1.
[[nodiscard]] double chance_of_guessing(const Policy& policy, std::span<const TokenShape> tokens,
                                        std::uint64_t attempts);

/// The allowance in whole misses: odds_per_year / (w·e), rounded down, at most kMissesPerYearMax.
[[nodiscard]] std::uint32_t misses_per_year(const Policy& policy,
                                            std::span<const TokenShape> tokens);

/// Beyond this many there is nothing left to limit; it also keeps the leak's arithmetic in range.
inline constexpr std::uint32_t kMissesPerYearMax = 200'000;

/// A policy that allows fewer misses a year than this would lock honest users out, and is refused.
inline constexpr std::uint32_t kMissesPerYearMin = 60;

/// `chance` for people: "1 in 33,000", two figures that count, rounded to what is likelier.
/// "never" for 0 and "always" for 1.
[[nodiscard]] std::string in_words(double chance);

}  // namespace lockstep
