// SPDX-License-Identifier: Apache-2.0
// The power is cut at moments of a few short days. `./dev soak` takes every moment of long ones.
#include "crash_points.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace lockstep {
namespace {

void expect_nothing_lost(const DaySetup& setup, const Effort& effort) {
  const Recording day = record_day(setup);
  const Findings findings = CrashPoints(day, effort).run();
  fmt::print("{} points, {} databases, {} codes replayed\n", findings.points, findings.states,
             findings.replayed);
  EXPECT_EQ(findings.faults(), 0U) << findings.first;
  // A day on which nothing happens would lose nothing.
  EXPECT_GT(findings.points, 1'000U);
  EXPECT_GE(day.spent.size(), 10U);
  EXPECT_GE(day.mailed.size(), 1U);
  EXPECT_GT(day.refused, 2U);
  EXPECT_EQ(day.acknowledged.impossible, 0U);
}

TEST(CrashPoints, NothingAcknowledgedIsLostOnAQuietDay) {
  expect_nothing_lost({.seed = 1, .actions = 60}, {.seed = 1, .stride = 9});
}

TEST(CrashPoints, NothingAcknowledgedIsLostOnADayWithRestarts) {
  expect_nothing_lost({.seed = 2, .actions = 60}, {.seed = 2, .stride = 11});
}

TEST(CrashPoints, NothingAcknowledgedIsLostWhileTheLogIsMovedIntoTheDatabase) {
  expect_nothing_lost({.seed = 4, .actions = 100}, {.seed = 4, .stride = 19});
}

}  // namespace
}  // namespace lockstep
