// SPDX-License-Identifier: Apache-2.0
#include "core/sync/resync.h"

#include <chrono>
#include <map>
#include <optional>
#include <utility>

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "core/sync/resync_test_world.h"

namespace lockstep {
namespace {

using namespace std::chrono_literals;

constexpr auto kSelfService = ResyncAuthority::self_service;
constexpr auto kOperator = ResyncAuthority::operator_;
constexpr auto kAdministrator = ResyncAuthority::administrator;

// ---- How far an event token may be ahead

struct EventEdge {
  const char* what;
  PresetName preset;
  ResyncAuthority authority;
  std::uint64_t newest;  ///< of the pair, beyond the very next code
  Reason reason;
};

TEST(Resync, EventTokenIsFoundUpToTheEdgeOfTheZone) {
  const EventEdge cases[] = {
      {"in step", PresetName::standard, kOperator, 1, Reason::none},
      {"at the edge", PresetName::standard, kOperator, 1'000, Reason::none},
      {"edge, by the owner", PresetName::standard, kSelfService, 1'000, Reason::none},
      {"beyond", PresetName::standard, kOperator, 1'001, Reason::outside_window},
      {"mideye, at the edge", PresetName::mideye, kOperator, 100, Reason::none},
      {"mideye, beyond", PresetName::mideye, kOperator, 101, Reason::outside_window},
      {"admin, at the edge", PresetName::standard, kAdministrator, 50'000, Reason::none},
      {"admin, beyond", PresetName::standard, kAdministrator, 50'001, Reason::outside_window},
  };
  for (const EventEdge& one : cases) {
    World world(event_spec(Digits::eight()), one.preset);
    world.token.progress.next = Position(5'000);
    world.authority = one.authority;
    const auto decision = world.pair_at(Position(5'000 + one.newest - 1));
    EXPECT_EQ(decision.reason, one.reason) << one.what;
    EXPECT_EQ(decision.moved.has_value(), one.reason == Reason::none) << one.what;
    EXPECT_EQ(decision.evidence.off.value_or(-1),
              static_cast<std::int64_t>(one.reason == Reason::none ? one.newest - 1 : one.newest))
        << one.what;
  }
}

TEST(Resync, EventTokenSaysHowManyCodesWereSkipped) {
  World world(event_spec());
  world.token.progress.next = Position(40);
  const auto ahead = world.pair_at(Position(63));
  ASSERT_TRUE(ahead.moved);
  EXPECT_EQ(ahead.moved->amount, 23U);
  EXPECT_EQ(ahead.moved->direction, Direction::ahead);
  EXPECT_FALSE(ahead.moved->seconds);

  const auto in_step = world.pair_at(Position(40));
  ASSERT_TRUE(in_step.moved);
  EXPECT_EQ(in_step.moved->amount, 0U);
  EXPECT_EQ(in_step.moved->direction, Direction::none);
}

TEST(Resync, LastPositionThatCanBeStoredIsNeverAccepted) {
  World world(event_spec());
  world.token.progress.next = Position(Position::kMax - 2);
  EXPECT_TRUE(world.pair_at(Position(Position::kMax - 2)).moved);
  world.token.progress.next = Position(Position::kMax - 1);
  EXPECT_FALSE(world.pair_at(Position(Position::kMax - 1)).moved);
  world.token.progress.next = Position(Position::kMax);
  EXPECT_FALSE(world.pair_at(Position(Position::kMax - 1)).moved);
  EXPECT_FALSE(world.decide_resync(world.codes_at({Position(5)}), Position(Position::kMax)).moved);
}

// ---- The first code shows up in two places: values computed by independent programs

struct FalseFirstHit {
  const char* first;
  const char* second;
  std::int64_t newest;
};

TEST(Resync, EventPairIsFoundAlthoughItsFirstCodeOccursTwice) {
  const FalseFirstHit six[] = {{"143951", "783353", 337},
                               {"143951", "112971", 2'206},
                               {"709847", "319462", 2'387},
                               {"709847", "807018", 2'395}};
  for (const FalseFirstHit& one : six) {
    World world(event_spec());
    world.authority = kAdministrator;
    const auto decision = world.decide_resync({world.typed(one.first), world.typed(one.second)});
    ASSERT_TRUE(decision.move) << one.newest;
    EXPECT_EQ(decision.move->progress.next, Position(0).moved(one.newest + 1));
  }
  const FalseFirstHit eight[] = {{"85202996", "43066104", 7'744}, {"85202996", "45484149", 9'105}};
  for (const FalseFirstHit& one : eight) {
    World world(event_spec(Digits::eight()));
    world.authority = kAdministrator;
    const auto decision = world.decide_resync({world.typed(one.first), world.typed(one.second)});
    ASSERT_TRUE(decision.move) << one.newest;
    EXPECT_EQ(decision.move->progress.next, Position(0).moved(one.newest + 1));
  }
}

TEST(Resync, TimePairIsFoundAlthoughItsFirstCodeOccursTwice) {
  const FalseFirstHit cases[] = {{"971969", "357427", -1'154},
                                 {"971969", "555232", 935},
                                 {"733054", "285015", -705},
                                 {"733054", "640536", 286}};
  for (const FalseFirstHit& one : cases) {
    World world(time_spec());
    const auto decision = world.decide_resync({world.typed(one.first), world.typed(one.second)});
    ASSERT_TRUE(decision.moved) << one.newest;
    EXPECT_EQ(decision.evidence.off, one.newest);
    EXPECT_EQ(decision.move->progress.next, world.step().moved(one.newest + 1));
  }
}

// ---- A pair that fits twice

/// The first position of a pair of codes that comes again later with another third code: rare, so
/// the shortest codes and the widest zone.
struct Twice {
  Position first;
  Position again;
};

Twice pair_that_fits_twice(const World& world) {
  CodeBook book(CodeGenerator::make(world.token.spec, world.seed).value());
  const auto codes = book.codes(Position(0), 50'000);
  std::map<std::pair<std::uint32_t, std::uint32_t>, std::size_t> seen;
  for (std::size_t i = 0; i + 2 < codes.size(); ++i) {
    if (codes[i].value() == codes[i + 1].value()) continue;
    const auto [where, fresh] = seen.try_emplace({codes[i].value(), codes[i + 1].value()}, i);
    const bool third_differs = codes[where->second + 2].value() != codes[i + 2].value();
    if (!fresh && third_differs) return {Position(where->second), Position(i)};
  }
  return {};
}

TEST(Resync, PairThatFitsTwiceIsDecidedByAThirdCode) {
  World world(event_spec(Digits::make(4).value()));
  world.authority = kAdministrator;
  const Twice twice = pair_that_fits_twice(world);
  ASSERT_LT(twice.first, twice.again);

  const auto two = world.pair_at(twice.again);
  EXPECT_EQ(two.reason, Reason::one_more_code);
  EXPECT_EQ(two.evidence.places, (std::vector{twice.first.moved(1), twice.again.moved(1)}));
  EXPECT_FALSE(two.move) << "to be asked for one more code is no failure";
  EXPECT_EQ(two.attempts_left, 5U);

  const auto three = world.decide_resync(
      world.codes_at({twice.again, twice.again.moved(1), twice.again.moved(2)}));
  ASSERT_TRUE(three.moved);
  EXPECT_EQ(three.move->progress.next, twice.again.moved(3));
}

TEST(Resync, ThreeCodesMustAllFit) {
  World world(event_spec());
  EXPECT_TRUE(world.decide_resync(world.codes_at({Position(9), Position(10), Position(11)})).moved);
  EXPECT_FALSE(
      world.decide_resync(world.codes_at({Position(9), Position(10), Position(12)})).moved);
}

// ---- Time tokens

struct TimeEdge {
  const char* what;
  ResyncAuthority authority;
  std::int64_t newest;  ///< steps from the server's
  bool found;
};

TEST(Resync, TimeTokenIsFoundUpToTwelveHoursOff) {
  const TimeEdge cases[] = {
      {"in step", kOperator, 0, true},
      {"12 h fast", kOperator, 1'440, true},
      {"12 h and a step fast", kOperator, 1'441, false},
      {"12 h slow", kSelfService, -1'440, true},
      {"12 h and a step slow", kSelfService, -1'441, false},
      {"24 h fast", kAdministrator, 2'880, true},
      {"24 h and a step fast", kAdministrator, 2'881, false},
      {"24 h slow", kAdministrator, -2'880, true},
      {"24 h and a step slow", kAdministrator, -2'881, false},
  };
  for (const TimeEdge& one : cases) {
    World world(time_spec());
    world.authority = one.authority;
    const auto decision = world.pair_at(world.step().moved(one.newest - 1));
    EXPECT_EQ(decision.moved.has_value(), one.found) << one.what;
    EXPECT_EQ(decision.reason, one.found ? Reason::none : Reason::outside_window) << one.what;
    EXPECT_EQ(decision.evidence.off, one.newest) << one.what;
  }
}

TEST(Resync, NewestCodeCountsAtItsOwnTime) {
  // Typed a minute apart by the owner of a token 12 h slow: the first code is two steps further
  // from the server's clock now than it was when it was given.
  World world(time_spec());
  const GivenCode first = world.code_at(world.step().moved(-1'440));
  world.now = instant_at(60s);
  EXPECT_TRUE(world.decide_resync({first, world.code_at(world.step().moved(-1'440))}).moved);
  EXPECT_FALSE(world.decide_resync({first, world.code_at(world.step().moved(-1'441))}).moved);
}

struct Apart {
  const char* what;
  Micros between;
  std::int64_t steps;
  bool pair;
};

TEST(Resync, CodesOfATimeTokenLieAsFarApartAsTheirTimes) {
  const Apart cases[] = {
      {"at once, neighbours", 0s, 1, true},  {"at once, one left out", 0s, 2, false},
      {"10 s, neighbours", 10s, 1, true},    {"10 s, one left out", 10s, 2, true},
      {"9 s, one left out", 9s, 2, false},   {"30 s, two steps", 30s, 2, true},
      {"30 s, three steps", 30s, 3, false},  {"80 s, neighbours", 80s, 1, true},
      {"81 s, neighbours", 81s, 1, false},   {"120 s, two steps", 120s, 2, false},
      {"120 s, three steps", 120s, 3, true}, {"120 s, five steps", 120s, 5, true},
      {"120 s, six steps", 120s, 6, false},  {"30 s, the same step", 30s, 0, false},
      {"30 s, backwards", 30s, -1, false},
  };
  for (const Apart& one : cases) {
    World world(time_spec());
    const Position first = world.step().moved(-300);
    const GivenCode earlier = world.code_at(first);
    world.now = instant_at(one.between);
    const auto decision = world.decide_resync({earlier, world.code_at(first.moved(one.steps))});
    EXPECT_EQ(decision.moved.has_value(), one.pair) << one.what;
  }
}

/// A fob that runs `offset` off gives two codes `apart` from each other; then its owner waits for
/// the very next one and signs in.
void expect_back_in_step(World& world, Micros offset, Micros apart) {
  world.device.set_clock({world.now.wall, offset, 0});
  const GivenCode first = world.typed(world.device.shows(world.now.wall));
  world.now = instant_at(apart);
  const GivenCode second = world.typed(world.device.shows(world.now.wall));
  const auto decision = world.decide_resync({first, second});
  ASSERT_TRUE(decision.moved) << offset.count();
  world.apply(decision);

  world.now = instant_at(apart + world.token.spec.step);
  EXPECT_TRUE(world.signs_in(world.typed(world.device.shows(world.now.wall)))) << offset.count();
}

TEST(Resync, FobNineHoursSlowComesBackAndTheVeryNextCodeSignsIn) {
  World world(time_spec());
  world.token.progress.next = world.step().moved(-2'000);  // Signed in 16 hours ago.
  EXPECT_FALSE(world.signs_in(world.code_at(world.step().moved(-1'080))));
  expect_back_in_step(world, -9h, 30s);
}

TEST(Resync, VeryNextCodeSignsInWhateverTheOffset) {
  for (const Micros offset :
       std::initializer_list<Micros>{-12h + 1min, -11h, -3min, 0s, 29s, 9min, 11h, 12h - 1min}) {
    for (const Micros apart : {30s, 40s, 60s, 75s}) {
      World world(time_spec());
      expect_back_in_step(world, offset, apart);
      World minutes(time_spec(60s));
      expect_back_in_step(minutes, offset, apart + 30s);
    }
  }
}

TEST(Resync, TimeTokenSaysHowFarItsClockWasOff) {
  World world(time_spec());
  const auto slow = world.pair_at(world.step().moved(-1'081));
  ASSERT_TRUE(slow.moved);
  EXPECT_EQ(slow.moved->amount, 1'080U);
  EXPECT_EQ(slow.moved->direction, Direction::behind);
  EXPECT_EQ(slow.moved->seconds, Seconds(9h));
  EXPECT_EQ(slow.evidence.offset_before, Micros(0));
  EXPECT_LE(std::chrono::abs(*slow.evidence.offset_after + 9h), Micros(30s));

  world.apply(slow);
  EXPECT_EQ(world.token.progress.clock->offset, *slow.evidence.offset_after);
  EXPECT_EQ(world.token.progress.clock->at, world.now);

  // A token whose error is known is not "9 hours slow" again.
  world.now = instant_at(60s);
  const auto again = world.pair_at(world.step().moved(-1'080));
  ASSERT_TRUE(again.moved);
  EXPECT_LE(again.moved->amount, 1U);
}

// ---- From when a time token counts

TEST(Resync, NeverUsedTokenMayCountFromTheMillennium) {
  World world(time_spec(60s));
  CodeSpec counted = world.token.spec;
  counted.t0 = Seconds(946'684'800);
  const Position shown = step_at(counted, world.now.wall).moved(-5);
  const auto decision = world.pair_at(shown);
  ASSERT_TRUE(decision.moved);
  EXPECT_EQ(decision.moved->amount, 4U) << "minutes, not decades";
  EXPECT_EQ(decision.moved->direction, Direction::behind);
  ASSERT_TRUE(decision.evidence.fits);
  EXPECT_EQ(decision.evidence.fits->t0, counted.t0);
  world.apply(decision);

  world.now = instant_at(60s);
  EXPECT_TRUE(world.signs_in(world.code_at(shown.moved(2))));

  // And it stays known: the next explicit resynchronisation looks around the same epoch.
  world.now = instant_at(120s);
  const auto later = world.pair_at(shown.moved(100));
  ASSERT_TRUE(later.moved);
  EXPECT_LE(later.moved->amount, 99U);
}

TEST(Resync, TokenStoredWithTheMillenniumMayCountFrom1970) {
  World world(time_spec());
  const Position shown = world.step();
  world.token.spec.t0 = Seconds(946'684'800);
  const auto decision = world.pair_at(shown.moved(-1));
  ASSERT_TRUE(decision.moved);
  world.apply(decision);
  world.now = instant_at(30s);
  EXPECT_TRUE(world.signs_in(world.code_at(shown.moved(1))));
}

TEST(Resync, UsedTokenIsNotTakenForOneOfAnotherEpoch) {
  World world(time_spec());
  CodeSpec counted = world.token.spec;
  counted.t0 = Seconds(946'684'800);
  const Position other = step_at(counted, world.now.wall);
  world.token.progress.next = Position(1);
  EXPECT_FALSE(world.pair_at(other).moved);
  world.token.progress.clock = ClockFix{Micros(0), world.now};
  EXPECT_FALSE(world.pair_at(other).moved);
}

// ---- The counter on the display

struct CounterEdge {
  const char* what;
  std::int64_t code;  ///< where the proving code lies, from the counter typed
  bool found;
};

TEST(Resync, CounterReadFromTheDisplayNeedsACodeBesideIt) {
  const CounterEdge cases[] = {
      {"two before", -2, false}, {"the one before", -1, true},   {"at the counter", 0, true},
      {"at the edge", 10, true}, {"beyond the edge", 11, false},
  };
  for (const CounterEdge& one : cases) {
    World world(event_spec(Digits::eight()), PresetName::mideye);
    world.token.progress.next = Position(100);
    const Position counter(400'000);  // Beyond every other zone.
    const Position code = counter.moved(one.code);
    const auto decision = world.decide_resync(world.codes_at({code}), counter);
    ASSERT_EQ(decision.moved.has_value(), one.found) << one.what;
    EXPECT_EQ(decision.reason, one.found ? Reason::none : Reason::no_match) << one.what;
    if (!one.found) continue;
    world.apply(decision);
    EXPECT_EQ(world.token.progress.next, code.moved(1)) << one.what;
    EXPECT_TRUE(world.signs_in(world.code_at(code.moved(1)))) << one.what;
  }
}

TEST(Resync, CounterNeedsACodeThatWasNotAnsweredByNextCode) {
  World world(event_spec(Digits::eight()), PresetName::mideye);
  const Position counter(50);
  world.token.progress.remembered = {{counter, world.now}};
  const auto spent = world.decide_resync(world.codes_at({counter}), counter);
  EXPECT_FALSE(spent.moved);
  EXPECT_EQ(spent.reason, Reason::same_code);
  EXPECT_TRUE(world.decide_resync(world.codes_at({counter.moved(1)}), counter).moved);
}

TEST(Resync, CounterNeverGoesBackwardsForNobody) {
  for (const auto authority : {kSelfService, kOperator, kAdministrator}) {
    World world(event_spec());
    world.token.progress.next = Position(500);
    world.authority = authority;
    const auto below = world.decide_resync(world.codes_at({Position(499)}), Position(499));
    EXPECT_FALSE(below.moved);
    EXPECT_EQ(below.reason, Reason::already_used);
    EXPECT_TRUE(world.decide_resync(world.codes_at({Position(500)}), Position(499)).moved);
  }
}

TEST(Resync, CounterMayComeWithMoreCodes) {
  World world(event_spec());
  const Position counter(70'000);
  EXPECT_TRUE(world.decide_resync(world.codes_at({counter, counter.moved(1)}), counter).moved);
  EXPECT_FALSE(world.decide_resync(world.codes_at({counter, counter.moved(2)}), counter).moved);
}

TEST(Resync, TimeTokenHasNoCounterToRead) {
  const World world(time_spec());
  const auto decision = world.decide_resync({world.code_at(world.step())}, world.step());
  EXPECT_EQ(decision.reason, Reason::kind_not_supported);
  EXPECT_FALSE(decision.move);
}

}  // namespace
}  // namespace lockstep
