// SPDX-License-Identifier: Apache-2.0
#include "core/sync/diagnosis.h"

#include <chrono>
#include <string>

#include <gtest/gtest.h>

#include "core/sync/resync_test_world.h"
#include "crypto/seed_readings.h"

namespace lockstep {
namespace {

using namespace std::chrono_literals;

/// `code` with one digit off.
std::string slip_of(std::string code) {
  code[1] = code[1] == '9' ? '0' : static_cast<char>(code[1] + 1);
  return code;
}

// ---- wrong_order, not_consecutive

TEST(Diagnosis, CodesInTheWrongOrder) {
  const World world(event_spec());
  const auto decision = world.decide_resync(world.codes_at({Position(21), Position(20)}));
  EXPECT_EQ(decision.reason, Reason::wrong_order);
  EXPECT_EQ(decision.evidence.position, Position(21));

  const World fob(time_spec());
  const Position step = fob.step();
  EXPECT_EQ(fob.decide_resync(fob.codes_at({step, step.moved(-1)})).reason, Reason::wrong_order);
}

TEST(Diagnosis, CodesLeftOutBetween) {
  const World world(time_spec());
  const auto at = [&](std::int64_t off) { return world.step().moved(off); };
  const auto decision = world.decide_resync(world.codes_at({at(-8), at(-5)}));
  EXPECT_EQ(decision.reason, Reason::not_consecutive);
  EXPECT_EQ(decision.evidence.gap, 2);
  EXPECT_EQ(decision.evidence.off, -5);

  const World card(event_spec());
  const auto wide = card.decide_resync(card.codes_at({Position(20), Position(120)}));
  EXPECT_EQ(wide.reason, Reason::not_consecutive);
  EXPECT_EQ(wide.evidence.gap, 99);
  const auto too_wide = card.decide_resync(card.codes_at({Position(20), Position(121)}));
  EXPECT_EQ(too_wide.reason, Reason::no_match);
}

TEST(Diagnosis, ThirdCodeLeftOneOut) {
  const World world(event_spec());
  const auto decision =
      world.decide_resync(world.codes_at({Position(20), Position(21), Position(23)}));
  EXPECT_EQ(decision.reason, Reason::not_consecutive);
  EXPECT_EQ(decision.evidence.gap, 1);
}

// ---- already_used, clock_set_back

TEST(Diagnosis, CodeThatSignedInBeforeIsSaidWithItsTime) {
  World world(event_spec());
  ASSERT_TRUE(world.signs_in(world.code_at(Position(1))));
  const Instant then = world.now;
  world.now = instant_at(5min);
  const auto decision = world.pair_at(Position(1));  // The used code, and the very next one.
  EXPECT_EQ(decision.reason, Reason::already_used);
  EXPECT_EQ(decision.evidence.when, then.wall);
  EXPECT_EQ(decision.evidence.position, Position(1));
}

TEST(Diagnosis, CodesThatACardLeftBehindCountAsUsed) {
  World world(event_spec());
  world.token.progress.next = Position(2'000);
  const auto decision = world.pair_at(Position(1'000));
  EXPECT_EQ(decision.reason, Reason::already_used);
  EXPECT_FALSE(decision.evidence.when) << "never accepted, so there is no time";
  EXPECT_EQ(world.pair_at(Position(999)).reason, Reason::no_match);
}

TEST(Diagnosis, SoftwareTokenElevenHoursFastThenPutRight) {
  World world(time_spec());
  world.token.form = TokenForm::software;
  world.device.set_clock({world.now.wall, 11h, 0});
  const auto typed_now = [&] { return world.typed(world.device.shows(world.now.wall)); };
  const GivenCode first = typed_now();
  world.now = instant_at(30s);
  const auto fast = world.decide_resync({first, typed_now()});
  ASSERT_TRUE(fast.moved);
  EXPECT_TRUE(fast.evidence.ahead_warning);
  world.apply(fast);

  world.device.set_clock({world.now.wall, 0h, 0});
  world.now = instant_at(1h);
  const GivenCode right = typed_now();
  world.now = instant_at(1h + 30s);
  const auto back = world.decide_resync({right, typed_now()});
  EXPECT_EQ(back.reason, Reason::clock_set_back);
  ASSERT_TRUE(back.evidence.when);

  // The time it names is the time from which codes work again.
  world.now = {*back.evidence.when, MonoTime(Micros(11h + 1min).count()), ClockRun(1)};
  const GivenCode again = typed_now();
  world.now.wall += 30s;
  EXPECT_TRUE(world.decide_resync({again, typed_now()}).moved);
}

TEST(Diagnosis, CounterBelowHighWaterIsSpent) {
  World world(event_spec());
  world.token.progress.next = Position(90'000);
  const auto decision = world.decide_resync(world.codes_at({Position(70)}), Position(70));
  EXPECT_EQ(decision.reason, Reason::already_used);
  EXPECT_EQ(decision.evidence.position, Position(70));
}

// ---- outside_window

TEST(Diagnosis, TokenTooFarOffIsFoundUpToSevenDays) {
  const World world(time_spec());
  const auto off = [&](std::int64_t newest) {
    return world.pair_at(world.step().moved(newest - 1)).evidence;
  };
  for (const std::int64_t newest : {1'744, -1'744, 20'160, -20'160}) {
    EXPECT_EQ(off(newest).reason, Reason::outside_window) << newest;
    EXPECT_EQ(off(newest).off, newest);
    EXPECT_LE(std::chrono::abs(*off(newest).offset_after - newest * 30s), Micros(30s));
  }
  EXPECT_EQ(off(20'161).reason, Reason::no_match);
  EXPECT_EQ(off(-20'161).reason, Reason::no_match);
}

TEST(Diagnosis, CardTooFarAheadIsFoundUpToAHundredThousandCodes) {
  World world(event_spec(Digits::eight()));
  world.token.progress.next = Position(10);
  const auto found = world.pair_at(Position(100'009));
  EXPECT_EQ(found.reason, Reason::outside_window);
  EXPECT_EQ(found.evidence.off, 100'000);
  EXPECT_EQ(world.pair_at(Position(100'010)).reason, Reason::no_match);
}

// ---- wrong_parameters

struct Parameters {
  const char* what;
  CodeSpec imported;
  CodeSpec real;
};

CodeSpec with_hash(CodeSpec spec, HashAlgorithm hash) {
  spec.hash = hash;
  return spec;
}

CodeSpec with_digits(CodeSpec spec, Digits digits) {
  spec.digits = digits;
  return spec;
}

TEST(Diagnosis, TokenImportedWithOtherParametersIsNamed) {
  const Parameters cases[] = {
      {"30 s, is 60 s", time_spec(30s), time_spec(60s)},
      {"60 s, is 30 s", time_spec(60s), time_spec(30s)},
      {"SHA-1, is SHA-256", time_spec(), with_hash(time_spec(), HashAlgorithm::sha256)},
      {"SHA-512, is SHA-1", with_hash(time_spec(), HashAlgorithm::sha512), time_spec()},
      {"both", time_spec(), with_hash(time_spec(60s), HashAlgorithm::sha256)},
      {"6 digits, is 8", time_spec(), with_digits(time_spec(), Digits::eight())},
      {"8 digits, is 6", with_digits(time_spec(), Digits::eight()), time_spec()},
      {"card, SHA-256", event_spec(), with_hash(event_spec(), HashAlgorithm::sha256)},
      {"card, 8 digits", event_spec(), event_spec(Digits::eight())},
  };
  for (const Parameters& one : cases) {
    World world(one.imported);
    world.device = SimulatedToken(one.real, rfc_seed());
    const bool event = one.real.kind == TokenKind::hotp;
    const Position first = event ? Position(20) : step_at(one.real, world.now.wall);
    const auto decision = world.pair_at(first);
    EXPECT_EQ(decision.reason, Reason::wrong_parameters) << one.what;
    EXPECT_EQ(decision.evidence.fits, one.real) << one.what;
    EXPECT_EQ(decision.evidence.position, first.moved(1)) << one.what;
    EXPECT_TRUE(decision.move) << one.what << ": it costs a try";
  }
}

TEST(Diagnosis, UsedTokenThatCountsFromAnotherEpochIsNamed) {
  World world(time_spec());
  world.token.progress.next = Position(1);
  CodeSpec real = world.token.spec;
  real.t0 = Seconds(946'684'800);
  const auto decision = world.pair_at(step_at(real, world.now.wall));
  EXPECT_EQ(decision.reason, Reason::wrong_parameters);
  EXPECT_EQ(decision.evidence.fits, real);
}

TEST(Diagnosis, OtherParametersMustFitBothCodes) {
  World world(time_spec());
  world.device = SimulatedToken(time_spec(60s), rfc_seed());
  const Position step = step_at(time_spec(60s), world.now.wall);
  const auto one_right = world.decide_resync({world.code_at(step), world.typed("111111")});
  EXPECT_EQ(one_right.reason, Reason::no_match);

  world.device = SimulatedToken(with_digits(time_spec(), Digits::eight()), rfc_seed());
  const auto longer = world.decide_resync({world.code_at(world.step()), world.typed("11111111")});
  EXPECT_EQ(longer.reason, Reason::wrong_length);
  EXPECT_FALSE(longer.move);
}

// ---- wrong_seed_encoding

TEST(Diagnosis, SeedReadInAnotherAlphabetIsNamed) {
  const World world(event_spec());
  for (const SeedReading& reading : seed_readings(world.seed)) {
    World other(event_spec());
    other.device = SimulatedToken(event_spec(), reading.seed);
    const auto decision = other.pair_at(Position(40));
    EXPECT_EQ(decision.reason, Reason::wrong_seed_encoding) << reading.name;
    EXPECT_EQ(decision.evidence.seed_reading, reading.name);
  }
  EXPECT_FALSE(seed_readings(world.seed).empty());
}

// ---- typo_likely

TEST(Diagnosis, SlipInEitherCodeIsSeen) {
  const World world(event_spec());
  const std::string first = world.device.code_at(Position(300));
  const std::string second = world.device.code_at(Position(301));
  for (const auto& [one, two] : {std::pair{slip_of(first), second}, {first, slip_of(second)}}) {
    const auto decision = world.decide_resync({world.typed(one), world.typed(two)});
    EXPECT_EQ(decision.reason, Reason::typo_likely);
    EXPECT_EQ(decision.evidence.position, Position(301));
    EXPECT_TRUE(decision.move);
  }
  const auto both =
      world.decide_resync({world.typed(slip_of(first)), world.typed(slip_of(second))});
  EXPECT_EQ(both.reason, Reason::no_match);
}

TEST(Diagnosis, SwappedNeighboursAreASlip) {
  const World world(time_spec());
  std::string second = world.device.code_at(world.step().moved(-199));
  for (std::size_t i = 0; i + 1 < second.size(); ++i) {
    if (second[i] == second[i + 1]) continue;
    std::swap(second[i], second[i + 1]);
    break;
  }
  const auto decision =
      world.decide_resync({world.code_at(world.step().moved(-200)), world.typed(second)});
  EXPECT_EQ(decision.reason, Reason::typo_likely);
  EXPECT_EQ(decision.evidence.off, -199);
}

// ---- no_match

TEST(Diagnosis, NothingFoundSaysHowMuchWasSearched) {
  World world(event_spec());
  world.device = SimulatedToken(event_spec(), Secret::copy_of("another token's seed"));
  const auto decision = world.pair_at(Position(3));
  EXPECT_EQ(decision.reason, Reason::no_match);
  EXPECT_EQ(decision.evidence.searched, 1'001U);

  World fob(time_spec());
  fob.token.progress.next = Position(1);
  fob.device = SimulatedToken(time_spec(), Secret::copy_of("another token's seed"));
  const auto searched = fob.pair_at(fob.step()).evidence.searched;
  EXPECT_EQ(searched, 2'882U) << "12 h on both sides, and a step before for the first code";
}

}  // namespace
}  // namespace lockstep
