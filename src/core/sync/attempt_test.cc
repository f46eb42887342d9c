// SPDX-License-Identifier: Apache-2.0
// The rules of one attempt in the state open: gate, zones, pairs, remembered positions.
#include "core/sync/attempt.h"

#include <gtest/gtest.h>

#include "core/sync/attempt_test_world.h"
#include "core/sync/progress.h"

namespace lockstep {
namespace {

// ---- One code in step.

TEST(Attempt, ACodeInStepLetsInAndIsUsedUp) {
  AttemptWorld world;
  Token& token = world.add_event(100);
  const Decision decision = world.type(world.code(100));
  EXPECT_EQ(decision.outcome, Outcome::accepted);
  EXPECT_EQ(decision.evidence.token, token.id);
  EXPECT_EQ(decision.evidence.position, Position(100));
  EXPECT_EQ(decision.evidence.old_next, Position(100));
  EXPECT_EQ(token.progress.next, Position(101));
  EXPECT_EQ(token.progress.used.back().position, Position(100));
}

TEST(Attempt, HighWaterGoesToTheMatchedPositionNotTheExpectedOne) {
  AttemptWorld world;
  Token& token = world.add_event(100);
  EXPECT_EQ(world.type(world.code(102)).evidence.off, 2);
  EXPECT_EQ(token.progress.next, Position(103));
  EXPECT_EQ(world.log_in(world.code(101)), Outcome::refused) << "skipped codes are gone";
}

TEST(Attempt, TheCodeAtHighWaterIsRefusedWithoutCharge) {
  AttemptWorld world;
  world.add_event(100);
  ASSERT_EQ(world.log_in(world.code(100)), Outcome::accepted);
  ASSERT_EQ(world.log_in(world.code(150)), Outcome::next_code);
  const UserSync before = world.sync;
  const Decision replay = world.type(world.code(100));
  EXPECT_EQ(replay.outcome, Outcome::refused);
  EXPECT_EQ(replay.evidence.reason, Reason::already_used);
  EXPECT_EQ(replay.evidence.when, world.now.wall);
  EXPECT_EQ(world.sync, before) << "nothing charged, and the slot is kept";
  EXPECT_TRUE(replay.moves.empty());
}

TEST(Attempt, AMissIsChargedAndMovesNoToken) {
  AttemptWorld world;
  world.add_event(100);
  const Decision decision = world.type(world.wrong_code());
  EXPECT_EQ(decision.outcome, Outcome::refused);
  EXPECT_EQ(decision.evidence.reason, Reason::no_match);
  EXPECT_TRUE(decision.moves.empty());
  EXPECT_EQ(world.sync.misses_in_row, 1U);
  EXPECT_EQ(world.sync.year.level, 1'000'000);
}

TEST(Attempt, SuccessClearsTheRowAndAllSlots) {
  AttemptWorld world;
  world.add_event(100);
  world.miss(3);
  ASSERT_EQ(world.log_in(world.code(150), {.source = kWeb}), Outcome::next_code);
  ASSERT_EQ(world.log_in(world.code(100)), Outcome::accepted);
  EXPECT_EQ(world.sync.misses_in_row, 0U);
  EXPECT_TRUE(world.sync.slots.empty());
  EXPECT_EQ(world.sync.year.level, 3'000'000) << "the year remembers";
}

TEST(Attempt, ASlipOfTheFingerCountsInTheRowNotInTheYear) {
  AttemptWorld world;
  world.add_event(1);
  // RFC 4226 appendix D: the code at 1 is 287082. One digit off, then two neighbours swapped.
  for (const std::uint32_t slip : {287083U, 827082U}) (void)world.type(Code(slip));
  EXPECT_EQ(world.sync.misses_in_row, 2U);
  EXPECT_EQ(world.sync.year.level, 0);
  (void)world.type(Code(287193));
  EXPECT_EQ(world.sync.year.level, 1'000'000);
}

TEST(Attempt, OneMissHoweverManyTokens) {
  AttemptWorld world;
  for (const char* salt : {"a", "b", "c"}) world.add({}, Position(10), salt);
  world.miss(1);
  EXPECT_EQ(world.sync.misses_in_row, 1U);
  EXPECT_EQ(world.sync.year.level, 1'000'000);
}

TEST(Attempt, ATokenAtTheEndOfItsCounterIsSpent) {
  AttemptWorld world;
  Token& token = world.add_event(Position::kMax - 1);
  EXPECT_EQ(world.log_in(world.code(Position::kMax - 1)), Outcome::accepted);
  EXPECT_EQ(token.progress.next, Position(Position::kMax));
  EXPECT_EQ(world.log_in(world.code(Position::kMax)), Outcome::refused);
  EXPECT_EQ(token.progress.next, Position(Position::kMax));
}

// ---- Gate.

TEST(Gate, RefusesByNameAndChargesNothing) {
  struct Case {
    Reason reason;
    void (*close)(AttemptWorld&);
  };
  const Case cases[] = {
      {Reason::suspended,
       [](AttemptWorld& w) { w.tokens.front().status = TokenStatus::suspended; }},
      {Reason::lost, [](AttemptWorld& w) { w.tokens.front().status = TokenStatus::lost; }},
      {Reason::not_assigned, [](AttemptWorld& w) { w.tokens.front().owner.reset(); }},
      {Reason::not_assigned, [](AttemptWorld& w) { w.tokens.clear(); }},
      {Reason::user_disabled, [](AttemptWorld& w) { w.status = UserStatus::disabled; }},
      {Reason::no_group, [](AttemptWorld& w) { w.group_ok = false; }},
      {Reason::expired_token,
       [](AttemptWorld& w) { w.tokens.front().valid_from = w.now.wall + Micros(1); }},
      {Reason::expired_token,
       [](AttemptWorld& w) { w.tokens.front().valid_until = w.now.wall - Micros(1); }},
  };
  for (const Case& one : cases) {
    for (const Factor factor : {Factor::right, Factor::wrong, Factor::none}) {
      AttemptWorld world;
      world.add_event(100);
      const Code code = world.code(100);
      one.close(world);
      const Decision decision = world.type(code, {.factor = factor});
      EXPECT_EQ(decision.outcome, Outcome::refused);
      EXPECT_EQ(decision.evidence.reason, one.reason);
      EXPECT_EQ(world.sync, UserSync{});
      EXPECT_TRUE(decision.moves.empty());
    }
  }
}

TEST(Gate, DatesIncludeTheirEdges) {
  AttemptWorld world;
  Token& token = world.add_event(100);
  token.valid_from = world.now.wall;
  token.valid_until = world.now.wall;
  EXPECT_EQ(world.log_in(world.code(100)), Outcome::accepted);
}

TEST(Gate, WithoutReadingsItIsNoAttempt) {
  AttemptWorld world;
  world.add_event(100);
  const Decision decision = world.attempt({{}, kVpn, world.now});
  EXPECT_EQ(decision.evidence.reason, Reason::malformed);
  EXPECT_EQ(world.sync, UserSync{});
}

TEST(Gate, AnotherLengthIsNoAttempt) {
  AttemptWorld world;
  world.add_event(100);
  const Decision decision = world.type(Code(12345678), {.digits = Digits::eight()});
  EXPECT_EQ(decision.evidence.reason, Reason::wrong_length);
  EXPECT_EQ(world.sync, UserSync{});
}

TEST(Gate, ACodeOfALostTokenIsRefusedByItsNameBesideAnotherToken) {
  AttemptWorld world;
  world.add_event(100).status = TokenStatus::lost;
  world.add({}, Position(5), "b");
  const Decision decision = world.type(world.code(100));
  EXPECT_EQ(decision.evidence.reason, Reason::lost);
  EXPECT_EQ(world.sync, UserSync{});
  EXPECT_EQ(world.log_in(world.code(5, 1)), Outcome::accepted);
}

// ---- Several ways to read one field.

TEST(Readings, ARightFactorOutweighsTheOthers) {
  AttemptWorld world;
  world.add_event(100);
  const Code right = world.code(100);
  const Attempt attempt{
      {{Digits::eight(), Factor::wrong, Code(1), {}}, {Digits::six(), Factor::right, right, {}}},
      kVpn,
      world.now};
  EXPECT_EQ(world.attempt(attempt).outcome, Outcome::accepted);
}

// "123456 234567": read as one code, what stands before it is a wrong PIN, and the code is right.
TEST(Readings, AWrongOneBesideARightOneIsNotHeldAgainstTheToken) {
  AttemptWorld world;
  Token& token = world.add_event(100);
  const Code first = world.code(100);
  const Code second = world.code(101);
  const Attempt attempt{
      {{Digits::six(), Factor::wrong, second, {}}, {Digits::six(), Factor::right, first, second}},
      kVpn,
      world.now};
  EXPECT_EQ(world.attempt(attempt).outcome, Outcome::accepted_resynced);
  EXPECT_EQ(token.progress.next, Position(102));
  EXPECT_EQ(world.sync.factor_failures.in_row, 0U);
}

// ---- Pairs.

TEST(Pair, TwoAdjacentAttemptsLetIn) {
  AttemptWorld world;
  Token& token = world.add_event(100);
  const Decision first = world.type(world.code(150));
  EXPECT_EQ(first.outcome, Outcome::next_code);
  EXPECT_EQ(first.evidence.off, 50);
  EXPECT_EQ(token.progress.next, Position(100)) << "nothing moves before the pair";
  const Decision second = world.type(world.code(151));
  EXPECT_EQ(second.outcome, Outcome::accepted_resynced);
  EXPECT_EQ(token.progress.next, Position(152));
  EXPECT_TRUE(last_was_pair(token.progress)) << "both codes are used up";
  EXPECT_TRUE(token.progress.remembered.empty());
}

TEST(Pair, EventTokensFollowByExactlyOne) {
  for (const std::uint64_t second : {148U, 149U, 152U, 153U}) {
    AttemptWorld world;
    world.add_event(100);
    ASSERT_EQ(world.log_in(world.code(150)), Outcome::next_code);
    EXPECT_EQ(world.log_in(world.code(second)), Outcome::next_code) << "a new first code";
  }
}

TEST(Pair, ANextCodeAnswerIsNotCharged) {
  AttemptWorld world;
  world.add_event(100);
  for (int i = 0; i < 20; ++i) {
    ASSERT_EQ(world.log_in(world.code(120 + 3 * static_cast<std::uint64_t>(i))),
              Outcome::next_code);
  }
  EXPECT_EQ(world.sync.misses_in_row, 0U);
  EXPECT_EQ(world.sync.year.level, 0);
}

TEST(Pair, AMissBetweenBreaksIt) {
  AttemptWorld world;
  world.add_event(100);
  ASSERT_EQ(world.log_in(world.code(150)), Outcome::next_code);
  ASSERT_EQ(world.log_in(world.wrong_code()), Outcome::refused);
  EXPECT_EQ(world.log_in(world.code(151)), Outcome::next_code);
  EXPECT_EQ(world.log_in(world.code(152)), Outcome::accepted_resynced);
}

TEST(Pair, SourcesDoNotMix) {
  AttemptWorld world;
  world.add_event(100);
  ASSERT_EQ(world.log_in(world.code(150)), Outcome::next_code);
  EXPECT_EQ(world.log_in(world.code(151), {.source = kWeb}), Outcome::next_code);
  ASSERT_EQ(world.log_in(world.wrong_code(), {.source = Source("thief")}), Outcome::refused);
  EXPECT_EQ(world.log_in(world.code(152), {.source = kWeb}), Outcome::accepted_resynced);
}

TEST(Pair, HasATimeLimit) {
  struct Case {
    Micros wait;
    Outcome outcome;
  };
  const Case cases[] = {
      {Seconds(179), Outcome::accepted_resynced},
      {Seconds(180), Outcome::accepted_resynced},
      {Seconds(180) + Micros(1), Outcome::next_code},
      {Seconds(181), Outcome::next_code},
      {Seconds(-1), Outcome::next_code},
  };
  for (const Case& one : cases) {
    AttemptWorld world;
    world.add_event(100);
    ASSERT_EQ(world.log_in(world.code(150)), Outcome::next_code);
    world.wait(one.wait);
    EXPECT_EQ(world.log_in(world.code(151)), one.outcome) << one.wait.count();
  }
}

TEST(Pair, TheMonotonicClockEndsItToo) {
  AttemptWorld world;
  world.add_event(100);
  ASSERT_EQ(world.log_in(world.code(150)), Outcome::next_code);
  world.wait(Seconds(200));
  world.now.wall -= Seconds(100);
  EXPECT_EQ(world.log_in(world.code(151)), Outcome::next_code);
}

TEST(Pair, OfATimeTokenKeepsTheTimeBetween) {
  // 60 s lie between, two steps; the second code may be off by one step and 20 s from that.
  for (const std::uint64_t apart : {1U, 2U, 3U, 4U, 5U}) {
    AttemptWorld world;
    world.add_time().form = TokenForm::software;
    const std::uint64_t first = world.step() + 20;
    ASSERT_EQ(world.log_in(world.code(first)), Outcome::next_code);
    world.wait(Seconds(60));
    EXPECT_EQ(world.log_in(world.code(first + apart)),
              apart <= 3 ? Outcome::accepted_resynced : Outcome::next_code)
        << apart;
  }
}

TEST(Pair, SetsTheClockToTheMiddle) {
  AttemptWorld world;
  Token& token = world.add_time();
  const Micros off = Seconds(-75);
  ASSERT_EQ(world.log_in(world.shown(off)), Outcome::next_code);
  world.wait(Seconds(30));
  const Decision decision = world.type(world.shown(off));
  ASSERT_EQ(decision.outcome, Outcome::accepted_resynced);
  // The clock stood 20 s into its step, which is taken as the middle: 5 s less than it is.
  ASSERT_TRUE(token.progress.clock);
  EXPECT_EQ(token.progress.clock->offset, Seconds(-80));
  EXPECT_EQ(decision.evidence.offset_before, Micros(0));
  EXPECT_EQ(decision.evidence.offset_after, Micros(Seconds(-80)));
}

TEST(Pair, InOneFieldIsExactlyTheNextCode) {
  for (const std::uint64_t second : {150U, 151U, 152U}) {
    AttemptWorld world;
    Token& token = world.add_event(100);
    const Decision decision = world.type_pair(world.code(150), world.code(second));
    const bool follows = second == 151;
    EXPECT_EQ(decision.outcome, follows ? Outcome::accepted_resynced : Outcome::refused);
    EXPECT_EQ(token.progress.next, Position(follows ? 152 : 100));
    EXPECT_EQ(world.sync.misses_in_row, follows ? 0U : 1U) << "one charge for both codes";
  }
}

TEST(Pair, InOneFieldOfATimeTokenIsExactlyTheNextCode) {
  AttemptWorld world;
  world.add_time();
  const std::uint64_t step = world.step();
  EXPECT_EQ(world.type_pair(world.code(step - 1), world.code(step + 1)).outcome, Outcome::refused);
  EXPECT_EQ(world.type_pair(world.code(step - 1), world.code(step)).outcome,
            Outcome::accepted_resynced);
}

TEST(Pair, SeveralThatFitAskForAThirdCode) {
  // The same seed twice: every pair of codes fits both tokens.
  AttemptWorld world;
  world.add_event(100);
  world.add_event(101);
  ASSERT_EQ(world.log_in(world.code(150)), Outcome::next_code);
  EXPECT_EQ(world.log_in(world.code(151)), Outcome::next_code);
  EXPECT_EQ(world.log_in(world.code(152)), Outcome::next_code) << "still both";
  EXPECT_EQ(world.sync.misses_in_row, 0U);
  world.tokens.back().status = TokenStatus::suspended;
  EXPECT_EQ(world.log_in(world.code(153)), Outcome::accepted_resynced);
}

// ---- Remembered positions.

TEST(Remembered, TheSameCodeAgainGetsTheSameAnswerAndChangesNothing) {
  AttemptWorld world;
  world.add_event(100);
  ASSERT_EQ(world.log_in(world.code(150)), Outcome::next_code);
  const UserSync before = world.sync;
  world.wait(Seconds(100));
  const Decision again = world.type(world.code(150));
  EXPECT_EQ(again.outcome, Outcome::next_code);
  EXPECT_EQ(world.sync, before);
  EXPECT_TRUE(again.moves.empty());
  world.wait(Seconds(81));
  EXPECT_EQ(world.log_in(world.code(151)), Outcome::next_code) << "it was not renewed";
}

TEST(Remembered, IsSpentAsASingleCodeOnEveryPath) {
  AttemptWorld world;
  Token& token = world.add_event(100);
  ASSERT_EQ(world.log_in(world.code(103)), Outcome::next_code);
  ASSERT_EQ(world.log_in(world.code(101), {.source = kWeb}), Outcome::accepted);
  ASSERT_TRUE(is_remembered(token.progress, Position(103)));
  EXPECT_NE(world.log_in(world.code(103)), Outcome::accepted) << "in step by now";
  world.wait(Seconds(1'000));
  EXPECT_NE(world.log_in(world.code(103)), Outcome::accepted) << "and its slot has expired";
  EXPECT_EQ(world.log_in(world.code(104)), Outcome::accepted);
  EXPECT_FALSE(is_remembered(token.progress, Position(103))) << "high water has passed it";
}

// Otherwise a guesser whom a prompt told one right code could try second codes until one fits.
TEST(Remembered, IsGoodForOneSecondCodeOnly) {
  AttemptWorld world;
  world.add_event(100);
  ASSERT_EQ(world.log_in(world.code(150)), Outcome::next_code);
  ASSERT_EQ(world.log_in(world.wrong_code()), Outcome::refused);
  const Decision again = world.type(world.code(150));
  EXPECT_EQ(again.outcome, Outcome::refused);
  EXPECT_EQ(again.evidence.reason, Reason::same_code);
  EXPECT_EQ(world.sync.misses_in_row, 2U);
}

TEST(Remembered, HelpsNoOtherSource) {
  AttemptWorld world;
  world.add_event(100);
  ASSERT_EQ(world.log_in(world.code(150)), Outcome::next_code);
  EXPECT_EQ(world.log_in(world.code(150), {.source = kWeb}), Outcome::refused);
  EXPECT_EQ(world.log_in(world.code(151)), Outcome::accepted_resynced);
}

TEST(Remembered, BeginsAnotherPairWhenItsSlotOnlyExpired) {
  AttemptWorld world;
  world.add_event(100);
  ASSERT_EQ(world.log_in(world.code(150)), Outcome::next_code);
  world.wait(Seconds(600));
  ASSERT_EQ(world.log_in(world.code(150)), Outcome::next_code);
  EXPECT_EQ(world.log_in(world.code(151)), Outcome::accepted_resynced);
}

TEST(Remembered, AtMost32PerTokenThenRefused) {
  AttemptWorld world;
  Token& token = world.add_event(100);
  for (std::uint64_t i = 0; i < Progress::kRememberedMax; ++i) {
    ASSERT_EQ(world.log_in(world.code(110 + 2 * i)), Outcome::next_code);
  }
  EXPECT_EQ(token.progress.remembered.size(), 32U);
  EXPECT_EQ(world.log_in(world.code(190)), Outcome::refused);
  EXPECT_EQ(world.sync.misses_in_row, 1U);
  EXPECT_EQ(world.log_in(world.code(100)), Outcome::accepted) << "in step needs no room";
}

TEST(Remembered, OfATimeTokenMakeRoomOnceTheInStepZonePassedThem) {
  AttemptWorld world;
  Token& token = world.add_time();
  for (int i = 0; i < 40; ++i) {
    const Login elsewhere{.source = Source(std::to_string(i))};
    ASSERT_EQ(world.log_in(world.code(world.step() + 20), elsewhere), Outcome::next_code) << i;
    world.wait(Seconds(60));
  }
  EXPECT_LE(token.progress.remembered.size(), Progress::kRememberedMax);
}

TEST(Remembered, StaySpentWhenAClockPutBackBringsTheZoneBackOverThem) {
  AttemptWorld world;
  Token& token = world.add_time();
  const std::uint64_t spent = world.step() + 3;
  ASSERT_EQ(world.log_in(world.code(spent), {.source = Source("a")}), Outcome::next_code);
  world.wait(Seconds(300));  // the server's clock runs ahead: the zone passes over it
  ASSERT_EQ(world.log_in(world.code(world.step() + 20), {.source = Source("b")}),
            Outcome::next_code);
  EXPECT_EQ(token.progress.remembered.front().position, Position(spent));
}

TEST(Slots, AtMostEightTheOldestGoes) {
  AttemptWorld world;
  world.add_event(100);
  for (std::uint64_t i = 0; i < UserSync::kSlotsMax + 1; ++i) {
    const Login login{.source = Source("source " + std::to_string(i))};
    ASSERT_EQ(world.log_in(world.code(110 + 2 * i), login), Outcome::next_code);
  }
  EXPECT_EQ(world.sync.slots.size(), UserSync::kSlotsMax);
  EXPECT_EQ(world.log_in(world.code(111), {.source = Source("source 0")}), Outcome::next_code);
  EXPECT_EQ(world.log_in(world.code(115), {.source = Source("source 2")}),
            Outcome::accepted_resynced);
}

// ---- Plausibility.

TEST(Guard, ImplausiblePairsAreRefusedAndSaySo) {
  AttemptWorld world;
  Token& token = world.add_time();
  const Micros off = Seconds(-180);
  world.wait(Seconds(24 * 3600));
  ASSERT_EQ(world.log_in(world.shown(off)), Outcome::next_code);
  world.wait(Seconds(30));
  const Decision decision = world.type(world.shown(off));
  EXPECT_EQ(decision.outcome, Outcome::refused);
  EXPECT_EQ(decision.evidence.reason, Reason::implausible_jump);
  EXPECT_EQ(token.progress.next, Position(1));
  EXPECT_EQ(world.sync.misses_in_row, 1U);
}

}  // namespace
}  // namespace lockstep
