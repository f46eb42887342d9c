// SPDX-License-Identifier: Apache-2.0
// Stories of people, tokens and thieves, each of which broke a simpler rule once.
#include <gtest/gtest.h>

#include "core/sync/attempt_test_world.h"
#include "core/sync/clock_model.h"
#include "core/sync/progress.h"

namespace lockstep {
namespace {

constexpr Seconds kHour{3600};
constexpr Seconds kDay{24 * kHour};
constexpr auto kAllPresets = {PresetName::standard, PresetName::mideye, PresetName::pingid,
                              PresetName::rsa,      PresetName::sas,    PresetName::strict};
const Login kEightDigits{.digits = Digits::eight()};

// ---- Event tokens.

/// A Mideye card whose user is `ahead` codes ahead logs in, and again with the next code.
std::pair<Outcome, Outcome> two_log_ins(std::uint64_t ahead, Micros between) {
  AttemptWorld world(preset(PresetName::mideye));
  world.add_event(500, 8);
  const Outcome first = world.log_in(world.code(500 + ahead), kEightDigits);
  world.wait(between);
  return {first, world.log_in(world.code(501 + ahead), kEightDigits)};
}

TEST(MideyeCard, SomeCodesAheadOverTwoLogIns) {
  struct Case {
    std::uint64_t ahead;
    Outcome first;
    Outcome second;
  };
  const Case cases[] = {
      {10, Outcome::accepted, Outcome::accepted},
      {11, Outcome::next_code, Outcome::accepted_resynced},
      {100, Outcome::next_code, Outcome::accepted_resynced},
      {101, Outcome::refused, Outcome::refused},
  };
  for (const Case& one : cases) {
    EXPECT_EQ(two_log_ins(one.ahead, Seconds(60)), (std::pair{one.first, one.second})) << one.ahead;
  }
}

TEST(MideyeCard, TheSecondLogInHas180Seconds) {
  EXPECT_EQ(two_log_ins(50, Seconds(179)).second, Outcome::accepted_resynced);
  EXPECT_EQ(two_log_ins(50, Seconds(180)).second, Outcome::accepted_resynced);
  EXPECT_EQ(two_log_ins(50, Seconds(181)).second, Outcome::next_code);
}

TEST(MideyeCard, WithATypoBetween) {
  AttemptWorld world(preset(PresetName::mideye));
  world.add_event(500, 8);
  EXPECT_EQ(world.log_in(world.code(550), kEightDigits), Outcome::next_code);
  EXPECT_EQ(world.log_in(world.wrong_code(), kEightDigits), Outcome::refused);
  EXPECT_EQ(world.log_in(world.code(552), kEightDigits), Outcome::next_code);
  EXPECT_EQ(world.log_in(world.code(553), kEightDigits), Outcome::accepted_resynced);
}

TEST(MideyeCard, AReplayOfTheLastCodeBetweenChangesNothing) {
  AttemptWorld world(preset(PresetName::mideye));
  world.add_event(500, 8);
  ASSERT_EQ(world.log_in(world.code(500), kEightDigits), Outcome::accepted);
  ASSERT_EQ(world.log_in(world.code(550), kEightDigits), Outcome::next_code);
  EXPECT_EQ(world.log_in(world.code(500), kEightDigits), Outcome::refused);
  EXPECT_EQ(world.log_in(world.code(551), kEightDigits), Outcome::accepted_resynced);
  EXPECT_EQ(world.log_in(world.code(552), kEightDigits), Outcome::accepted) << "the very next";
}

TEST(EventToken, AClientWithoutPromptsGetsInOverTwoLogIns) {
  AttemptWorld world;
  world.add_event(500);
  EXPECT_NE(world.log_in(world.code(540)), Outcome::accepted) << "shown as a refusal";
  EXPECT_EQ(world.log_in(world.code(541)), Outcome::accepted_resynced);
}

TEST(EventToken, TheVeryNextCodeWorksAfterAPairUnderEveryPreset) {
  for (const PresetName name : kAllPresets) {
    AttemptWorld world(preset(name));
    world.add_event(500);
    if (name == PresetName::pingid) {
      ASSERT_EQ(world.type_pair(world.code(500), world.code(501)).outcome,
                Outcome::accepted_resynced);
    } else {
      ASSERT_EQ(world.log_in(world.code(500 + 60)), Outcome::next_code);
      ASSERT_EQ(world.log_in(world.code(501 + 60)), Outcome::accepted_resynced);
    }
    const std::uint64_t next = world.tokens.front().progress.next.value();
    EXPECT_EQ(world.log_in(world.code(next)), Outcome::accepted) << name_of(name);
  }
}

TEST(EventToken, StrictTakesTheVeryNextCodeAlone) {
  AttemptWorld world(preset(PresetName::strict));
  world.add_event(500);
  EXPECT_EQ(world.log_in(world.code(501)), Outcome::next_code);
  EXPECT_EQ(world.log_in(world.code(500), {.source = kWeb}), Outcome::accepted);
}

TEST(EventToken, PingIdAsksForNoSecondCode) {
  AttemptWorld world(preset(PresetName::pingid));
  world.add_event(500);
  EXPECT_EQ(world.log_in(world.code(503)), Outcome::refused);
  EXPECT_EQ(world.log_in(world.code(502)), Outcome::accepted);
}

TEST(EventToken, NewFromStockFarAhead) {
  for (const std::uint64_t ahead : {1'000U, 1'001U}) {
    AttemptWorld world;
    world.add_event(0);
    const bool inside = ahead <= 1'000;
    EXPECT_EQ(world.log_in(world.code(ahead)), inside ? Outcome::next_code : Outcome::refused);
    EXPECT_EQ(world.log_in(world.code(ahead + 1)),
              inside ? Outcome::accepted_resynced : Outcome::refused);
  }
}

// ---- Fobs.

/// What two adjacent codes of a fob achieve that was right `unused` ago and is `slow` now.
std::pair<Outcome, Outcome> slow_fob(Seconds unused, Seconds slow) {
  AttemptWorld world;
  world.add_time();
  world.wait(unused);
  const Outcome first = world.log_in(world.shown(-slow));
  world.wait(Seconds(30));
  return {first, world.log_in(world.shown(-slow))};
}

TEST(Fob, ThatJumpedHealsByItselfOnlyIfItsClockCanHaveMovedSoFar) {
  struct Case {
    Seconds unused;
    Seconds slow;
    bool heals;
  };
  const Case cases[] = {
      {kDay, Seconds(180), false}, {8 * kDay, Seconds(180), true},  {30 * kDay, Seconds(180), true},
      {kDay, Seconds(540), false}, {8 * kDay, Seconds(540), false}, {30 * kDay, Seconds(540), true},
  };
  for (const Case& one : cases) {
    EXPECT_EQ(
        slow_fob(one.unused, one.slow),
        (std::pair{Outcome::next_code, one.heals ? Outcome::accepted_resynced : Outcome::refused}))
        << one.unused.count() << " " << one.slow.count();
  }
  for (const int days : {1, 8, 30}) {
    EXPECT_EQ(slow_fob(days * kDay, 11 * kHour), (std::pair{Outcome::refused, Outcome::refused}))
        << "outside the zone: for the portal";
  }
}

TEST(Fob, TheVeryNextCodeWorksAfterAPairUnderEveryPreset) {
  for (const PresetName name : kAllPresets) {
    for (int phase = 0; phase < 30; phase += 5) {
      AttemptWorld world(preset(name));
      world.add_time().form = TokenForm::software;
      world.wait(Seconds(phase));
      const std::uint64_t step = world.step();
      ASSERT_EQ(world.type_pair(world.code(step), world.code(step + 1)).outcome,
                Outcome::accepted_resynced);
      EXPECT_EQ(world.log_in(world.code(step + 2)), Outcome::accepted) << name_of(name) << phase;
    }
  }
}

TEST(Fob, UnusedFor18MonthsInsideTheInStepZoneAndOutside) {
  AttemptWorld inside;
  inside.add_time();
  inside.wait(548 * kDay);
  EXPECT_EQ(inside.log_in(inside.shown(Seconds(-30))), Outcome::accepted) << "idle time is no sin";

  AttemptWorld outside;
  outside.add_time();
  outside.wait(548 * kDay);
  EXPECT_EQ(outside.log_in(outside.shown(Seconds(-1'200))), Outcome::next_code);
  outside.wait(Seconds(30));
  EXPECT_EQ(outside.log_in(outside.shown(Seconds(-1'200))), Outcome::accepted_resynced);
}

TEST(Fob, NewFromStock24MonthsOld) {
  // 20 ppm over 730 days are 21 minutes; the first-use zone holds 12 hours.
  for (const Seconds off : {Seconds(-1'261), Seconds(1'261), Seconds(-12 * kHour)}) {
    AttemptWorld world;
    Token& token = world.add_time();
    token.progress = {};
    EXPECT_EQ(world.log_in(world.shown(off)), Outcome::next_code);
    world.wait(Seconds(30));
    EXPECT_EQ(world.log_in(world.shown(off)), Outcome::accepted_resynced);
    world.wait(Seconds(30));
    EXPECT_EQ(world.log_in(world.shown(off)), Outcome::accepted);
  }
  AttemptWorld world;
  world.add_time().progress = {};
  EXPECT_EQ(world.log_in(world.code(world.step() - 1'441)), Outcome::refused);
}

TEST(Fob, InStepEdgesOfEveryPreset) {
  for (const PresetName name : kAllPresets) {
    for (const TokenForm form : {TokenForm::hardware, TokenForm::software}) {
      const Policy policy = preset(name);
      const auto accept = static_cast<std::int64_t>(time_zones(policy, form).accept);
      for (std::int64_t off = -accept - 1; off <= accept + 1; ++off) {
        AttemptWorld world(policy);
        world.add_time().form = form;
        const Code code = world.shown(off * Seconds(30));
        const bool inside = -accept <= off && off <= accept;
        EXPECT_EQ(world.log_in(code) == Outcome::accepted, inside) << name_of(name) << off;
      }
    }
  }
}

TEST(Fob, AStepEndsOnTheMicrosecond) {
  AttemptWorld world(preset(PresetName::strict));
  world.add_time();
  const Code code = world.shown();
  world.wait(Seconds(25) - Micros(1));
  AttemptWorld too_late = world;
  EXPECT_EQ(world.log_in(code), Outcome::accepted);
  too_late.wait(Micros(1));
  EXPECT_EQ(too_late.log_in(code), Outcome::next_code);
}

TEST(Fob, ASecondLogInWaitsForTheNextCode) {
  AttemptWorld world;
  world.add_time();
  ASSERT_EQ(world.log_in(world.shown()), Outcome::accepted);
  EXPECT_EQ(world.type(world.shown()).evidence.reason, Reason::already_used);
  world.wait(Seconds(25));
  EXPECT_EQ(world.log_in(world.shown()), Outcome::accepted);
}

TEST(Phone, ElevenHoursFastThenPutRightWaitsForItsUsedCodes) {
  AttemptWorld world;
  Token& token = world.add_time();
  token.form = TokenForm::software;
  token.progress = {};
  ASSERT_EQ(world.log_in(world.shown(11 * kHour)), Outcome::next_code);
  world.wait(Seconds(30));
  ASSERT_EQ(world.log_in(world.shown(11 * kHour)), Outcome::accepted_resynced);
  world.wait(kHour);
  EXPECT_EQ(world.log_in(world.shown()), Outcome::refused) << "below high water, for hours";
  EXPECT_EQ(world.log_in(world.shown(11 * kHour)), Outcome::accepted) << "as long as it is fast";
}

// ---- Several matches.

TEST(TwoTokens, SixAndEightDigitsDoNotGetInEachOthersWay) {
  AttemptWorld world;
  Token& six = world.add({}, Position(10), "six");
  Token& eight = world.add({.digits = Digits::eight()}, Position(20), "eight");
  EXPECT_EQ(world.log_in(world.code(20, 1), kEightDigits), Outcome::accepted);
  EXPECT_EQ(world.log_in(world.code(10, 0)), Outcome::accepted);
  EXPECT_EQ(six.progress.next, Position(11));
  EXPECT_EQ(eight.progress.next, Position(21));
}

TEST(TwoTokens, TheOneThatMovesIsTheOneThatMatched) {
  AttemptWorld world;
  world.add({}, Position(10), "a");
  world.add({}, Position(10), "b");
  const Decision decision = world.type(world.code(11, 1));
  ASSERT_EQ(decision.moves.size(), 1U);
  EXPECT_EQ(decision.moves.front().token, world.tokens.back().id);
  EXPECT_EQ(world.tokens.front().progress, (Progress{.next = Position(10)}));
}

/// The first counter whose four-digit code is shown again one or two later.
std::uint64_t repeated_code(AttemptWorld& world) {
  for (std::uint64_t at = 1;; ++at) {
    if (same_code(world.code(at), world.code(at + 2))) return at;
  }
}

TEST(SameDigits, AtTwoInStepPositionsDoNotLetInTwice) {
  const Login four{.digits = Digits::make(4).value()};
  AttemptWorld world;
  world.policy.odds_per_year = 1;  // Four digits would leave no single code in a year.
  Token& token = world.add_event(0, 4);
  const std::uint64_t at = repeated_code(world);
  token.progress.next = Position(at);
  const Code twice = world.code(at);
  EXPECT_EQ(world.log_in(twice, four), Outcome::next_code);
  EXPECT_EQ(token.progress.remembered.size(), 2U);
  EXPECT_EQ(world.log_in(twice, four), Outcome::next_code) << "sent again";
  const Outcome second = world.log_in(world.code(at + 1), four);
  EXPECT_EQ(second, Outcome::accepted);
  EXPECT_NE(world.log_in(twice, four), Outcome::accepted) << "never alone";
}

// ---- Thieves.

TEST(Thief, ACodeAfterAPromptIsNeverTakenAlone) {
  AttemptWorld world;
  world.add_event(500);
  ASSERT_EQ(world.log_in(world.code(505)), Outcome::next_code);
  ASSERT_EQ(world.log_in(world.code(502), {.source = kWeb}), Outcome::accepted);
  world.wait(kHour);
  EXPECT_NE(world.log_in(world.code(505)), Outcome::accepted) << "from where it was prompted";
  EXPECT_EQ(world.log_in(world.code(505), {.source = kWeb}), Outcome::refused);
}

TEST(Thief, OneWrongCodeSentAgainEvery30SecondsIsChargedEachTime) {
  AttemptWorld world;
  world.add_event(500);
  const Code wrong = world.wrong_code();
  // A year of it, as far as anything changes: then the user is disabled.
  for (int i = 0; i < 3'000; ++i) {
    EXPECT_NE(world.log_in(wrong), Outcome::accepted);
    world.wait(Seconds(30));
  }
  EXPECT_EQ(world.sync.misses_in_row, 100U);
  EXPECT_EQ(world.type(wrong).evidence.reason, Reason::locked);
}

TEST(Thief, AndOwnerThroughOneVpnInterleaved) {
  AttemptWorld world;
  world.add_event(500);
  std::uint64_t owner = 500;
  int let_in = 0;
  for (int i = 0; i < 30; ++i) {
    (void)world.log_in(world.wrong_code(static_cast<std::uint32_t>(i)));
    const Outcome outcome = world.log_in(world.code(owner++));
    if (outcome == Outcome::accepted || outcome == Outcome::accepted_resynced) ++let_in;
    world.wait(Seconds(60));
  }
  EXPECT_EQ(let_in, 30) << "one wrong code each time never adds up";

  world.miss(10);
  (void)world.log_in(world.wrong_code(1));
  EXPECT_EQ(world.log_in(world.code(owner++)), Outcome::refused) << "the thief began that pair";
  world.wait(Seconds(30));
  const Login elsewhere{.source = kWeb};
  EXPECT_EQ(world.log_in(world.code(owner++), elsewhere), Outcome::next_code);
  (void)world.log_in(world.wrong_code(2));
  EXPECT_EQ(world.log_in(world.code(owner++), elsewhere), Outcome::accepted_resynced);
}

TEST(Outsider, WithoutPinAThousandTimesASecondChangesNothing) {
  AttemptWorld world;
  world.add_event(500);
  for (std::uint32_t i = 0; i < 1'000; ++i) {
    (void)world.type(Code(i * 997 % 1'000'000), {.source = kWeb, .factor = Factor::wrong});
    world.wait(Micros(1'000));
  }
  EXPECT_EQ(world.sync, UserSync{});
  EXPECT_EQ(world.log_in(world.code(500)), Outcome::accepted);
}

TEST(StolenToken, WithThePinUnknownIsSuspendedAfterTenTries) {
  AttemptWorld world;
  Token& token = world.add_event(500);
  int tries = 0;
  std::uint64_t shown = 500;
  while (token.status == TokenStatus::enabled && tries < 1'000) {
    (void)world.type(world.code(shown++), {.factor = Factor::wrong});
    ++tries;
    world.wait(Seconds(900));
  }
  EXPECT_EQ(tries, 10);
  EXPECT_EQ(world.log_in(world.code(shown)), Outcome::refused);
}

TEST(ProfileNone, FloodedTheOwnerGetsInWithTwoCodes) {
  AttemptWorld world;
  world.add_event(500);
  for (std::uint32_t i = 0; i < 400; ++i) {
    const Login flood{.source = Source(std::to_string(i % 12)), .factor = Factor::none};
    (void)world.type(world.wrong_code(i), flood);
    world.wait(Seconds(1));
  }
  const Login owner{.source = Source("home"), .factor = Factor::none};
  EXPECT_EQ(world.log_in(world.code(500), owner), Outcome::next_code);
  (void)world.type(world.wrong_code(), {.source = Source("0"), .factor = Factor::none});
  EXPECT_EQ(world.log_in(world.code(501), owner), Outcome::accepted_resynced);
}

// ---- Networks and clocks.

TEST(Gateway, ThatSendsALogInTwiceChangesNothingBySoDoing) {
  AttemptWorld world;
  world.add_event(500);
  const Attempt first{{{Digits::six(), Factor::right, world.code(550), {}}}, kVpn, world.now};
  EXPECT_EQ(world.attempt(first).outcome, Outcome::next_code);
  EXPECT_EQ(world.attempt(first).outcome, Outcome::next_code);
  EXPECT_EQ(world.log_in(world.code(551)), Outcome::accepted_resynced);
  const UserSync before = world.sync;
  EXPECT_EQ(world.type(world.code(551)).evidence.reason, Reason::already_used);
  EXPECT_EQ(world.sync, before) << "the failover to the second node is not charged";
}

TEST(ServerClock, SteppedFiveMinutesForwardAndBackReplaysNothing) {
  AttemptWorld world;
  Token& token = world.add_time();
  token.form = TokenForm::software;
  std::vector<Code> accepted;
  const auto use = [&](Code code) {
    if (world.log_in(code) == Outcome::accepted) accepted.push_back(code);
  };
  use(world.shown());
  const Position before = token.progress.next;
  world.now.wall += Seconds(300);
  use(world.shown(Seconds(-300)));
  world.wait(Seconds(30));
  use(world.shown(Seconds(-300)));
  world.now.wall -= Seconds(300);
  world.wait(Seconds(60));
  use(world.shown());
  EXPECT_GE(token.progress.next, before);
  EXPECT_GE(accepted.size(), 2U) << "right again, it lets in again";
  for (const Code code : accepted) EXPECT_NE(world.log_in(code), Outcome::accepted);
}

// ---- Two codes for a year.

/// A healthy token in two_codes, twice a day for a year.
void year_of_pairs(PresetName name, bool event) {
  AttemptWorld world(preset(name));
  if (event) world.add_event(500);
  if (!event) world.add_time();
  std::uint64_t counter = 500;
  for (int i = 0; i < 2 * 365; ++i) {
    world.sync.misses_in_row = 10;
    const auto shows = [&] { return event ? world.code(counter++) : world.shown(); };
    ASSERT_EQ(world.log_in(shows()), Outcome::next_code) << name_of(name) << " " << i;
    world.wait(Seconds(30 + i % 11));
    ASSERT_EQ(world.log_in(shows()), Outcome::accepted_resynced) << name_of(name) << " " << i;
    world.wait(12 * kHour + Seconds(i % 60));
  }
}

TEST(HealthyToken, InTwoCodesGetsInTwiceADayForAYearUnderEveryPreset) {
  for (const PresetName name : kAllPresets) {
    year_of_pairs(name, true);
    year_of_pairs(name, false);
  }
}

}  // namespace
}  // namespace lockstep
