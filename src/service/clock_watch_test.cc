// SPDX-License-Identifier: Apache-2.0
#include "service/clock_watch.h"

#include <gtest/gtest.h>

#include "testing/fake_clock.h"

namespace lockstep {
namespace {

class ClockWatchTest : public ::testing::Test {
 protected:
  ClockWatchTest() { see(); }

  void see() { watch_.see(clock_.now()); }
  void pass(Micros span) {
    clock_.advance(span);
    see();
  }
  void jump(Micros span) {
    clock_.jump_wall(span);
    see();
  }

  FakeClock clock_;
  ClockWatch watch_;
};

TEST_F(ClockWatchTest, TimeThatPassesIsNoDoubtHoweverLong) {
  pass(Seconds(1));
  pass(Seconds(365 * 24 * 3'600));
  EXPECT_FALSE(watch_.is_doubted());
  EXPECT_FALSE(watch_.trust());
}

TEST_F(ClockWatchTest, AJumpOfMoreThanTheLimitIsADoubtAtOnceInBothDirections) {
  for (const Micros beyond :
       {ClockWatch::kJumpMax + Micros(1), -ClockWatch::kJumpMax - Micros(1)}) {
    ClockWatch watch;
    FakeClock clock;
    watch.see(clock.now());
    clock.jump_wall(beyond);
    watch.see(clock.now());
    ASSERT_TRUE(watch.doubt());
    EXPECT_EQ(watch.doubt()->why, ClockDoubt::Why::jumped);
    EXPECT_EQ(watch.doubt()->off, beyond);
  }
  jump(ClockWatch::kJumpMax);
  EXPECT_FALSE(watch_.is_doubted());
}

TEST_F(ClockWatchTest, AClockThatIsPutBackWhereItWasIsTrustedAgain) {
  jump(Seconds(300));
  pass(Seconds(3'600));
  EXPECT_TRUE(watch_.is_doubted());
  jump(Seconds(-299));
  EXPECT_FALSE(watch_.is_doubted());
  EXPECT_EQ(watch_.trust(), ClockTrust::agrees);
}

TEST_F(ClockWatchTest, ADoubtDoesNotGoAwayByItself) {
  jump(Seconds(300));
  for (int day = 0; day < 400; ++day) pass(Seconds(24 * 3'600));
  EXPECT_TRUE(watch_.is_doubted());
}

TEST_F(ClockWatchTest, WhatAnOperatorConfirmsIsWhatIsExpectedFromThenOn) {
  jump(Seconds(300));
  watch_.confirm(clock_.now());
  EXPECT_FALSE(watch_.is_doubted());
  EXPECT_EQ(watch_.trust(), ClockTrust::confirmed);
  pass(Seconds(60));
  EXPECT_FALSE(watch_.is_doubted());
  jump(Seconds(-300));
  EXPECT_TRUE(watch_.is_doubted());
}

TEST_F(ClockWatchTest, ATimeServiceHasToVouchForAWhileWithoutAGap) {
  jump(Seconds(300));
  watch_.see(clock_.now(), true);
  clock_.advance(ClockWatch::kVouchedFor - Seconds(1));
  watch_.see(clock_.now(), true);
  EXPECT_TRUE(watch_.is_doubted());
  watch_.see(clock_.now(), false);
  clock_.advance(Seconds(1));
  watch_.see(clock_.now(), true);
  EXPECT_TRUE(watch_.is_doubted()) << "It was interrupted.";
  clock_.advance(ClockWatch::kVouchedFor);
  watch_.see(clock_.now(), true);
  EXPECT_FALSE(watch_.is_doubted());
  EXPECT_EQ(watch_.trust(), ClockTrust::vouched);
}

TEST_F(ClockWatchTest, SmallStepsOfAYearDoNotAddUp) {
  for (int day = 0; day < 365; ++day) {
    pass(Seconds(24 * 3'600));
    jump(Seconds(1));
    ASSERT_FALSE(watch_.is_doubted()) << day;
  }
}

TEST_F(ClockWatchTest, ManySmallStepsInAShortTimeAreAJump) {
  for (int i = 0; i < 4; ++i) {
    pass(Seconds(1));
    jump(Micros(900'000));
  }
  EXPECT_TRUE(watch_.is_doubted());
}

TEST_F(ClockWatchTest, ReadingsOfTwoThreadsMayArriveInTheOtherOrder) {
  const Instant earlier = clock_.now();
  pass(Seconds(30));
  watch_.see(earlier);
  EXPECT_FALSE(watch_.is_doubted());
}

TEST_F(ClockWatchTest, AnotherRunOfTheMonotonicClockTellsNothing) {
  clock_.reboot();
  pass(Seconds(5));
  EXPECT_FALSE(watch_.is_doubted());
}

TEST_F(ClockWatchTest, AClockBehindTheAuditIsInDoubtUntilItHasCaughtUp) {
  const WallTime newest = clock_.now().wall + Seconds(3'600);
  watch_.expect_not_before(clock_.now(), newest);
  ASSERT_TRUE(watch_.doubt());
  EXPECT_EQ(watch_.doubt()->why, ClockDoubt::Why::behind_audit);
  EXPECT_EQ(watch_.doubt()->off, -Seconds(3'600));
  pass(Seconds(7'200));
  EXPECT_TRUE(watch_.is_doubted()) << "It is as far behind as before.";
  jump(Seconds(10 * 24 * 3'600));
  EXPECT_FALSE(watch_.is_doubted()) << "Nobody knows how long the server was off.";
  jump(Seconds(-300));
  EXPECT_TRUE(watch_.is_doubted());
}

TEST_F(ClockWatchTest, AnAuditOfThePastIsNoDoubt) {
  watch_.expect_not_before(clock_.now(), clock_.now().wall - Seconds(3'600));
  EXPECT_FALSE(watch_.is_doubted());
  watch_.expect_not_before(clock_.now(), clock_.now().wall + ClockWatch::kJumpMax);
  EXPECT_FALSE(watch_.is_doubted()) << "Servers that share a database differ a little.";
}

}  // namespace
}  // namespace lockstep
