// SPDX-License-Identifier: Apache-2.0
#include "service/conversation_slots.h"

#include <algorithm>
#include <span>

#include "base/hex.h"

namespace lockstep {

namespace {

constexpr std::string_view kPrefix = "conversation:";
// Enough of the hash to tell 8 slots of one user apart; the state itself stays secret.
constexpr std::size_t kHashBytesShown = 8;

std::optional<Slot> extract(UserSync& sync, const Source& source) {
  const auto slot = std::ranges::find(sync.slots, source, &Slot::source);
  if (slot == sync.slots.end()) return std::nullopt;
  Slot taken = std::move(*slot);
  sync.slots.erase(slot);
  return taken;
}

void insert(UserSync& sync, Slot slot) {
  // Newest last, as UserSync has it.
  const auto place = std::ranges::find_if(
      sync.slots, [&](const Slot& other) { return slot.at.wall < other.at.wall; });
  sync.slots.insert(place, std::move(slot));
  if (sync.slots.size() > UserSync::kSlotsMax) sync.slots.erase(sync.slots.begin());
}

bool is_conversation_of(const Source& source, const Source& origin) {
  const std::string& text = source.value();
  const std::size_t head = kPrefix.size() + 2 * kHashBytesShown + 1;
  return text.starts_with(kPrefix) && text.size() == head + origin.value().size() &&
         text.ends_with(origin.value());
}

}  // namespace

Source conversation_source(const TicketHash& hash, const Source& origin) {
  return Source(std::string(kPrefix) + to_hex(std::span(hash).first<kHashBytesShown>()) + ":" +
                origin.value());
}

std::optional<Slot> bring_in(UserSync& sync, const Source& conversation, const Source& origin) {
  std::optional<Slot> aside = extract(sync, origin);
  std::optional<Slot> own = extract(sync, conversation);
  if (own) {
    own->source = origin;
    insert(sync, *std::move(own));
  }
  return aside;
}

void reclaim(UserSync& sync, const Source& origin) {
  if (std::ranges::find(sync.slots, origin, &Slot::source) != sync.slots.end()) return;
  const auto newest = std::ranges::find_if(
      sync.slots.rbegin(), sync.slots.rend(),
      [&](const Slot& slot) { return is_conversation_of(slot.source, origin); });
  if (newest != sync.slots.rend()) newest->source = origin;
}

void take_out(UserSync& sync, const Source& origin, const Source& conversation,
              std::optional<Slot> aside) {
  std::optional<Slot> own = extract(sync, origin);
  if (own) {
    own->source = conversation;
    insert(sync, *std::move(own));
  }
  put_back(sync, std::move(aside));
}

void put_back(UserSync& sync, std::optional<Slot> aside) {
  if (!aside || std::ranges::find(sync.slots, aside->source, &Slot::source) != sync.slots.end()) {
    return;
  }
  insert(sync, *std::move(aside));
}

}  // namespace lockstep
