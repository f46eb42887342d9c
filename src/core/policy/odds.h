// SPDX-License-Identifier: Apache-2.0
// What a thief gains, in numbers.
#pragma once

#include <span>

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
};

/// The chance of somebody who knows the first factor but has no token.
struct Odds {
  double per_attempt;        ///< one code, state open: w·e
  double per_escalation;     ///< all tries before two codes are asked for
  double per_year;           ///< the most a year allows
  double attempts_per_year;  ///< the allowance: evaluated single codes a year
};

/// `tokens` are those of one user.
[[nodiscard]] Odds odds(const Policy& policy, std::span<const TokenShape> tokens);

}  // namespace lockstep
