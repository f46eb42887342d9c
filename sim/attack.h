// SPDX-License-Identifier: Apache-2.0
// A thief who knows the first factor, has no token, and sees every answer: how often do guesses
// get in, and is that within what the formula in core/policy/odds.h says?
//
// At four digits instead of six luck is 10,000 times more frequent for pairs, and so countable.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace lockstep::sim {

/// How much to simulate. The same seed gives the same result.
struct Effort {
  std::uint64_t seed;
  std::uint64_t trials;  ///< in a scenario; costly ones get a share of it
};

/// What came of one scenario.
struct Verdict {
  std::string scenario;
  std::uint64_t trials;
  std::uint64_t wins;
  double bound;  ///< the chance of one trial, as promised
  bool holds;    ///< wins within the bound and 3 standard deviations
  bool telling;  ///< not vacuous: at least a third of the bound is reached, or too few wins were
                 ///< to be expected to say so
};

/// Runs every scenario: kinds of token, widths of zones, ways to use the prompt.
[[nodiscard]] std::vector<Verdict> attack(const Effort& effort);

}  // namespace lockstep::sim
