// SPDX-License-Identifier: Apache-2.0
// Moving a token forward. High water never falls: these are the only functions that set it.
#pragma once

#include <span>

#include "core/model/token.h"

namespace lockstep {

/// Uses up the codes at `positions`, ascending, at least one, all of them above high water: high
/// water becomes the last of them. All are noted as used at `at`. The token is in step, unless a
/// fence stands before it.
[[nodiscard]] Progress consumed(Progress progress, std::span<const Position> positions,
                                WallTime at);

/// Takes the fence away: a pair showed that the token is at hand.
void unfence(Progress& progress);

/// True when the codes accepted last were a pair: both of a pair are used up at one moment.
[[nodiscard]] bool last_was_pair(const Progress& progress);

[[nodiscard]] bool is_remembered(const Progress& progress, Position position);

/// Spends `position` as a single code. False, with nothing changed, when there is no room left; a
/// position that is remembered already needs none.
[[nodiscard]] bool remember(Progress& progress, Position position, const Instant& at);

/// Forgets the remembered positions that cannot be accepted as single codes any more: those below
/// `in_step_first`.
void forget_passed(Progress& progress, Position in_step_first);

}  // namespace lockstep
