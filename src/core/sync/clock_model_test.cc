// SPDX-License-Identifier: Apache-2.0
#include "core/sync/clock_model.h"

#include <gtest/gtest.h>

#include "core/sync/attempt_test_world.h"

namespace lockstep {
namespace {

constexpr std::int64_t kDay = 86'400;
// Five seconds into a step of 30 s.
constexpr Seconds kStart{1'800'000'005};
constexpr std::uint64_t kStepNow = 60'000'000;

Instant at(Micros since) {
  return {WallTime(kStart + since), MonoTime(since.count()), ClockRun(1)};
}

Token confirmed(Micros offset, TokenForm form = TokenForm::hardware) {
  AttemptWorld world;
  Token token = world.add_time();
  token.form = form;
  token.progress.clock = ClockFix{offset, at({})};
  return token;
}

TEST(MeasuredOffset, IsTheStepAndTenSecondsOnBothSides) {
  const OffsetInterval same = measured_offset(confirmed({}).spec, Position(kStepNow), at({}).wall);
  EXPECT_EQ(same.low, Seconds(-5 - 10));
  EXPECT_EQ(same.high, Seconds(25 + 10));
  EXPECT_EQ(same.middle(), Seconds(10));
  const OffsetInterval ahead =
      measured_offset(confirmed({}).spec, Position(kStepNow + 4), at({}).wall);
  EXPECT_EQ(ahead.low, Seconds(120 - 15));
}

TEST(ExpectedPosition, FollowsTheOffset) {
  EXPECT_EQ(expected_position(confirmed({}), at({}).wall), Position(kStepNow));
  EXPECT_EQ(expected_position(confirmed(Seconds(24)), at({}).wall), Position(kStepNow));
  EXPECT_EQ(expected_position(confirmed(Seconds(25)), at({}).wall), Position(kStepNow + 1));
  EXPECT_EQ(expected_position(confirmed(Seconds(-6)), at({}).wall), Position(kStepNow - 1));
}

TEST(AfterSingle, MovesToTheNearestPointOfTheIntervalOnly) {
  const Token token = confirmed({});
  EXPECT_EQ(after_single(token, Position(kStepNow), at({})).offset, Micros(0));
  EXPECT_EQ(after_single(token, Position(kStepNow + 1), at({})).offset, Seconds(15));
  EXPECT_EQ(after_single(token, Position(kStepNow - 1), at({})).offset, Micros(0));
  EXPECT_EQ(after_single(token, Position(kStepNow - 2), at({})).offset, Seconds(-25));
  EXPECT_EQ(after_single(token, Position(kStepNow), at(Seconds(3))).at, at(Seconds(3)));
}

TEST(AfterPair, MovesToTheMiddle) {
  EXPECT_EQ(after_pair(confirmed({}).spec, Position(kStepNow + 4), at({})).offset, Seconds(130));
}

TEST(AfterPair, MakesTheSecondCodesStepTheExpectedOne) {
  for (const int since : {0, 7, 24, 25, 29}) {
    Token token = confirmed(Seconds(-900));
    token.progress.clock = after_pair(token.spec, Position(kStepNow - 99), at(Seconds(since)));
    EXPECT_EQ(expected_position(token, at(Seconds(since)).wall), Position(kStepNow - 99));
  }
}

/// Whether a clock confirmed to be right `days` ago may be `off` now. The step is read in the
/// middle, so the interval's nearest end is 25 s nearer than `off`.
bool may_be_off(std::int64_t days, Seconds off, TokenForm form = TokenForm::hardware) {
  const Token token = confirmed({}, form);
  const Instant now = at(Seconds(days * kDay + 10));
  const Position position = step_at(token.spec, now.wall + off);
  return is_plausible(token, position, now, Policy{});
}

TEST(IsPlausible, AllowsTheDriftAndTwoSteps) {
  EXPECT_TRUE(may_be_off(0, Seconds(60)));
  EXPECT_FALSE(may_be_off(1, Seconds(-180)));
  EXPECT_TRUE(may_be_off(7, Seconds(-180)));
  EXPECT_FALSE(may_be_off(21, Seconds(-540)));
  EXPECT_TRUE(may_be_off(28, Seconds(-540)));
  EXPECT_FALSE(may_be_off(30, Seconds(-11 * 3600)));
}

TEST(IsPlausible, TheGuardHasAnExactEdge) {
  Token token = confirmed({});
  const Instant now = at(Seconds(10 * kDay));
  // 10 days at 200 ppm are 172.8 s; two steps are 60 s more.
  const Position eight_behind(kStepNow + 10 * kDay / 30 - 9);
  const OffsetInterval measured = measured_offset(token.spec, eight_behind, now.wall);
  token.progress.clock->offset = measured.high + Micros(232'800'000);
  EXPECT_TRUE(is_plausible(token, eight_behind, now, Policy{}));
  token.progress.clock->offset += Micros(1);
  EXPECT_FALSE(is_plausible(token, eight_behind, now, Policy{}));
}

TEST(IsPlausible, ASoftwareClockIsGuardedAgainstFallingBackOnly) {
  EXPECT_TRUE(may_be_off(0, Seconds(11 * 3600), TokenForm::software));
  EXPECT_FALSE(may_be_off(0, Seconds(-11 * 3600), TokenForm::software));
  EXPECT_FALSE(may_be_off(0, Seconds(11 * 3600), TokenForm::hardware));
}

TEST(IsPlausible, NothingIsKnownOfANeverUsedClock) {
  Token token = confirmed({});
  token.progress = {};
  EXPECT_TRUE(is_plausible(token, Position(kStepNow - 1'000), at({}), Policy{}));
}

TEST(IsPlausible, AClockOfTheServerSetForwardDoesNotWidenTheGuard) {
  const Token token = confirmed({});
  Instant jumped = at(Seconds(10));
  jumped.wall += Seconds(28 * kDay);
  const Position nine_minutes_slow = step_at(token.spec, jumped.wall - Seconds(540));
  EXPECT_FALSE(is_plausible(token, nine_minutes_slow, jumped, Policy{}));
}

}  // namespace
}  // namespace lockstep
