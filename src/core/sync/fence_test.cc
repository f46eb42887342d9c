// SPDX-License-Identifier: Apache-2.0
#include "core/sync/fence.h"

#include <gtest/gtest.h>

#include "core/sync/attempt_test_world.h"

namespace lockstep {
namespace {

void raise(AttemptWorld& world, std::uint32_t skipped = 0) {
  for (Token& token : world.tokens) {
    token.owner = UserId(1);
    token.progress = fenced(token, {world.now.wall, skipped});
  }
}

TEST(Fence, AnEventTokenNeedsTwoCodesOnce) {
  AttemptWorld world;
  world.add_event(10);
  raise(world);
  EXPECT_EQ(world.log_in(world.code(14)), Outcome::next_code);
  world.wait(Seconds(5));
  EXPECT_EQ(world.log_in(world.code(15)), Outcome::accepted_resynced);
  EXPECT_FALSE(world.tokens.front().progress.fenced);
  EXPECT_EQ(world.log_in(world.code(16)), Outcome::accepted);
}

TEST(Fence, NoSingleCodeCountsHoweverOftenItIsSent) {
  AttemptWorld world;
  world.add_event(10);
  raise(world);
  for (int i = 0; i < 3; ++i) {
    EXPECT_NE(world.log_in(world.code(10)), Outcome::accepted);
    world.wait(Seconds(181));
  }
  EXPECT_EQ(world.tokens.front().progress.next, Position(10));
}

TEST(Fence, TwoCodesInOneFieldAreAPair) {
  AttemptWorld world;
  world.add_event(10);
  raise(world);
  EXPECT_EQ(world.type_pair(world.code(12), world.code(13)).outcome, Outcome::accepted_resynced);
}

TEST(Fence, ItHoldsForEachTokenUntilThatOneShowedAPair) {
  AttemptWorld world;
  world.add_event(10);
  world.add({}, Position(500), "other");
  raise(world);
  (void)world.log_in(world.code(10));
  ASSERT_EQ(world.log_in(world.code(11)), Outcome::accepted_resynced);
  EXPECT_EQ(world.log_in(world.code(500, 1)), Outcome::next_code);
}

TEST(Fence, AStepThatWasShownIsRefusedAlsoInAPair) {
  AttemptWorld world;
  world.add_time();
  const std::uint64_t now = world.step();
  raise(world);
  EXPECT_EQ(world.tokens.front().progress.next, Position(now + 2));
  EXPECT_EQ(world.type_pair(world.code(now - 1), world.code(now)).outcome, Outcome::refused);
  EXPECT_EQ(world.type_pair(world.code(now), world.code(now + 1)).outcome, Outcome::refused);
  world.wait(Seconds(60));
  EXPECT_EQ(world.log_in(world.shown()), Outcome::next_code);
  world.wait(Seconds(30));
  EXPECT_EQ(world.log_in(world.shown()), Outcome::accepted_resynced);
  world.wait(Seconds(30));
  EXPECT_EQ(world.log_in(world.shown()), Outcome::accepted);
}

TEST(Fence, AFastClockHasShownMoreAndASlowOneIsHeldToTheServers) {
  AttemptWorld world;
  const Micros fast = Seconds(600);
  world.add_time(fast);
  world.add_time(-fast);
  raise(world);
  EXPECT_EQ(world.tokens.front().progress.next, Position(world.step(fast) + 2));
  EXPECT_EQ(world.tokens.back().progress.next, Position(world.step() + 2));
}

TEST(Fence, ATokenInStockKeepsItsPlace) {
  AttemptWorld world;
  Token& token = world.add({.kind = TokenKind::totp}, Position(0));
  token.owner.reset();
  EXPECT_EQ(fenced(token, {world.now.wall, 5}).next, Position(0));
  EXPECT_TRUE(fenced(token, {world.now.wall, 5}).fenced);
}

TEST(Fence, SkippedCodesAreRefusedAlsoInAPair) {
  AttemptWorld world;
  world.add_event(10);
  raise(world, 20);
  EXPECT_EQ(world.type_pair(world.code(10), world.code(11)).outcome, Outcome::refused);
  EXPECT_EQ(world.type_pair(world.code(28), world.code(29)).outcome, Outcome::refused);
  EXPECT_EQ(world.type_pair(world.code(30), world.code(31)).outcome, Outcome::accepted_resynced);
}

TEST(Fence, ARightCodeUnderAWrongPinUsesNothingUp) {
  AttemptWorld world;
  world.add_event(10);
  raise(world);
  EXPECT_EQ(world.log_in(world.code(10), {.factor = Factor::wrong}), Outcome::refused);
  EXPECT_EQ(world.tokens.front().progress.next, Position(10));
}

TEST(Fence, WhatTheAuditSaysBringsForwardAndNeverBack) {
  const WallTime at(Seconds(1'800'000'000));
  Progress progress;
  progress.next = Position(10);
  progress = caught_up(std::move(progress), Position(12), at);
  EXPECT_EQ(progress.next, Position(13));
  EXPECT_EQ(progress.used.back().at, at);
  progress = caught_up(std::move(progress), Position(11), at + Seconds(1));
  EXPECT_EQ(progress.next, Position(13));
  EXPECT_EQ(progress.used.size(), 1U);
  EXPECT_EQ(caught_up(progress, Position(Position::kMax), at).next, Position(13));
}

}  // namespace
}  // namespace lockstep
