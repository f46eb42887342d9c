// SPDX-License-Identifier: Apache-2.0
#include "front/radius/standing_queue.h"

#include <gtest/gtest.h>

#include "testing/fake_clock.h"

namespace lockstep {
namespace {

constexpr Micros kMilli{1'000};

class StandingQueueTest : public testing::Test {
 protected:
  bool late_after(int milliseconds) {
    return queue.is_too_late(milliseconds * kMilli, clock.now());
  }

  FakeClock clock;
  StandingQueue queue;
};

TEST_F(StandingQueueTest, WhatAPauseHasLeftBehindIsWorkedThrough) {
  // The disk stood still for two seconds; then all that came meanwhile have their turn.
  for (int waited = 2'000; waited > 1'500; waited -= 10) {
    EXPECT_FALSE(late_after(waited)) << waited;
    clock.advance(5 * kMilli);
  }
}

TEST_F(StandingQueueTest, WhereItNeverIsShortThoseWhoWaitedTooLongAreTooLate) {
  EXPECT_FALSE(late_after(600));
  clock.advance(499 * kMilli);
  EXPECT_FALSE(late_after(600));
  clock.advance(1 * kMilli);
  EXPECT_TRUE(late_after(600));
  EXPECT_TRUE(late_after(501));
  EXPECT_FALSE(late_after(500)) << "they are in time still";
  clock.advance(10'000 * kMilli);
  EXPECT_TRUE(late_after(501)) << "it still stands";
}

TEST_F(StandingQueueTest, WhoFindsItShortEndsThat) {
  EXPECT_FALSE(late_after(600));
  clock.advance(500 * kMilli);
  EXPECT_TRUE(late_after(600));
  EXPECT_FALSE(late_after(100));
  EXPECT_FALSE(late_after(600));
}

}  // namespace
}  // namespace lockstep
