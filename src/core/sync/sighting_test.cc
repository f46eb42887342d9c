// SPDX-License-Identifier: Apache-2.0
#include "core/sync/sighting.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/sync/attempt_test_world.h"

namespace lockstep {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

Reading reading_of(Factor factor, Code code = Code(1)) { return {Digits::six(), factor, code, {}}; }

/// What is seen of the first token of `world`.
Sighting look_at(AttemptWorld& world, std::vector<Reading> readings) {
  return look({world.tokens.front(), world.books.front()}, {std::move(readings), kVpn, world.now},
              world.policy);
}

TEST(BestFactor, RightThenNoneThenWrong) {
  using enum Factor;
  struct Case {
    std::vector<Reading> readings;
    Factor best;
  };
  const Case cases[] = {
      {{}, wrong},
      {{reading_of(wrong)}, wrong},
      {{reading_of(wrong), reading_of(none)}, none},
      {{reading_of(wrong), reading_of(none), reading_of(right)}, right},
      {{reading_of(right), reading_of(wrong)}, right},
  };
  for (const Case& one : cases) EXPECT_EQ(best_factor(one.readings), one.best);
}

TEST(Look, FindsASingleCode) {
  AttemptWorld world;
  world.add_event(100);
  const Sighting seen = look_at(world, {reading_of(Factor::right, world.code(150))});
  EXPECT_TRUE(seen.typed);
  EXPECT_FALSE(seen.two_typed);
  EXPECT_THAT(seen.singles, ElementsAre(Position(150)));
  EXPECT_THAT(seen.doubles, IsEmpty());
  EXPECT_FALSE(seen.at_high_water);
}

TEST(Look, FindsAsFarAsTheSecondCodeOfAPairMayLie) {
  AttemptWorld world;
  world.add_event(100);
  EXPECT_THAT(look_at(world, {reading_of(Factor::right, world.code(201))}).singles,
              ElementsAre(Position(201)));
  EXPECT_THAT(look_at(world, {reading_of(Factor::right, world.code(202))}).singles, IsEmpty());
}

TEST(Look, FindsTwoCodesByTheFirstWhenTheSecondFollows) {
  AttemptWorld world;
  world.add_event(100);
  Reading reading = reading_of(Factor::right, world.code(150));
  reading.second = world.code(151);
  const Sighting seen = look_at(world, {reading});
  EXPECT_TRUE(seen.two_typed);
  EXPECT_THAT(seen.doubles, ElementsAre(Position(150)));
  EXPECT_THAT(seen.singles, IsEmpty()) << "neither of two counts alone";
  reading.second = world.code(152);
  EXPECT_THAT(look_at(world, {reading}).doubles, IsEmpty());
}

TEST(Look, TakesTheFirstReadingOfItsLengthWithTheBestFactor) {
  AttemptWorld world;
  world.add_event(100);
  const Sighting seen = look_at(world, {{Digits::eight(), Factor::right, Code(1), {}},
                                        reading_of(Factor::wrong, world.code(100)),
                                        reading_of(Factor::right, world.code(101)),
                                        reading_of(Factor::right, world.code(102))});
  EXPECT_THAT(seen.singles, ElementsAre(Position(101)));
}

TEST(Look, WithNothingOfItsLengthFindsNothingForTheSameWork) {
  AttemptWorld world;
  world.add_event(100);
  AttemptWorld other = world;
  const Sighting seen = look_at(world, {{Digits::eight(), Factor::right, Code(1), {}}});
  EXPECT_FALSE(seen.typed);
  EXPECT_THAT(seen.singles, IsEmpty());
  (void)look_at(other, {reading_of(Factor::right, other.code(100))});
  EXPECT_EQ(world.books.front().computed(), other.books.front().computed());
}

TEST(Look, KnowsTheCodeUsedLastHoweverFarBackItIs) {
  AttemptWorld world;
  Token& fob = world.add_time();
  fob.progress.next = Position(1'000);
  EXPECT_TRUE(look_at(world, {reading_of(Factor::right, world.code(999))}).at_high_water);
  EXPECT_FALSE(look_at(world, {reading_of(Factor::right, world.code(998))}).at_high_water);
}

TEST(Look, SeesSlipsBesideCodesInStepOnly) {
  AttemptWorld world;
  world.add_event(1);
  // RFC 4226 appendix D: 287082 is shown at 1, 338314 at 4.
  EXPECT_TRUE(look_at(world, {reading_of(Factor::right, Code(287083))}).slip);
  EXPECT_FALSE(look_at(world, {reading_of(Factor::right, Code(338315))}).slip);
}

TEST(Look, SeesClosedTokensTooAndSaysWhyTheyAre) {
  AttemptWorld world;
  world.add_event(100).status = TokenStatus::lost;
  const Sighting seen = look_at(world, {reading_of(Factor::right, world.code(100))});
  EXPECT_EQ(seen.closed, Reason::lost);
  EXPECT_THAT(seen.singles, ElementsAre(Position(100)));
}

}  // namespace
}  // namespace lockstep
