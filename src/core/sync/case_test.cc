// SPDX-License-Identifier: Apache-2.0
#include "core/sync/case.h"

#include <optional>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "core/sync/attempt_test_world.h"

namespace lockstep {
namespace {

/// A case, and what it refers to.
class Asked {
 public:
  Asked(AttemptWorld& world, Attempt attempt) : attempt_(std::move(attempt)) {
    auto book = world.books.begin();
    for (const Token& token : world.tokens) views_.push_back({token, *book++});
    user_.emplace(UserView{world.sync, world.status, world.group_ok, views_});
    case_.emplace(look_at_everything(*user_, attempt_, world.policy));
  }
  Asked(const Asked&) = delete;
  Asked& operator=(const Asked&) = delete;

  const Case& operator*() const { return *case_; }

 private:
  Attempt attempt_;
  std::vector<TokenView> views_;
  std::optional<UserView> user_;
  std::optional<Case> case_;
};

Attempt typed(const AttemptWorld& world, Code code, std::optional<Code> second = {}) {
  return {{{Digits::six(), Factor::right, code, second}}, kVpn, world.now};
}

std::vector<Position> positions(const Finds& finds) {
  std::vector<Position> result;
  for (const Find& find : finds) result.push_back(find.position);
  return result;
}

TEST(Case, FindsACodeInTheZoneItIsIn) {
  AttemptWorld world;
  world.add_event(100);
  const Asked near(world, typed(world, world.code(100)));
  EXPECT_EQ(positions(found_in_step(*near)), std::vector{Position(100)});
  const Asked far(world, typed(world, world.code(150)));
  EXPECT_TRUE(found_in_step(*far).empty());
  EXPECT_EQ(positions(usable_as_first(*far)), std::vector{Position(150)});
}

TEST(Case, ASpentCodeIsOfUseInItsOwnSlotOnly) {
  AttemptWorld world;
  world.add_event(100);
  ASSERT_EQ(world.log_in(world.code(150)), Outcome::next_code);
  const Asked again(world, typed(world, world.code(150)));
  EXPECT_TRUE(is_same_again(*again));
  EXPECT_EQ(positions(usable(*again, found_anywhere(*again))), std::vector{Position(150)});

  Attempt from_elsewhere = typed(world, world.code(150));
  from_elsewhere.source = kWeb;
  const Asked elsewhere(world, from_elsewhere);
  EXPECT_FALSE(is_same_again(*elsewhere));
  EXPECT_FALSE(is_unspent(found_anywhere(*elsewhere).front()));
  EXPECT_TRUE(usable(*elsewhere, found_anywhere(*elsewhere)).empty());
}

TEST(Case, APairIsOneOverTwoAttemptsOrInOneField) {
  AttemptWorld world;
  world.add_event(100);
  const Asked one_field(world, typed(world, world.code(150), world.code(151)));
  ASSERT_EQ(pairs_in_one_field(*one_field).size(), 1U);
  EXPECT_TRUE(was_second_code(*one_field));
  EXPECT_EQ(positions(seconds_of(found_pairs(*one_field))), std::vector{Position(151)});

  ASSERT_EQ(world.log_in(world.code(150)), Outcome::next_code);
  const Asked second(world, typed(world, world.code(151)));
  EXPECT_TRUE(pairs_in_one_field(*second).empty());
  EXPECT_EQ(positions(seconds_of(found_pairs(*second))), std::vector{Position(151)});
}

TEST(Case, APairThatNoClockCanReachDoesNotCount) {
  AttemptWorld world;
  world.add_time();
  const std::uint64_t step = world.step();
  const Asked asked(world, typed(world, world.code(step + 9), world.code(step + 10)));
  ASSERT_EQ(found_pairs(*asked).size(), 1U);
  EXPECT_TRUE(plausible(*asked, found_pairs(*asked)).empty());
}

TEST(Case, TheGateNamesWhyNothingCounts) {
  AttemptWorld world;
  world.add_event(100);
  const Attempt right = typed(world, world.code(100));
  EXPECT_EQ(gate(*Asked(world, right)), Reason::none);
  EXPECT_EQ(gate(*Asked(world, {{}, kVpn, world.now})), Reason::malformed);
  Attempt longer = right;
  longer.readings.front().digits = Digits::eight();
  EXPECT_EQ(gate(*Asked(world, longer)), Reason::wrong_length);
  world.group_ok = false;
  EXPECT_EQ(gate(*Asked(world, right)), Reason::no_group);
  world.status = UserStatus::disabled;
  EXPECT_EQ(gate(*Asked(world, right)), Reason::user_disabled);
}

TEST(Case, TheCodeUsedLastIsAtHighWater) {
  AttemptWorld world;
  world.add_event(100);
  ASSERT_EQ(world.log_in(world.code(100)), Outcome::accepted);
  EXPECT_TRUE(is_at_high_water(*Asked(world, typed(world, world.code(100)))));
  EXPECT_FALSE(is_at_high_water(*Asked(world, typed(world, world.code(101)))));
}

}  // namespace
}  // namespace lockstep
