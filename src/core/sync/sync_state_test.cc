// SPDX-License-Identifier: Apache-2.0
// What is said of a token's step, after each thing that is seen of it.
#include <gtest/gtest.h>

#include "core/sync/attempt_test_world.h"
#include "core/sync/clock_model.h"
#include "core/sync/fence.h"
#include "core/sync/resync_test_world.h"

namespace lockstep {
namespace {

SyncState state_of(const AttemptWorld& world) { return world.tokens.front().progress.sync; }

TEST(SyncState, OfATokenThatNothingWasSeenOfIsUnused) {
  AttemptWorld world;
  world.add_event(100);
  EXPECT_EQ(state_of(world), SyncState::unused);
  world.miss(1);
  EXPECT_EQ(state_of(world), SyncState::unused) << "a wrong code says nothing of the token";
}

TEST(SyncState, ASingleCodeInStepSaysInSync) {
  AttemptWorld world;
  world.add_event(100);
  ASSERT_EQ(world.log_in(world.code(102)), Outcome::accepted);
  EXPECT_EQ(state_of(world), SyncState::in_sync) << "counters do not drift";
}

TEST(SyncState, ATimeTokensCodeFromTheEdgeSaysDrifting) {
  AttemptWorld world;
  world.policy.hardware.accept = 2;
  world.add_time();
  ASSERT_EQ(world.log_in(world.shown(Seconds(30))), Outcome::accepted);
  EXPECT_EQ(state_of(world), SyncState::in_sync) << "there was a step to spare";
  world.wait(Seconds(300));
  const std::uint64_t expected = expected_position(world.tokens.front(), world.now.wall).value();
  ASSERT_EQ(world.log_in(world.code(expected + 2)), Outcome::accepted);
  EXPECT_EQ(state_of(world), SyncState::drifting);
  world.wait(Seconds(300));
  ASSERT_EQ(
      world.log_in(world.code(expected_position(world.tokens.front(), world.now.wall).value())),
      Outcome::accepted);
  EXPECT_EQ(state_of(world), SyncState::in_sync);
}

TEST(SyncState, ACodeThatNeedsASecondOneSaysOutOfSyncAndThePairHealsIt) {
  AttemptWorld world;
  world.add_event(100);
  ASSERT_EQ(world.log_in(world.code(150)), Outcome::next_code);
  EXPECT_EQ(state_of(world), SyncState::out_of_sync);
  ASSERT_EQ(world.log_in(world.code(151)), Outcome::accepted_resynced);
  EXPECT_EQ(state_of(world), SyncState::in_sync);
}

TEST(SyncState, APromptForACodeInStepSaysNothing) {
  AttemptWorld world;
  world.add_event(100);
  world.miss(world.policy.misses_to_two_codes);
  ASSERT_EQ(world.log_in(world.code(100)), Outcome::next_code) << "two are asked for by now";
  EXPECT_EQ(state_of(world), SyncState::unused);
}

TEST(SyncState, ARefusedCodeThatWasFoundTooFarOffSaysOutOfSyncOnce) {
  AttemptWorld world;
  world.policy.event.next_code = 0;
  world.add_event(100);
  ASSERT_EQ(world.log_in(world.code(100)), Outcome::accepted);
  // 101 to 103 are in step; one more is looked at, where the second code of a pair may lie.
  const Decision first = world.type(world.code(104));
  EXPECT_EQ(first.evidence.reason, Reason::outside_window);
  EXPECT_EQ(first.moves.size(), 1U);
  EXPECT_EQ(state_of(world), SyncState::out_of_sync);
  EXPECT_TRUE(world.type(world.code(104)).moves.empty()) << "it is known: nothing is written";
}

TEST(SyncState, AFailedResynchronisationSaysOutOfSyncAndADryRunSaysNothing) {
  World world(event_spec());
  world.token.progress.next = Position(10);
  world.apply(world.dry_run(world.typed("000000")));
  EXPECT_EQ(world.token.progress.sync, SyncState::unused);
  world.apply(world.decide_resync(world.codes_at({Position(20), Position(23)})));
  EXPECT_EQ(world.token.progress.sync, SyncState::out_of_sync);
  world.apply(world.pair_at(Position(30)));
  EXPECT_EQ(world.token.progress.sync, SyncState::in_sync);
}

TEST(SyncState, AFenceSaysOutOfSyncUntilAPairWasShown) {
  World world(event_spec());
  world.token.progress.next = Position(10);
  EXPECT_EQ(fenced(world.token, {world.now.wall, 0}).sync, SyncState::unused);
  world.token.progress.sync = SyncState::in_sync;
  world.token.progress = fenced(world.token, {world.now.wall, 0});
  EXPECT_EQ(world.token.progress.sync, SyncState::out_of_sync);
  world.apply(world.decide_resync(world.codes_at({Position(20)}), Position(20)));
  EXPECT_EQ(world.token.progress.sync, SyncState::out_of_sync) << "one code may have been seen";
  world.apply(world.pair_at(Position(30)));
  EXPECT_EQ(world.token.progress.sync, SyncState::in_sync);
}

}  // namespace
}  // namespace lockstep
