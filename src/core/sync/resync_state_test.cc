// SPDX-License-Identifier: Apache-2.0
// What an explicit resynchronisation changes, what it costs, and when it is refused out of hand.
#include <chrono>
#include <string>

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "core/sync/resync_test_world.h"

namespace lockstep {
namespace {

using namespace std::chrono_literals;

// ---- What success changes

TEST(ResyncSuccess, UsesUpAllCodesShown) {
  World world(event_spec());
  world.token.progress.next = Position(10);
  world.token.progress.remembered = {{Position(50), world.now}, {Position(70), world.now}};
  world.token.progress.resync_failures = {2, world.now};
  const auto decision =
      world.decide_resync(world.codes_at({Position(60), Position(61), Position(62)}));
  ASSERT_TRUE(decision.move);
  EXPECT_EQ(decision.evidence.old_next, Position(10));
  EXPECT_EQ(decision.evidence.position, Position(62));
  EXPECT_EQ(decision.evidence.token, TokenId(7));
  EXPECT_EQ(decision.attempts_left, 5U);
  world.apply(decision);

  const Progress& progress = world.token.progress;
  EXPECT_EQ(progress.next, Position(63));
  EXPECT_EQ(progress.used, (std::vector<Used>{{Position(60), world.now.wall},
                                              {Position(61), world.now.wall},
                                              {Position(62), world.now.wall}}));
  EXPECT_EQ(progress.remembered, (std::vector<Remembered>{{Position(70), world.now}}));
  EXPECT_EQ(progress.resync_failures, ResyncFailures{});
  for (const std::uint64_t used : {60U, 61U, 62U}) {
    EXPECT_FALSE(world.signs_in(world.code_at(Position(used)))) << used;
  }
  EXPECT_TRUE(world.signs_in(world.code_at(Position(63))));
}

TEST(ResyncSuccess, TakesAFenceAwayWithTwoCodesButNotWithOneAndACounter) {
  World world(event_spec());
  world.token.progress.next = Position(10);
  world.token.progress.fenced = true;
  EXPECT_EQ(world.dry_run(world.code_at(Position(11))).evidence.reason, Reason::next_code);
  world.apply(world.decide_resync(world.codes_at({Position(20)}), Position(20)));
  EXPECT_EQ(world.token.progress.next, Position(21));
  EXPECT_TRUE(world.token.progress.fenced);
  world.apply(world.pair_at(Position(30)));
  EXPECT_FALSE(world.token.progress.fenced);
  EXPECT_TRUE(world.signs_in(world.code_at(Position(32))));
}

TEST(ResyncSuccess, EndsMissesInARowAndSlotsButNotTheYearsBucket) {
  World world(event_spec());
  world.owner.misses_in_row = 100;  // Disabled.
  world.owner.factor_failures = {3, world.now};
  world.owner.year = {7'000'000, world.now};
  world.owner.slots = {{Source("vpn"), world.now, {{world.token.id, Position(3)}}}};
  EXPECT_FALSE(world.signs_in(world.code_at(Position(0))));

  const auto decision = world.pair_at(Position(20));
  ASSERT_TRUE(decision.sync);
  EXPECT_EQ(decision.sync->misses_in_row, 0U);
  EXPECT_EQ(decision.sync->factor_failures, world.owner.factor_failures) << "PINs tried stay tried";
  EXPECT_TRUE(decision.sync->slots.empty());
  EXPECT_EQ(decision.sync->year, (YearBucket{7'000'000, world.now}));
  world.apply(decision);
  EXPECT_TRUE(world.signs_in(world.code_at(Position(22)))) << "no longer disabled";
}

TEST(ResyncFailure, TouchesNothingOfTheOwnerAndNoPosition) {
  World world(event_spec());
  world.token.progress.next = Position(10);
  const auto decision = world.pair_at(Position(200'000));
  EXPECT_FALSE(decision.moved);
  EXPECT_FALSE(decision.sync);
  ASSERT_TRUE(decision.move);
  Progress expected = world.token.progress;
  expected.resync_failures = {1, world.now};
  expected.sync = SyncState::out_of_sync;
  EXPECT_EQ(decision.move->progress, expected);
}

// ---- The budget

TEST(ResyncBudget, FiveFailuresPauseTheTokenForFifteenMinutes) {
  World world(event_spec());
  for (std::uint32_t left = 5; left > 0; --left) {
    EXPECT_EQ(attempts_left(world.token.progress.resync_failures, world.now), left);
    const auto decision = world.pair_at(Position(200'000));
    EXPECT_EQ(decision.reason, Reason::no_match);
    EXPECT_EQ(decision.attempts_left, left - 1);
    world.apply(decision);
  }
  world.now = instant_at(15min - 1s);
  const auto paused = world.pair_at(Position(0));
  EXPECT_EQ(paused.reason, Reason::too_many_attempts) << "also for the right codes";
  EXPECT_EQ(paused.evidence.when, instant_at(15min).wall);
  EXPECT_EQ(paused.attempts_left, 0U);
  EXPECT_FALSE(paused.move);

  world.now = instant_at(15min);
  EXPECT_EQ(attempts_left(world.token.progress.resync_failures, world.now), 1U);
  EXPECT_TRUE(world.pair_at(Position(0)).moved);
}

TEST(ResyncBudget, PauseDoublesUpToADay) {
  const std::pair<std::uint32_t, Micros> cases[] = {
      {4, 0min}, {5, 15min}, {6, 30min},          {7, 1h}, {8, 2h}, {9, 4h}, {10, 8h}, {11, 16h},
      {12, 24h}, {13, 24h},  {4'000'000'000, 24h}};
  for (const auto& [in_row, pause] : cases) {
    const ResyncFailures failures{in_row, instant_at(0s)};
    EXPECT_FALSE(paused_until(failures, instant_at(pause))) << in_row;
    if (pause == 0min) continue;
    EXPECT_EQ(paused_until(failures, instant_at(pause - 1us)), instant_at(pause).wall) << in_row;
  }
}

TEST(ResyncBudget, FailureAfterThePauseBeginsALongerOne) {
  World world(event_spec());
  world.token.progress.resync_failures = {5, world.now};
  world.now = instant_at(15min);
  world.apply(world.pair_at(Position(200'000)));
  EXPECT_EQ(paused_until(world.token.progress.resync_failures, world.now), instant_at(45min).wall);
}

TEST(ResyncBudget, ClockSetForwardEndsNoPause) {
  const ResyncFailures failures{5, instant_at(0s)};
  Instant forged = instant_at(1min);
  forged.wall += 24h;
  EXPECT_EQ(paused_until(failures, forged), forged.wall + 14min);
}

TEST(ResyncBudget, FormAndStateCostNothing) {
  World world(event_spec());
  const GivenCode good = world.code_at(Position(3));
  const GivenCode letters = world.typed("12x456");
  const GivenCode short_one = world.typed("12345");
  for (const auto& codes : std::vector<std::vector<GivenCode>>{
           {}, {good}, {good, good}, {good, letters}, {short_one, good}}) {
    const auto decision = world.decide_resync(codes);
    EXPECT_FALSE(decision.move);
    EXPECT_FALSE(decision.moved);
    EXPECT_EQ(decision.attempts_left, 5U);
  }
}

// ---- Form

TEST(ResyncForm, SaysWhatIsWrong) {
  World world(event_spec());
  const GivenCode a = world.code_at(Position(3));
  const GivenCode b = world.code_at(Position(4));
  const GivenCode c = world.code_at(Position(5));
  const GivenCode d = world.code_at(Position(6));
  const auto reason = [&](std::vector<GivenCode> codes) {
    return world.decide_resync(std::move(codes)).reason;
  };
  EXPECT_EQ(reason({}), Reason::malformed);
  EXPECT_EQ(reason({a}), Reason::malformed);
  EXPECT_EQ(reason({a, b, c, d}), Reason::malformed);
  EXPECT_EQ(reason({a, world.typed("12x456")}), Reason::malformed);
  EXPECT_EQ(reason({a, world.typed("")}), Reason::malformed);
  EXPECT_EQ(reason({a, world.typed("1234567")}), Reason::wrong_length);
  EXPECT_EQ(reason({a, world.typed("123")}), Reason::wrong_length);
  EXPECT_EQ(reason({world.typed("12345678901234"), world.typed("1")}), Reason::wrong_length);
  EXPECT_EQ(reason({world.typed("1234123456"), b}), Reason::wrong_length);
  EXPECT_EQ(reason({a, a}), Reason::same_code);
  EXPECT_EQ(reason({a, b, a}), Reason::same_code);
  EXPECT_EQ(reason({a, b}), Reason::none);
}

TEST(GivenCode, KeepsTheDigitsOfACodeOfAnotherLength) {
  const auto given = [](const char* typed) {
    return given_code(typed, Digits::six(), instant_at(0s));
  };
  EXPECT_EQ(given(" 123-456 ").reason, Reason::none);
  EXPECT_EQ(given("000007").code->value(), 7U);
  EXPECT_EQ(given("12345678").reason, Reason::wrong_length);
  EXPECT_EQ(given("12345678").digits, Digits::eight());
  EXPECT_EQ(given("12345678").code->value(), 12'345'678U);
  EXPECT_EQ(given("123").reason, Reason::wrong_length);
  EXPECT_EQ(given("12345678901234").reason, Reason::wrong_length);
  EXPECT_FALSE(given("12345678901234").code);
  EXPECT_EQ(given("+123456").reason, Reason::malformed);
  EXPECT_EQ(given("").reason, Reason::malformed);
}

// ---- Tokens that are refused by name

TEST(ResyncGate, ClosedTokensAreRefusedByName) {
  World world(event_spec());
  world.token.status = TokenStatus::suspended;
  EXPECT_EQ(world.pair_at(Position(3)).reason, Reason::suspended);
  world.token.status = TokenStatus::lost;
  EXPECT_EQ(world.pair_at(Position(3)).reason, Reason::lost);
  EXPECT_FALSE(world.pair_at(Position(3)).move);

  world.token.status = TokenStatus::enabled;
  world.token.valid_from = world.now.wall + 1us;
  EXPECT_EQ(world.pair_at(Position(3)).reason, Reason::expired_token);
  world.token.valid_from = world.now.wall;
  EXPECT_TRUE(world.pair_at(Position(3)).moved);
  world.token.valid_until = world.now.wall - 1us;
  EXPECT_EQ(world.pair_at(Position(3)).reason, Reason::expired_token);
  world.token.valid_until = world.now.wall;
  EXPECT_TRUE(world.pair_at(Position(3)).moved);
}

TEST(ResyncGate, TokenWithoutOwnerIsRefused) {
  const World world(event_spec());
  CodeBook book(CodeGenerator::make(world.token.spec, world.seed).value());
  const ResyncRequest request{
      world.codes_at({Position(3), Position(4)}), {}, ResyncAuthority::administrator, world.now};
  const auto decision = resync({world.token, book}, world.seed, nullptr, request, world.policy);
  EXPECT_EQ(decision.reason, Reason::not_assigned);
  EXPECT_FALSE(decision.move);
}

// ---- Clocks that cannot have moved so far

/// A fob in step a day ago. 200 ppm of a day are 17.28 s, and two steps are a minute; the nearest
/// edge of what a pair 3 steps ahead shows is 80 s fast, of one 2 steps ahead 50 s.
World fob_of_yesterday() {
  World world(time_spec());
  world.now = instant_at(10s);  // A step of the server's clock begins here.
  world.token.progress.next = world.step().moved(-2'880);
  world.token.progress.clock = ClockFix{Micros(0), instant_at(10s - 24h)};
  return world;
}

TEST(ResyncGuard, ImplausibleJumpIsAcceptedOnPurposeAndMarked) {
  const World world = fob_of_yesterday();
  const auto near = world.pair_at(world.step().moved(1));
  ASSERT_TRUE(near.moved);
  EXPECT_FALSE(near.evidence.implausible);
  const auto far = world.pair_at(world.step().moved(2));
  ASSERT_TRUE(far.moved);
  EXPECT_TRUE(far.evidence.implausible);
}

TEST(ResyncGuard, PolicyMayAskForAnOperator) {
  World world = fob_of_yesterday();
  world.policy.guard_explicit = GuardExplicit::refuse_without_operator;
  world.authority = ResyncAuthority::self_service;
  EXPECT_TRUE(world.pair_at(world.step().moved(1)).moved);
  const auto refused = world.pair_at(world.step().moved(2));
  EXPECT_EQ(refused.reason, Reason::implausible_jump);
  EXPECT_FALSE(refused.moved);
  EXPECT_EQ(refused.move->progress.next, world.token.progress.next);
  EXPECT_EQ(refused.move->progress.resync_failures.in_row, 1U);

  world.authority = ResyncAuthority::operator_;
  const auto accepted = world.pair_at(world.step().moved(2));
  EXPECT_TRUE(accepted.moved);
  EXPECT_TRUE(accepted.evidence.implausible);
}

TEST(ResyncGuard, TokenNeverUsedHasNone) {
  World world(time_spec());
  world.policy.guard_explicit = GuardExplicit::refuse_without_operator;
  world.authority = ResyncAuthority::self_service;
  const auto decision = world.pair_at(world.step().moved(1'000));
  EXPECT_TRUE(decision.moved);
  EXPECT_FALSE(decision.evidence.implausible);
}

TEST(ResyncGuard, SoftwareClockMoreThanAnHourAheadIsWarnedOf) {
  World world(time_spec());
  world.now = instant_at(10s);
  const auto warned = [&](std::int64_t newest) {
    const auto decision = world.pair_at(world.step().moved(newest - 1));
    EXPECT_TRUE(decision.moved);
    return decision.evidence.ahead_warning;
  };
  EXPECT_FALSE(warned(121)) << "hardware";
  world.token.form = TokenForm::software;
  EXPECT_FALSE(warned(119));
  EXPECT_TRUE(warned(121));
  EXPECT_FALSE(warned(-121));
}

// ---- A dry run of one code

TEST(TestCode, SaysWhereTheCodeLies) {
  World world(event_spec());
  world.token.progress.next = Position(100);
  world.token.progress.used = {{Position(99), instant_at(-1h).wall}};

  const auto in_step = world.dry_run(world.code_at(Position(102)));
  EXPECT_EQ(in_step.reason, Reason::none);
  ASSERT_TRUE(in_step.moved);
  EXPECT_EQ(in_step.moved->amount, 2U);
  EXPECT_EQ(in_step.evidence.position, Position(102));

  const auto ahead = world.dry_run(world.code_at(Position(103)));
  EXPECT_EQ(ahead.reason, Reason::next_code);
  EXPECT_EQ(ahead.evidence.off, 3);
  EXPECT_EQ(world.dry_run(world.code_at(Position(200))).reason, Reason::next_code);

  const auto far = world.dry_run(world.code_at(Position(201)));
  EXPECT_EQ(far.reason, Reason::outside_window);
  EXPECT_EQ(far.evidence.off, 101);

  const auto used = world.dry_run(world.code_at(Position(99)));
  EXPECT_EQ(used.reason, Reason::already_used);
  EXPECT_EQ(used.evidence.when, instant_at(-1h).wall);
  EXPECT_EQ(world.dry_run(world.code_at(Position(5'000))).reason, Reason::no_match);
}

TEST(TestCode, ChangesNothingButTheBudgetWhenWrong) {
  World world(event_spec());
  world.token.progress.next = Position(100);
  world.token.progress.used = {{Position(99), world.now.wall}};
  for (const std::uint64_t right : {99U, 100U, 102U, 103U, 200U}) {
    const auto decision = world.dry_run(world.code_at(Position(right)));
    EXPECT_FALSE(decision.move) << right;
    EXPECT_FALSE(decision.sync) << right;
  }
  const auto wrong = world.dry_run(world.code_at(Position(5'000)));
  ASSERT_TRUE(wrong.move);
  Progress expected = world.token.progress;
  expected.resync_failures = {1, world.now};
  EXPECT_EQ(wrong.move->progress, expected);
  EXPECT_EQ(wrong.attempts_left, 4U);
}

TEST(TestCode, SharesTheBudgetOfResynchronisation) {
  World world(event_spec());
  world.token.progress.resync_failures = {5, world.now};
  EXPECT_EQ(world.dry_run(world.code_at(Position(0))).reason, Reason::too_many_attempts);
}

TEST(TestCode, RememberedPositionNeedsASecondCode) {
  World world(event_spec());
  world.token.progress.remembered = {{Position(1), world.now}};
  EXPECT_EQ(world.dry_run(world.code_at(Position(1))).reason, Reason::next_code);
  EXPECT_EQ(world.dry_run(world.code_at(Position(2))).reason, Reason::none);
}

TEST(TestCode, SlipOfTheFingerIsSeen) {
  World world(event_spec());
  std::string typed = world.device.code_at(Position(0));
  typed[2] = typed[2] == '9' ? '0' : static_cast<char>(typed[2] + 1);
  EXPECT_EQ(world.dry_run(world.typed(typed)).reason, Reason::typo_likely);
}

TEST(TestCode, ClosedTokensAndBadFormAreSaid) {
  World world(time_spec());
  EXPECT_EQ(world.dry_run(world.typed("12x456")).reason, Reason::malformed);
  EXPECT_EQ(world.dry_run(world.typed("12345")).reason, Reason::wrong_length);
  EXPECT_EQ(world.dry_run(world.code_at(world.step())).reason, Reason::none);
  world.token.status = TokenStatus::lost;
  EXPECT_EQ(world.dry_run(world.code_at(world.step())).reason, Reason::lost);
}

// ---- What holds for any history

TEST(ResyncAlways, NeverBackwardsAndNeverAtOrBelowHighWater) {
  EXPECT_TRUE(rc::check("any two codes of the token", [] {
    World world(event_spec(Digits::make(*rc::gen::element(4U, 6U, 8U)).value()));
    world.authority =
        *rc::gen::element(ResyncAuthority::self_service, ResyncAuthority::administrator);
    const auto next = *rc::gen::inRange<std::uint64_t>(0, 3'000);
    world.token.progress.next = Position(next);
    const auto first = Position(*rc::gen::inRange<std::uint64_t>(0, 5'000));
    const auto second = first.moved(*rc::gen::inRange(-1, 3));
    const auto decision = world.decide_resync(world.codes_at({first, second}));
    if (!decision.move) return;
    RC_ASSERT(decision.move->progress.next >= Position(next));
    if (!decision.moved) RC_ASSERT(decision.move->progress.next == Position(next));
    for (const Used& used : decision.move->progress.used) {
      RC_ASSERT(used.position >= Position(next));
    }
  }));
}

TEST(ResyncAlways, EventTokensVeryNextCodeSignsInAndTheUsedOnesDoNot) {
  EXPECT_TRUE(rc::check("any place in the zone", [] {
    World world(event_spec(Digits::eight()));
    const auto next = *rc::gen::inRange<std::uint64_t>(0, 1'000'000);
    world.token.progress.next = Position(next);
    const Position first = Position(next + *rc::gen::inRange<std::uint64_t>(0, 1'000));
    const auto decision = world.pair_at(first);
    RC_ASSERT(decision.moved.has_value());
    world.apply(decision);
    RC_ASSERT(!world.signs_in(world.code_at(first.moved(1))));
    RC_ASSERT(world.signs_in(world.code_at(first.moved(2))));
  }));
}

TEST(ResyncAlways, TimeTokensVeryNextCodeSignsIn) {
  EXPECT_TRUE(rc::check("any offset and any phase", [] {
    World world(time_spec(Seconds(*rc::gen::element(30, 60))));
    const Micros step = world.token.spec.step;
    world.now = instant_at(Micros(*rc::gen::inRange<std::int64_t>(0, 60'000'000)));
    const Micros offset = *rc::gen::inRange(-43'000, 43'000) * 1s;
    world.device.set_clock({world.now.wall, offset, 0});
    const Instant start = world.now;
    const auto later = [&](Micros by) {
      return Instant{start.wall + by, MonoTime(start.mono.value() + by.count()), start.run};
    };
    // Each code is typed up to 20 s after it was read.
    const auto delay = [] { return *rc::gen::inRange(0, 20) * 1s; };
    const auto typed = [&](Micros read_at, Micros after) {
      world.now = later(read_at + after);
      return world.typed(world.device.shows(later(read_at).wall));
    };
    const GivenCode first = typed(0s, delay());
    const GivenCode second = typed(step, delay());
    const auto decision = world.decide_resync({first, second});
    RC_ASSERT(decision.moved.has_value());
    world.apply(decision);
    RC_ASSERT(world.signs_in(typed(2 * step, delay())));
  }));
}

TEST(ResyncAlways, SameRequestSameDecision) {
  const World world(time_spec());
  const auto once = world.pair_at(world.step().moved(77));
  const auto twice = world.pair_at(world.step().moved(77));
  EXPECT_EQ(once.move->progress, twice.move->progress);
  EXPECT_EQ(once.evidence.offset_after, twice.evidence.offset_after);
}

}  // namespace
}  // namespace lockstep
