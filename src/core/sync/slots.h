// SPDX-License-Identifier: Apache-2.0
// What the last attempt of each source left behind, so that the next one may complete a pair.
#pragma once

#include <optional>
#include <vector>

#include "core/model/user.h"

namespace lockstep {

/// The slot of `source`; null when there is none. Valid until the list changes.
[[nodiscard]] const Slot* find_slot(const std::vector<Slot>& slots, const Source& source);

/// True when `slot` is not older than `limit` (included) and not from the future. Either clock can
/// end it: the wall clock because steps follow it, the monotonic one because nobody can set it.
[[nodiscard]] bool is_fresh(const Slot& slot, const Instant& now, Seconds limit);

/// Puts `slot` in, in place of an earlier one of the same source. The oldest goes when all
/// UserSync::kSlotsMax are taken.
void put_slot(std::vector<Slot>& slots, Slot slot);

void erase_slot(std::vector<Slot>& slots, const Source& source);

}  // namespace lockstep
