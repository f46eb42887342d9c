// SPDX-License-Identifier: Apache-2.0
// How far from where it should be a token's code may lie, and what it takes to be let in there.
//
//     event token         next = high water + 1
//                         |--accept--|
//                         |-----------next_code-----------|
//
//     time token                expected, by the clock model
//                  |---next_code--|--accept--|--next_code----|
//
// Edges are included, and nothing at or below high water is ever in a zone. The zone where one
// code is enough never grows: a drifting clock moves its middle, and doubt is paid for with a
// second code.
#pragma once

#include <cstddef>

#include "core/model/token.h"
#include "core/policy/policy.h"

namespace lockstep {

/// Neighbouring positions: `count` of them from `first` on. Empty when count is 0.
struct PositionRun {
  Position first;
  std::size_t count = 0;

  [[nodiscard]] constexpr bool contains(Position position) const {
    // Unsigned, so that a position below `first` is far above it.
    return position.value() - first.value() < count;
  }
  /// The last position. Not to be asked of an empty run.
  [[nodiscard]] constexpr Position last() const { return Position(first.value() + count - 1); }

  friend constexpr bool operator==(const PositionRun&, const PositionRun&) = default;
};

/// From `first` to `last`, both included; empty when `last` is before `first`.
[[nodiscard]] PositionRun run_between(Position first, Position last);

/// True for a token none of whose codes was ever accepted. A counter from a seed file counts as
/// use: it says where the token is.
[[nodiscard]] constexpr bool never_used(const Token& token) {
  return token.progress.next == Position(0);
}

/// What a log-in may find, at one moment. `in_step` may lie outside `second_code` where the policy
/// has no second-code zone, and then `second_code` is empty.
struct Zones {
  PositionRun in_step;      ///< one code lets in
  PositionRun second_code;  ///< a pair lets in; its first code lies here
  PositionRun searched;     ///< both, and as far as the second code of a pair may lie beyond
};

/// The zones of `token` at server time `at`. A never-used token has its wide first-use zone around
/// the server's clock in place of the second-code zone. After an accepted pair the in-step zone of
/// a time token has its full width above high water, so that the very next code always works.
/// SYNC section 2 in docs/concepts/sync-engine.md.
[[nodiscard]] Zones zones_at(const Token& token, WallTime at, const Policy& policy);

/// How far codes given on purpose may reach.
enum class Reach { explicit_, admin };

/// Where the newest code of an explicit resynchronisation may lie when it is given at `at`: ahead
/// of high water for event tokens, around the server's clock for time tokens.
[[nodiscard]] PositionRun resync_zone(const Token& token, WallTime at, const Policy& policy,
                                      Reach reach);

}  // namespace lockstep
