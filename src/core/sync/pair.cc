// SPDX-License-Identifier: Apache-2.0
#include "core/sync/pair.h"

#include <algorithm>

namespace lockstep {
namespace {

/// a / b rounded down; b > 0.
std::int64_t floor_div(std::int64_t a, std::int64_t b) { return a / b - (a % b < 0 ? 1 : 0); }

}  // namespace

PairDistance pair_distance(const CodeSpec& spec, PairGap gap) {
  if (spec.kind == TokenKind::hotp || !gap) return {1, 1};
  const std::int64_t step = Micros(spec.step).count();
  const std::int64_t slack = step + Micros(kPairSlack).count();
  // |d·X - gap| <= slack  <=>  (gap - slack) / X <= d <= (gap + slack) / X
  const std::int64_t first = -floor_div(slack - gap->count(), step);
  const std::int64_t last = floor_div(slack + gap->count(), step);
  return {std::max<std::int64_t>(1, first), last};
}

bool is_pair(const CodeSpec& spec, Position first, Position second, PairGap gap) {
  const PairDistance allowed = pair_distance(spec, gap);
  const std::int64_t apart = distance(first, second);
  return allowed.first <= apart && apart <= allowed.last;
}

}  // namespace lockstep
