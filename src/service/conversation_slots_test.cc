// SPDX-License-Identifier: Apache-2.0
#include "service/conversation_slots.h"

#include <gtest/gtest.h>

namespace lockstep {
namespace {

const Source kVpn("vpn");
const Source kOther("web");
const Source kTalk = conversation_source(TicketHash{1}, kVpn);
const Source kLaterTalk = conversation_source(TicketHash{2}, kVpn);

Slot slot_of(const Source& source, int second) {
  Slot slot{source, {}, {}};
  slot.at.wall = WallTime(Seconds(second));
  slot.candidates = {Candidate{TokenId(1), Position(static_cast<std::uint64_t>(second))}};
  return slot;
}

UserSync sync_with(std::vector<Slot> slots) {
  UserSync sync;
  sync.slots = std::move(slots);
  return sync;
}

std::vector<Source> sources_of(const UserSync& sync) {
  std::vector<Source> sources;
  for (const Slot& slot : sync.slots) sources.push_back(slot.source);
  return sources;
}

TEST(ConversationSlots, AConversationStandsInItsOriginsPlaceAndGoesBack) {
  UserSync sync = sync_with({slot_of(kTalk, 1), slot_of(kVpn, 2)});
  std::optional<Slot> aside = bring_in(sync, kTalk, kVpn);
  ASSERT_EQ(sync.slots, std::vector{slot_of(kVpn, 1)});
  ASSERT_EQ(aside, slot_of(kVpn, 2));
  take_out(sync, kVpn, kLaterTalk, aside);
  EXPECT_EQ(sync.slots, (std::vector{slot_of(kLaterTalk, 1), slot_of(kVpn, 2)}));
}

TEST(ConversationSlots, WhatWasSetAsideComesBackOnlyToAnEmptyPlace) {
  UserSync sync = sync_with({slot_of(kVpn, 5)});
  put_back(sync, slot_of(kVpn, 2));
  EXPECT_EQ(sync.slots, std::vector{slot_of(kVpn, 5)});
  UserSync empty;
  put_back(empty, slot_of(kVpn, 2));
  put_back(empty, std::nullopt);
  EXPECT_EQ(empty.slots, std::vector{slot_of(kVpn, 2)});
}

TEST(ConversationSlots, TheNewestConversationOfThisOriginIsReclaimed) {
  UserSync sync = sync_with({slot_of(kTalk, 1), slot_of(kLaterTalk, 2), slot_of(kOther, 3),
                             slot_of(conversation_source(TicketHash{3}, kOther), 4)});
  reclaim(sync, kVpn);
  EXPECT_EQ(sources_of(sync),
            (std::vector{kTalk, kVpn, kOther, conversation_source(TicketHash{3}, kOther)}));
}

TEST(ConversationSlots, NothingIsReclaimedWhereTheOriginHasASlot) {
  UserSync sync = sync_with({slot_of(kTalk, 1), slot_of(kVpn, 2)});
  reclaim(sync, kVpn);
  EXPECT_EQ(sources_of(sync), (std::vector{kTalk, kVpn}));
}

TEST(ConversationSlots, ASourceThatEndsLikeAnotherIsNotTakenForIt) {
  const Source longer("my vpn");
  UserSync sync = sync_with({slot_of(conversation_source(TicketHash{1}, longer), 1)});
  reclaim(sync, kVpn);
  EXPECT_EQ(sources_of(sync), std::vector{conversation_source(TicketHash{1}, longer)});
}

TEST(ConversationSlots, ThereAreNeverMoreThanTheMost) {
  std::vector<Slot> slots;
  for (int i = 0; i < 8; ++i) slots.push_back(slot_of(Source("s" + std::to_string(i)), i));
  UserSync sync = sync_with(std::move(slots));
  put_back(sync, slot_of(kVpn, 3));
  EXPECT_EQ(sync.slots.size(), UserSync::kSlotsMax);
  EXPECT_EQ(sync.slots.front().source, Source("s1"));
}

TEST(ConversationSlots, TheNameOfAConversationDoesNotHoldTheWholeHash) {
  TicketHash hash{};
  hash.fill(0xAB);
  EXPECT_EQ(kTalk.value().find(std::string(64, 'a')), std::string::npos);
  EXPECT_EQ(conversation_source(hash, kVpn).value(), "conversation:abababababababab:vpn");
}

}  // namespace
}  // namespace lockstep
