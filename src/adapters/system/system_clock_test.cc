// SPDX-License-Identifier: Apache-2.0
#include "adapters/system/system_clock.h"

#include <gtest/gtest.h>

namespace lockstep {
namespace {

TEST(SystemClock, GoesForwardWithinOneRun) {
  const SystemClock clock;
  const Instant first = clock.now();
  const Instant second = SystemClock().now();
  EXPECT_EQ(first.run, second.run) << "the same boot is the same run, also in another object";
  EXPECT_LE(first.mono, second.mono);
  EXPECT_GT(first.wall, WallTime(Seconds(1'700'000'000))) << "the wall clock is set";
}

}  // namespace
}  // namespace lockstep
