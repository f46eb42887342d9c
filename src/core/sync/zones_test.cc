// SPDX-License-Identifier: Apache-2.0
#include "core/sync/zones.h"

#include <gtest/gtest.h>

#include "core/sync/attempt_test_world.h"
#include "core/sync/progress.h"

namespace lockstep {
namespace {

constexpr WallTime kNow{Seconds(1'800'000'005)};
constexpr std::uint64_t kStepNow = 60'000'000;

Token event_at(std::uint64_t next, unsigned digits = 6) {
  AttemptWorld world;
  return world.add_event(next, digits);
}

Token time_token(TokenForm form = TokenForm::hardware, Seconds step = Seconds(30)) {
  AttemptWorld world;
  Token token = world.add_time({}, step);
  token.form = form;
  return token;
}

PositionRun run(std::uint64_t first, std::uint64_t last) {
  return run_between(Position(first), Position(last));
}

TEST(PositionRun, ContainsItsEdgesAndNothingBeyond) {
  const PositionRun three = run(10, 12);
  EXPECT_EQ(three.count, 3U);
  EXPECT_FALSE(three.contains(Position(9)));
  EXPECT_TRUE(three.contains(Position(10)));
  EXPECT_TRUE(three.contains(Position(12)));
  EXPECT_FALSE(three.contains(Position(13)));
  EXPECT_EQ(three.last(), Position(12));
  EXPECT_EQ(run(10, 9).count, 0U);
  EXPECT_FALSE(run(10, 9).contains(Position(10)));
}

TEST(EventZones, ReachAsFarAsEachPresetSays) {
  struct Case {
    PresetName preset;
    unsigned digits;
    PositionRun in_step;
    PositionRun second_code;
  };
  const Case cases[] = {
      {PresetName::standard, 6, run(500, 502), run(500, 600)},
      {PresetName::standard, 8, run(500, 510), run(500, 600)},
      {PresetName::mideye, 8, run(500, 510), run(500, 600)},
      {PresetName::pingid, 6, run(500, 502), {}},
      {PresetName::rsa, 6, run(500, 503), run(500, 600)},
      {PresetName::sas, 8, run(500, 503), run(500, 600)},
      {PresetName::strict, 6, run(500, 500), run(500, 600)},
  };
  for (const Case& one : cases) {
    const Zones zones = zones_at(event_at(500, one.digits), kNow, preset(one.preset));
    EXPECT_EQ(zones.in_step, one.in_step) << name_of(one.preset);
    EXPECT_EQ(zones.second_code, one.second_code) << name_of(one.preset);
  }
}

TEST(TimeZones, ReachAsFarAsEachPresetSays) {
  struct Case {
    PresetName preset;
    TokenForm form;
    std::uint64_t accept;
    std::uint64_t next_code;
  };
  const Case cases[] = {
      {PresetName::standard, TokenForm::hardware, 1, 70},
      {PresetName::mideye, TokenForm::hardware, 1, 8},
      {PresetName::pingid, TokenForm::software, 1, 0},
      {PresetName::rsa, TokenForm::hardware, 1, 10},
      {PresetName::rsa, TokenForm::software, 3, 70},
      {PresetName::sas, TokenForm::hardware, 1, 10},
      {PresetName::strict, TokenForm::software, 0, 70},
  };
  for (const Case& one : cases) {
    const Zones zones = zones_at(time_token(one.form), kNow, preset(one.preset));
    EXPECT_EQ(zones.in_step, run(kStepNow - one.accept, kStepNow + one.accept));
    if (one.next_code == 0) {
      EXPECT_EQ(zones.second_code.count, 0U);
    } else {
      EXPECT_EQ(zones.second_code, run(kStepNow - one.next_code, kStepNow + one.next_code));
    }
  }
}

TEST(TimeZones, FollowTheOffsetOfTheClock) {
  Token token = time_token();
  token.progress.clock->offset = Seconds(-95);
  const Zones zones = zones_at(token, kNow, Policy{});
  EXPECT_EQ(zones.in_step, run(kStepNow - 4, kStepNow - 2));
}

TEST(TimeZones, HoldNothingAtOrBelowHighWater) {
  Token token = time_token();
  token.progress.next = Position(kStepNow + 1);
  EXPECT_EQ(zones_at(token, kNow, Policy{}).in_step, run(kStepNow + 1, kStepNow + 1));
  token.progress.next = Position(kStepNow + 2);
  EXPECT_EQ(zones_at(token, kNow, Policy{}).in_step.count, 0U) << "a second log-in waits";
  EXPECT_EQ(zones_at(token, kNow, Policy{}).second_code.first, Position(kStepNow + 2));
}

TEST(TimeZones, AfterAPairTheInStepZoneHasItsFullWidthAboveHighWater) {
  for (const PresetName name : {PresetName::standard, PresetName::strict, PresetName::rsa}) {
    Token token = time_token(TokenForm::software);
    const Policy policy = preset(name);
    const std::uint64_t width = 2 * policy.software.accept + 1;
    const Position pair[] = {Position(kStepNow), Position(kStepNow + 1)};
    token.progress = consumed(token.progress, pair, kNow);
    EXPECT_EQ(zones_at(token, kNow, policy).in_step, run(kStepNow + 2, kStepNow + 1 + width));
    const WallTime later = kNow + 100 * Seconds(30);
    const std::uint64_t middle = kStepNow + 100;
    const std::uint64_t accept = policy.software.accept;
    EXPECT_EQ(zones_at(token, later, policy).in_step, run(middle - accept, middle + accept));
  }
}

TEST(FirstUse, IsWideAroundTheServersClockAndAheadOfTheCounter) {
  for (const PresetName name : {PresetName::standard, PresetName::pingid, PresetName::rsa}) {
    Token token = time_token();
    token.progress = {};
    EXPECT_EQ(zones_at(token, kNow, preset(name)).second_code,
              run(kStepNow - 1'440, kStepNow + 1'440));
    EXPECT_EQ(zones_at(event_at(0), kNow, preset(name)).second_code, run(0, 1'000));
    EXPECT_EQ(zones_at(event_at(1), kNow, preset(PresetName::standard)).second_code, run(1, 101));
  }
}

TEST(FirstUse, TwelveHoursAreFewerStepsOfASlowerClock) {
  Token token = time_token(TokenForm::hardware, Seconds(60));
  token.progress = {};
  EXPECT_EQ(zones_at(token, kNow, Policy{}).second_code.count, 2U * 720 + 1);
}

TEST(Zones, AreSearchedAsFarAsTheSecondCodeOfAPairMayLie) {
  EXPECT_EQ(zones_at(event_at(500), kNow, Policy{}).searched, run(500, 601));
  EXPECT_EQ(zones_at(event_at(500), kNow, preset(PresetName::pingid)).searched, run(500, 503));
  const Zones zones = zones_at(time_token(), kNow, Policy{});
  EXPECT_EQ(zones.searched, run(kStepNow - 78, kStepNow + 78));
}

TEST(Zones, EndWithTheLastPositionThatCanBeStored) {
  const Zones zones = zones_at(event_at(Position::kMax - 2), kNow, Policy{});
  EXPECT_EQ(zones.in_step, run(Position::kMax - 2, Position::kMax - 1));
  EXPECT_EQ(zones.searched, zones.in_step);
  EXPECT_EQ(zones_at(event_at(Position::kMax), kNow, Policy{}).searched.count, 0U);
}

TEST(Zones, ATimeTokenBeforeItsT0StartsAtZero) {
  Token token = time_token();
  token.progress = {};
  const Zones zones = zones_at(token, WallTime(Seconds(40)), Policy{});
  EXPECT_EQ(zones.in_step, run(0, 2));
}

TEST(ResyncZone, ReachesAsFarAsThePresetSays) {
  const Policy policy = preset(PresetName::mideye);
  EXPECT_EQ(resync_zone(event_at(500), kNow, policy, Reach::explicit_), run(500, 600));
  EXPECT_EQ(resync_zone(event_at(500), kNow, policy, Reach::admin), run(500, 50'500));
  EXPECT_EQ(resync_zone(time_token(), kNow, policy, Reach::explicit_),
            run(kStepNow - 1'440, kStepNow + 1'440));
  EXPECT_EQ(resync_zone(time_token(), kNow, policy, Reach::admin),
            run(kStepNow - 2'880, kStepNow + 2'880));
}

TEST(ResyncZone, IsAroundTheServersClockWhateverTheOffset) {
  Token token = time_token();
  token.progress.clock->offset = Seconds(-3'600);
  EXPECT_EQ(resync_zone(token, kNow, Policy{}, Reach::explicit_),
            run(kStepNow - 1'440, kStepNow + 1'440));
}

}  // namespace
}  // namespace lockstep
