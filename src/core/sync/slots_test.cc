// SPDX-License-Identifier: Apache-2.0
#include "core/sync/slots.h"

#include <gtest/gtest.h>

namespace lockstep {
namespace {

Instant at(Micros since) {
  return {WallTime(Seconds(1'800'000'000) + since), MonoTime(since.count()), ClockRun(1)};
}

Slot slot_of(const char* source, Micros since = {}) {
  return {.source = Source(source), .at = at(since), .candidates = {}};
}

TEST(Slots, OneForEachSource) {
  std::vector<Slot> slots;
  put_slot(slots, slot_of("a", Seconds(1)));
  put_slot(slots, slot_of("b", Seconds(2)));
  put_slot(slots, slot_of("a", Seconds(3)));
  ASSERT_EQ(slots.size(), 2U);
  EXPECT_EQ(find_slot(slots, Source("a"))->at, at(Seconds(3)));
  erase_slot(slots, Source("a"));
  EXPECT_EQ(find_slot(slots, Source("a")), nullptr);
  EXPECT_NE(find_slot(slots, Source("b")), nullptr);
}

TEST(Slots, EightAndTheOldestGoes) {
  std::vector<Slot> slots;
  for (const char* source : {"1", "2", "3", "4", "5", "6", "7", "8"}) {
    put_slot(slots, slot_of(source));
  }
  put_slot(slots, slot_of("1"));
  EXPECT_EQ(slots.size(), 8U) << "its own place is enough";
  put_slot(slots, slot_of("9"));
  EXPECT_EQ(slots.size(), 8U);
  EXPECT_EQ(find_slot(slots, Source("2")), nullptr) << "1 was used since";
  EXPECT_NE(find_slot(slots, Source("1")), nullptr);
}

TEST(IsFresh, UpToTheLimitByBothClocks) {
  const Slot slot = slot_of("a");
  const Seconds limit(180);
  EXPECT_TRUE(is_fresh(slot, at({}), limit));
  EXPECT_TRUE(is_fresh(slot, at(limit), limit));
  EXPECT_FALSE(is_fresh(slot, at(limit + Micros(1)), limit));
  EXPECT_FALSE(is_fresh(slot, at(Micros(-1)), limit));

  Instant wall_set_back = at(limit + Micros(1));
  wall_set_back.wall -= Seconds(10);
  EXPECT_FALSE(is_fresh(slot, wall_set_back, limit));
  Instant wall_set_forward = at(Seconds(1));
  wall_set_forward.wall += Seconds(300);
  EXPECT_FALSE(is_fresh(slot, wall_set_forward, limit));
}

TEST(IsFresh, AcrossBootsOnlyTheWallClockCounts) {
  const Slot slot = slot_of("a");
  Instant rebooted = at(Seconds(60));
  rebooted.run = ClockRun(2);
  rebooted.mono = MonoTime(9'000'000'000);
  EXPECT_TRUE(is_fresh(slot, rebooted, Seconds(180)));
}

}  // namespace
}  // namespace lockstep
