// SPDX-License-Identifier: Apache-2.0
// Inside a challenge the conversation is the source: candidates wait in a slot of its own, where
// other attempts from the same client cannot clear them. Pauses and misses stay with the client, so
// that a new conversation is no way around them: for the decision the conversation's slot stands in
// the client's place.
#pragma once

#include <optional>

#include "core/model/ids.h"
#include "core/model/user.h"
#include "ports/store.h"

namespace lockstep {

/// The name of a conversation that began at `origin`, found again by the hash of its state.
[[nodiscard]] Source conversation_source(const TicketHash& hash, const Source& origin);

/// Puts the slot of `conversation` in the place of `origin`'s. Returns what stood there.
std::optional<Slot> bring_in(UserSync& sync, const Source& conversation, const Source& origin);

/// A user who was asked for a code and logs in anew instead: where `origin` has no slot, the newest
/// of its conversations ends and leaves its slot to it.
void reclaim(UserSync& sync, const Source& origin);

/// Hands the slot of `origin` to `conversation`, and `aside` back to `origin`.
void take_out(UserSync& sync, const Source& origin, const Source& conversation,
              std::optional<Slot> aside);

/// Gives `aside` back to its source, unless that has a slot by now.
void put_back(UserSync& sync, std::optional<Slot> aside);

}  // namespace lockstep
