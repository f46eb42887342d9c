// SPDX-License-Identifier: Apache-2.0
// Bringing a token's state forward after an older one was restored: from the audit where there is
// one, else by a fence that holds for every code that may have been accepted unseen.
#pragma once

#include <cstdint>

#include "core/model/token.h"

namespace lockstep {

/// How high the fence is.
struct Fence {
  WallTime now;                   ///< of the restore, on the server's clock
  std::uint32_t codes_skipped{};  ///< event tokens: so many codes are refused, seen or not
};

/// The token's progress behind a fence. No single code of it counts until a pair was accepted; of a
/// time token also no step that the server's clock or the token's own, as far as it is known, has
/// come to, and none of the one after it. A token without owner keeps its place: nobody's codes
/// were accepted, and it would lose the wide zone of its first use.
///
/// What a fence cannot hold off is two neighbouring codes of an event token that somebody saw being
/// used; only the audit knows about those.
[[nodiscard]] Progress fenced(const Token& token, const Fence& fence);

/// The progress after the code at `position` was accepted at `at`, as the audit says. No change
/// where the token is past it.
[[nodiscard]] Progress caught_up(Progress progress, Position position, WallTime at);

}  // namespace lockstep
