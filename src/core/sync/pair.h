// SPDX-License-Identifier: Apache-2.0
// Two codes that follow each other prove what one cannot: where a token is that is out of step.
#pragma once

#include <optional>

#include "core/model/code.h"

namespace lockstep {

/// How far the second code of a pair may be off from where the time between both puts it: one step
/// for the place inside the step, and this for the typing.
inline constexpr Seconds kPairSlack{20};

/// How much server time lay between the two codes of a pair; nullopt when both were given at once,
/// which leaves no doubt about their distance.
using PairGap = std::optional<Micros>;

/// Positions from the first code of a pair to its second, both ends included; empty when first >
/// last.
struct PairDistance {
  std::int64_t first = 1;
  std::int64_t last = 1;

  friend bool operator==(const PairDistance&, const PairDistance&) = default;
};

/// How far apart the codes of a pair lie. Event tokens, and codes given at once: exactly 1. Time
/// tokens: every p' > p with |(p' - p)·X - gap| <= X + 20 s, X the step.
[[nodiscard]] PairDistance pair_distance(const CodeSpec& spec, PairGap gap);

/// True when `second` may follow `first`.
[[nodiscard]] bool is_pair(const CodeSpec& spec, Position first, Position second, PairGap gap);

}  // namespace lockstep
