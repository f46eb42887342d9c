// SPDX-License-Identifier: Apache-2.0
#include "testing/fake_clock.h"

#include <gtest/gtest.h>

namespace lockstep {
namespace {

TEST(FakeClock, StandsStillUntilToldToMove) {
  const FakeClock clock;
  EXPECT_EQ(clock.now(), clock.now());
  EXPECT_EQ(to_rfc3339(clock.now().wall), "2026-01-05T08:00:00Z");
}

TEST(FakeClock, AdvanceMovesBothClocks) {
  FakeClock clock;
  const Instant before = clock.now();
  clock.advance(Seconds(90));
  EXPECT_EQ(clock.now().wall - before.wall, Seconds(90));
  EXPECT_EQ(clock.now().mono.value() - before.mono.value(), 90'000'000);
  EXPECT_EQ(clock.now().run, before.run);
}

TEST(FakeClock, AJumpOfTheWallClockLeavesTheMonotonicOne) {
  FakeClock clock;
  const Instant before = clock.now();
  clock.jump_wall(-Seconds(3600));
  EXPECT_EQ(before.wall - clock.now().wall, Seconds(3600));
  EXPECT_EQ(clock.now().mono, before.mono);
  clock.set_wall(WallTime(Seconds(5)));
  EXPECT_EQ(clock.now().wall, WallTime(Seconds(5)));
  EXPECT_EQ(clock.now().mono, before.mono);
}

TEST(FakeClock, ARebootBeginsAnotherRun) {
  FakeClock clock;
  const Instant before = clock.now();
  clock.reboot();
  EXPECT_NE(clock.now().run, before.run);
  EXPECT_LT(clock.now().mono, before.mono);
  EXPECT_EQ(clock.now().wall, before.wall);
}

}  // namespace
}  // namespace lockstep
