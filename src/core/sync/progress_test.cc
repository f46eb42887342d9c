// SPDX-License-Identifier: Apache-2.0
#include "core/sync/progress.h"

#include <gtest/gtest.h>

namespace lockstep {
namespace {

constexpr WallTime kNow{Seconds(1'800'000'000)};
const Instant kInstant{kNow, {}, {}};

TEST(Consumed, HighWaterBecomesTheLastPosition) {
  const Position pair[] = {Position(7), Position(9)};
  const Progress progress = consumed({}, pair, kNow);
  EXPECT_EQ(progress.next, Position(10));
  EXPECT_EQ(progress.used, (std::vector<Used>{{Position(7), kNow}, {Position(9), kNow}}));
}

TEST(Consumed, KeepsTheLastFewOnly) {
  Progress progress;
  for (std::uint64_t i = 0; i < 20; ++i) {
    const Position one[] = {Position(i)};
    progress = consumed(std::move(progress), one, kNow);
  }
  EXPECT_EQ(progress.used.size(), Progress::kUsedMax);
  EXPECT_EQ(progress.used.front().position, Position(12));
  EXPECT_EQ(progress.used.back().position, Position(19));
}

TEST(Consumed, ForgetsWhatHighWaterPassed) {
  Progress progress;
  for (const std::uint64_t position : {3U, 5U, 6U}) {
    ASSERT_TRUE(remember(progress, Position(position), kInstant));
  }
  const Position one[] = {Position(5)};
  progress = consumed(std::move(progress), one, kNow);
  EXPECT_FALSE(is_remembered(progress, Position(3)));
  EXPECT_FALSE(is_remembered(progress, Position(5)));
  EXPECT_TRUE(is_remembered(progress, Position(6)));
}

TEST(ConsumedDeathTest, NeverGoesBack) {
  const Progress progress{.next = Position(8)};
  const Position used_up[] = {Position(7)};
  const Position backwards[] = {Position(9), Position(8)};
  const Position beyond[] = {Position(Position::kMax)};
  EXPECT_DEATH((void)consumed(progress, used_up, kNow), "progress.next");
  EXPECT_DEATH((void)consumed(progress, backwards, kNow), "progress.next");
  EXPECT_DEATH((void)consumed(progress, beyond, kNow), "kMax");
}

TEST(LastWasPair, TellsAPairFromTwoLogIns) {
  const Position pair[] = {Position(7), Position(8)};
  const Position single[] = {Position(9)};
  EXPECT_FALSE(last_was_pair({}));
  const Progress after = consumed({}, pair, kNow);
  EXPECT_TRUE(last_was_pair(after));
  EXPECT_FALSE(last_was_pair(consumed(after, single, kNow + Micros(1))));
}

TEST(Remember, KeepsThemAscendingAndOnce) {
  Progress progress;
  for (const std::uint64_t position : {5U, 3U, 9U, 3U}) {
    EXPECT_TRUE(remember(progress, Position(position), kInstant));
  }
  ASSERT_EQ(progress.remembered.size(), 3U);
  EXPECT_EQ(progress.remembered[0].position, Position(3));
  EXPECT_EQ(progress.remembered[2].position, Position(9));
}

TEST(Remember, HasRoomFor32) {
  Progress progress;
  for (std::uint64_t i = 0; i < 32; ++i) ASSERT_TRUE(remember(progress, Position(i), kInstant));
  const Progress full = progress;
  EXPECT_FALSE(remember(progress, Position(32), kInstant));
  EXPECT_TRUE(remember(progress, Position(31), kInstant)) << "remembered already";
  EXPECT_EQ(progress, full);
}

TEST(ForgetPassed, KeepsTheFirstOfTheZone) {
  Progress progress;
  for (std::uint64_t i = 0; i < 4; ++i) ASSERT_TRUE(remember(progress, Position(i), kInstant));
  forget_passed(progress, Position(2));
  EXPECT_FALSE(is_remembered(progress, Position(1)));
  EXPECT_TRUE(is_remembered(progress, Position(2)));
}

}  // namespace
}  // namespace lockstep
