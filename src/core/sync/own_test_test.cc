// SPDX-License-Identifier: Apache-2.0
#include "core/sync/own_test.h"

#include <gtest/gtest.h>

#include "core/sync/resync_test_world.h"

namespace lockstep {
namespace {

struct OwnWorld : World {
  using World::World;

  [[nodiscard]] ResyncDecision tries(const GivenCode& code) const {
    CodeBook book(CodeGenerator::make(token.spec, seed).value());
    const TokenShape shape{token.spec, token.form, nullptr};
    const Source source("portal 192.0.2.7");
    return test_own_code({token, book}, code, policy,
                         {owner, policy, bucket_size(policy, {&shape, 1}), source});
  }
};

TEST(OwnTest, SaysThatACodeInStepWouldSignInAndTakesNothingForIt) {
  const OwnWorld world(time_spec());
  const ResyncDecision decision = world.tries(world.code_at(world.step()));
  EXPECT_TRUE(decision.moved);
  EXPECT_FALSE(decision.move);
  EXPECT_FALSE(decision.sync);
}

TEST(OwnTest, TellsNothingOfCodesThatAreYetToCome) {
  const OwnWorld world(time_spec());
  const ResyncDecision wrong = world.tries(world.typed("000000"));
  ASSERT_EQ(wrong.reason, Reason::no_match);
  for (const std::int64_t steps : {10, 60, 1'000}) {
    const GivenCode code = world.code_at(world.step().moved(steps));
    ASSERT_NE(world.dry_run(code).reason, Reason::no_match) << "it is found: " << steps;
    const ResyncDecision decision = world.tries(code);
    EXPECT_EQ(decision.reason, Reason::no_match) << steps;
    EXPECT_FALSE(decision.moved);
    EXPECT_EQ(decision.attempts_left, wrong.attempts_left) << "as any wrong one";
    EXPECT_EQ(decision.sync, wrong.sync);
    EXPECT_FALSE(decision.evidence.position);
  }
}

TEST(OwnTest, SaysThatACodeWasUsedUp) {
  OwnWorld world(time_spec());
  const GivenCode code = world.code_at(world.step());
  ASSERT_TRUE(world.signs_in(code));
  const ResyncDecision decision = world.tries(code);
  EXPECT_EQ(decision.reason, Reason::already_used);
  EXPECT_FALSE(decision.sync);
}

TEST(OwnTest, AMissCostsATryAndAMissAtLogIn) {
  OwnWorld world(event_spec());
  const ResyncDecision decision = world.tries(world.typed("000000"));
  EXPECT_EQ(decision.attempts_left, 4U);
  ASSERT_TRUE(decision.sync);
  EXPECT_NE(decision.sync->year, world.owner.year) << "the year's";
  for (int i = 0; i < 5; ++i) world.apply(world.tries(world.typed("000000")));
  EXPECT_EQ(world.tries(world.typed("000000")).reason, Reason::too_many_attempts);
}

TEST(OwnTest, IsNoWayAroundTheTwoCodesThatAnAccountWants) {
  OwnWorld world(event_spec());
  for (int i = 0; i < 12; ++i) {
    world.token.progress.resync_failures = {};
    world.apply(world.tries(world.typed("000000")));
  }
  const ResyncDecision decision = world.tries(world.code_at(world.token.progress.next));
  EXPECT_EQ(decision.reason, Reason::locked);
  EXPECT_FALSE(decision.moved);
}

TEST(OwnTest, WhatIsNoCodeCostsNothing) {
  const OwnWorld world(event_spec());
  const ResyncDecision decision = world.tries(world.typed("12345"));
  EXPECT_EQ(decision.reason, Reason::wrong_length);
  EXPECT_FALSE(decision.sync);
}

}  // namespace
}  // namespace lockstep
