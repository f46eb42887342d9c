// SPDX-License-Identifier: Apache-2.0
// What attempts cost and what they lead to: two codes, disabled, and the first factor apart.
#include <gtest/gtest.h>

#include "core/policy/budget.h"
#include "core/sync/attempt_test_world.h"

namespace lockstep {
namespace {

/// A user from whom two codes are asked, with an event token at 100.
AttemptWorld in_two_codes(Policy policy = {}) {
  AttemptWorld world(policy);
  world.add_event(100);
  world.miss(policy.misses_to_two_codes);
  return world;
}

// ---- Two codes.

TEST(TwoCodes, BeginAfterTenMissesNotAfterNine) {
  AttemptWorld world;
  world.add_event(100);
  world.miss(9);
  EXPECT_EQ(world.log_in(world.code(100)), Outcome::accepted);
  world.miss(10);
  EXPECT_EQ(world.log_in(world.code(101)), Outcome::next_code);
}

TEST(TwoCodes, APairLetsInAndEndsThem) {
  AttemptWorld world = in_two_codes();
  EXPECT_EQ(world.log_in(world.code(100)), Outcome::next_code);
  EXPECT_EQ(world.log_in(world.code(101)), Outcome::accepted_resynced);
  EXPECT_EQ(world.log_in(world.code(102)), Outcome::accepted);
}

TEST(TwoCodes, APairInOneFieldLetsIn) {
  AttemptWorld world = in_two_codes();
  EXPECT_EQ(world.type_pair(world.code(100), world.code(101)).outcome, Outcome::accepted_resynced);
}

TEST(TwoCodes, APairMayLieInTheSecondCodeZone) {
  AttemptWorld world = in_two_codes();
  EXPECT_EQ(world.log_in(world.code(200)), Outcome::next_code);
  EXPECT_EQ(world.log_in(world.code(201)), Outcome::accepted_resynced);
}

TEST(TwoCodes, CodesInStepBeginAPairWhateverThePreset) {
  AttemptWorld world = in_two_codes(preset(PresetName::pingid));
  EXPECT_EQ(world.log_in(world.code(102)), Outcome::next_code);
  EXPECT_EQ(world.log_in(world.code(103)), Outcome::accepted_resynced);
}

TEST(TwoCodes, EveryFirstCodeRightOrWrongGetsTheSameAnswerUncharged) {
  for (const bool right : {true, false}) {
    AttemptWorld world = in_two_codes();
    const UserSync before = world.sync;
    const Decision decision = world.type(right ? world.code(101) : world.wrong_code());
    EXPECT_EQ(decision.outcome, Outcome::next_code);
    EXPECT_EQ(decision.evidence.reason, Reason::next_code);
    EXPECT_EQ(world.sync.misses_in_row, before.misses_in_row);
    EXPECT_EQ(world.sync.year, before.year);
  }
}

TEST(TwoCodes, AFirstCodeWithoutRoomToRememberItGetsTheSameAnswerToo) {
  AttemptWorld world = in_two_codes();
  for (std::uint64_t i = 0; i < Progress::kRememberedMax; ++i) {
    world.tokens.front().progress.remembered.push_back({Position(110 + 2 * i), world.now});
  }
  EXPECT_EQ(world.log_in(world.code(190)), Outcome::next_code);
  EXPECT_EQ(world.log_in(world.code(191)), Outcome::refused) << "but it begins no pair";
}

TEST(TwoCodes, AFailedPairIsOneMissAndAPause) {
  AttemptWorld world = in_two_codes();
  const std::int64_t year = world.sync.year.level;
  ASSERT_EQ(world.log_in(world.wrong_code(1)), Outcome::next_code);
  ASSERT_EQ(world.log_in(world.wrong_code(2)), Outcome::refused);
  EXPECT_EQ(world.sync.misses_in_row, 11U);
  EXPECT_EQ(world.sync.year.level, year + 1'000'000);

  const UserSync before = world.sync;
  world.wait(Seconds(30) - Micros(1));
  const Decision early = world.type(world.code(100));
  EXPECT_EQ(early.evidence.reason, Reason::too_many_attempts);
  EXPECT_EQ(early.evidence.when, world.now.wall + Micros(1));
  EXPECT_EQ(world.sync, before);
  world.wait(Micros(1));
  EXPECT_EQ(world.log_in(world.code(100)), Outcome::next_code);
  EXPECT_EQ(world.log_in(world.code(101)), Outcome::accepted_resynced);
}

TEST(TwoCodes, ThePauseIsOfItsSourceOnly) {
  AttemptWorld world = in_two_codes();
  (void)world.type(world.wrong_code(1));
  (void)world.type(world.wrong_code(2));
  EXPECT_EQ(world.log_in(world.code(100), {.source = kWeb}), Outcome::next_code);
  EXPECT_EQ(world.log_in(world.code(101), {.source = kWeb}), Outcome::accepted_resynced);
}

TEST(TwoCodes, AFailedPairInOneFieldPausesToo) {
  AttemptWorld world = in_two_codes();
  EXPECT_EQ(world.type_pair(world.code(100), world.code(103)).outcome, Outcome::refused);
  EXPECT_EQ(world.sync.misses_in_row, 11U);
  EXPECT_EQ(world.type(world.code(100)).evidence.reason, Reason::too_many_attempts);
}

TEST(TwoCodes, AnExpiredFirstCodeIsNoFailedPair) {
  AttemptWorld world = in_two_codes();
  ASSERT_EQ(world.log_in(world.wrong_code()), Outcome::next_code);
  world.wait(Seconds(181));
  EXPECT_EQ(world.log_in(world.code(100)), Outcome::next_code);
  EXPECT_EQ(world.sync.misses_in_row, 10U);
}

TEST(TwoCodes, AReplayIsStillAlreadyUsed) {
  AttemptWorld world = in_two_codes();
  (void)world.type(world.code(100));
  (void)world.type(world.code(101));
  world.miss(10);
  EXPECT_EQ(world.type(world.code(101)).evidence.reason, Reason::already_used);
}

TEST(TwoCodes, AFullYearsBucketAsksForThemUntilItLeaks) {
  AttemptWorld world;
  world.add_event(100);
  std::uint64_t next = 100;
  for (int i = 0; i < 66; ++i) {
    world.miss(1);
    if (world.sync.misses_in_row < 9) continue;
    ASSERT_EQ(world.log_in(world.code(next++)), Outcome::accepted);
  }
  ASSERT_EQ(world.log_in(world.code(next)), Outcome::next_code);
  ASSERT_EQ(world.log_in(world.code(next + 1)), Outcome::accepted_resynced);
  EXPECT_EQ(world.log_in(world.code(next + 2)), Outcome::next_code) << "success empties no bucket";
  world.wait(Seconds(365 * 24 * 3600 / 66 + 1));
  EXPECT_EQ(world.log_in(world.code(next + 3)), Outcome::accepted);
}

// ---- Disabled.

TEST(Disabled, AfterAHundredMissesNothingHelps) {
  AttemptWorld world = in_two_codes();
  world.sync.misses_in_row = 99;
  ASSERT_EQ(world.log_in(world.wrong_code(1)), Outcome::next_code);
  ASSERT_EQ(world.log_in(world.wrong_code(2)), Outcome::refused);
  world.wait(Seconds(24 * 3600));
  const UserSync before = world.sync;
  EXPECT_EQ(world.type(world.code(100)).evidence.reason, Reason::locked);
  EXPECT_EQ(world.type_pair(world.code(100), world.code(101)).evidence.reason, Reason::locked);
  EXPECT_EQ(world.sync, before);
}

TEST(Disabled, AnUnlockOpensIt) {
  AttemptWorld world = in_two_codes();
  world.sync.misses_in_row = 100;
  world.sync = unlocked(std::move(world.sync));
  EXPECT_EQ(world.log_in(world.code(100)), Outcome::accepted);
}

TEST(Disabled, WhereItIsOff500FailedPairsADayAreTheLimit) {
  Policy policy;
  policy.disabling = Disabling::off;
  AttemptWorld world = in_two_codes(policy);
  world.sync.misses_in_row = 1'000;
  world.sync.failed_pairs_today = 499;
  world.sync.failed_pairs_since = world.now;
  (void)world.type(world.wrong_code(1));
  ASSERT_EQ(world.log_in(world.wrong_code(2)), Outcome::refused);
  const Login web{.source = kWeb};
  EXPECT_EQ(world.type(world.code(100), web).evidence.reason, Reason::too_many_attempts);
  world.wait(Seconds(24 * 3600));
  EXPECT_EQ(world.log_in(world.code(100), web), Outcome::next_code);
  EXPECT_EQ(world.log_in(world.code(101), web), Outcome::accepted_resynced);
}

// ---- Nothing proven before the code.

TEST(NoFactor, MissesCountAgainstTheSourceAndNeverDisable) {
  AttemptWorld world;
  world.add_event(100);
  const Login thief{.source = Source("thief"), .factor = Factor::none};
  const Login owner{.source = kVpn, .factor = Factor::none};
  world.miss(10, thief);
  EXPECT_EQ(world.sync.misses_in_row, 0U);
  EXPECT_EQ(world.log_in(world.code(100), thief), Outcome::next_code);
  EXPECT_EQ(world.log_in(world.code(101), owner), Outcome::accepted);
}

TEST(NoFactor, TheYearsBucketLeadsToTwoCodesForEverybody) {
  AttemptWorld world;
  world.add_event(100);
  for (int i = 0; i < 8; ++i) {
    world.miss(9, {.source = Source(std::to_string(i)), .factor = Factor::none});
  }
  const Login owner{.source = kVpn, .factor = Factor::none};
  EXPECT_EQ(world.log_in(world.code(100), owner), Outcome::next_code);
  EXPECT_EQ(world.log_in(world.code(101), owner), Outcome::accepted_resynced);
}

// ---- First factor apart.

TEST(WrongFactor, WithAWrongCodeIsNoise) {
  AttemptWorld world;
  world.add_event(100);
  const Decision decision = world.type(world.wrong_code(), {.factor = Factor::wrong});
  EXPECT_EQ(decision.outcome, Outcome::refused);
  EXPECT_EQ(decision.evidence.reason, Reason::wrong_factor);
  EXPECT_EQ(world.sync, UserSync{});
}

TEST(WrongFactor, WithACodeFurtherOffCountsNothingAndLeavesNoCandidate) {
  AttemptWorld world;
  Token& token = world.add_event(100);
  const Decision decision = world.type(world.code(150), {.factor = Factor::wrong});
  EXPECT_EQ(decision.outcome, Outcome::refused);
  EXPECT_EQ(decision.evidence.reason, Reason::wrong_factor);
  EXPECT_EQ(world.sync, UserSync{});
  EXPECT_EQ(token.progress.next, Position(100));
}

TEST(WrongFactor, ACodeFurtherOffTriesOnePinOnly) {
  AttemptWorld world;
  world.add_event(100);
  ASSERT_EQ(AttemptWorld(world).log_in(world.code(150)), Outcome::next_code) << "a right PIN shows";
  (void)world.type(world.code(150), {.factor = Factor::wrong});
  EXPECT_EQ(world.log_in(world.code(150)), Outcome::refused) << "so it may show only once";
  EXPECT_EQ(world.log_in(world.code(151)), Outcome::next_code);
  EXPECT_EQ(world.log_in(world.code(152)), Outcome::accepted_resynced);
}

TEST(WrongFactor, WithAPairUsesBothUpAndCounts) {
  AttemptWorld world;
  Token& token = world.add_event(100);
  const Decision decision =
      world.type_pair(world.code(150), world.code(151), {.factor = Factor::wrong});
  EXPECT_EQ(decision.outcome, Outcome::refused);
  EXPECT_EQ(decision.evidence.reason, Reason::wrong_factor);
  EXPECT_EQ(token.progress.next, Position(152));
  EXPECT_EQ(world.sync.factor_failures.in_row, 1U);
}

TEST(WrongFactor, TenPairsInARowLockTheToken) {
  AttemptWorld world;
  Token& token = world.add_event(100);
  for (std::uint64_t i = 0; i < 10; ++i) {
    EXPECT_EQ(token.status, TokenStatus::enabled);
    (void)world.type_pair(world.code(150 + 2 * i), world.code(151 + 2 * i),
                          {.factor = Factor::wrong});
    world.wait(Seconds(900));
  }
  EXPECT_EQ(token.status, TokenStatus::locked);
}

TEST(WrongFactor, WithARightCodeUsesItUpAndCounts) {
  AttemptWorld world;
  Token& token = world.add_event(100);
  const Decision decision = world.type(world.code(100), {.factor = Factor::wrong});
  EXPECT_EQ(decision.outcome, Outcome::refused);
  EXPECT_EQ(decision.evidence.reason, Reason::wrong_factor);
  EXPECT_EQ(token.progress.next, Position(101));
  EXPECT_EQ(world.sync.factor_failures.in_row, 1U);
  EXPECT_EQ(world.sync.misses_in_row, 0U);
  EXPECT_EQ(world.log_in(world.code(101)), Outcome::accepted);
  EXPECT_EQ(world.sync.factor_failures.in_row, 0U);
}

TEST(WrongFactor, FromTheFifthOnOneTryIn15Minutes) {
  AttemptWorld world;
  Token& token = world.add_event(100);
  for (std::uint64_t i = 0; i < 5; ++i) {
    (void)world.type(world.code(100 + i), {.factor = Factor::wrong});
  }
  for (const Factor factor : {Factor::right, Factor::wrong}) {
    const Decision decision = world.type(world.code(105), {.factor = factor});
    EXPECT_EQ(decision.evidence.reason, Reason::too_many_attempts);
    EXPECT_EQ(decision.evidence.when, world.now.wall + Seconds(900));
    EXPECT_EQ(token.progress.next, Position(105)) << "not evaluated: nothing is used up";
  }
  world.wait(Seconds(900));
  EXPECT_EQ(world.log_in(world.code(105)), Outcome::accepted);
}

TEST(WrongFactor, TenInARowLockTheToken) {
  AttemptWorld world;
  Token& token = world.add_event(100);
  for (std::uint64_t i = 0; i < 9; ++i) {
    const Decision decision = world.type(world.code(100 + i), {.factor = Factor::wrong});
    EXPECT_TRUE(decision.evidence.locked.empty());
    EXPECT_EQ(token.status, TokenStatus::enabled);
    world.wait(Seconds(900));
  }
  const Decision decision = world.type(world.code(109), {.factor = Factor::wrong});
  EXPECT_EQ(decision.evidence.locked, std::vector{token.id});
  EXPECT_EQ(token.status, TokenStatus::locked);
  EXPECT_EQ(world.type(world.code(110)).evidence.reason, Reason::token_locked);
}

}  // namespace
}  // namespace lockstep
