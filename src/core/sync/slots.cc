// SPDX-License-Identifier: Apache-2.0
#include "core/sync/slots.h"

#include <algorithm>

namespace lockstep {

const Slot* find_slot(const std::vector<Slot>& slots, const Source& source) {
  const auto found = std::ranges::find(slots, source, &Slot::source);
  return found == slots.end() ? nullptr : &*found;
}

bool is_fresh(const Slot& slot, const Instant& now, Seconds limit) {
  const Micros wall = now.wall - slot.at.wall;
  if (wall < Micros::zero() || wall > limit) return false;
  if (slot.at.run != now.run) return true;
  return Micros(now.mono.value() - slot.at.mono.value()) <= limit;
}

void put_slot(std::vector<Slot>& slots, Slot slot) {
  erase_slot(slots, slot.source);
  if (slots.size() >= UserSync::kSlotsMax) slots.erase(slots.begin());
  slots.push_back(std::move(slot));
}

void erase_slot(std::vector<Slot>& slots, const Source& source) {
  std::erase_if(slots, [&](const Slot& one) { return one.source == source; });
}

}  // namespace lockstep
