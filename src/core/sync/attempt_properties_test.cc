// SPDX-License-Identifier: Apache-2.0
// What must hold after any history: SYNC section 9 in docs/concepts/sync-engine.md. A history is a
// list of numbers, each of which stands for one attempt; RapidCheck makes them up, prints its seed
// and shrinks what fails.
#include <array>
#include <set>

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "core/sync/attempt_test_world.h"
#include "core/sync/clock_model.h"
#include "core/sync/pair.h"
#include "core/sync/progress.h"

namespace lockstep {
namespace {

using Script = std::vector<std::uint32_t>;

Script any_script() {
  const auto number = rc::gen::inRange<std::uint32_t>(0, 2'000'000'000);
  return *rc::gen::container<Script>(number);
}

PresetName any_preset() {
  return *rc::gen::element(PresetName::standard, PresetName::mideye, PresetName::pingid,
                           PresetName::rsa, PresetName::sas, PresetName::strict);
}

/// Takes one number apart, choice after choice.
class Choices {
 public:
  explicit Choices(std::uint32_t number) : rest_(number) {}

  std::uint32_t below(std::uint32_t bound) {
    const std::uint32_t chosen = rest_ % bound;
    rest_ /= bound;
    return chosen;
  }
  template <class T, std::size_t n>
  T one_of(const std::array<T, n>& list) {
    return list[below(static_cast<std::uint32_t>(n))];
  }

 private:
  std::uint32_t rest_;
};

AttemptWorld make_world(PresetName name) {
  AttemptWorld world(preset(name));
  world.add_event(*rc::gen::element<std::uint64_t>(0, 500));
  Token& fob = world.add({.kind = TokenKind::totp}, Position(*rc::gen::element(0U, 1U)), "fob");
  fob.form = *rc::gen::element(TokenForm::hardware, TokenForm::software);
  if (fob.progress.next > Position(0)) fob.progress.clock = ClockFix{{}, world.now};
  return world;
}

/// The attempt that `number` stands for: mostly codes near where they are expected, from three
/// sources, sometimes with a wrong first factor, sometimes two at once, sometimes a guess.
Attempt attempt_of(std::uint32_t number, AttemptWorld& world) {
  static constexpr std::array<std::int64_t, 12> kOffsets = {0,  1,  2,  3,   4,   -1,
                                                            -2, 50, 99, 100, 101, 10};
  static constexpr std::array<int, 6> kWaits = {0, 1, 30, 31, 181, 86'400};
  Choices choices(number);
  world.wait(Seconds(choices.one_of(kWaits)));
  const std::size_t which = choices.below(2);
  const Token& token = *std::next(world.tokens.begin(), static_cast<std::ptrdiff_t>(which));
  const Position at = expected_position(token, world.now.wall).moved(choices.one_of(kOffsets));
  Reading reading{Digits::six(), Factor::right, world.code(at.value(), which), {}};
  const std::uint32_t kind = choices.below(8);
  if (kind == 0) reading.factor = Factor::wrong;
  if (kind == 1) reading.code = Code(number % 1'000'000);
  if (kind == 2) reading.second = world.code(at.value() + 1, which);
  if (kind == 3) reading.factor = Factor::none;
  return {{reading}, Source(std::to_string(choices.below(3))), world.now};
}

bool let_in(Outcome outcome) {
  return outcome == Outcome::accepted || outcome == Outcome::accepted_resynced;
}

RC_GTEST_PROP(Always, APositionIsAcceptedAtMostOnceAndHighWaterNeverFalls, ()) {
  AttemptWorld world = make_world(any_preset());
  std::set<std::pair<std::uint64_t, std::uint64_t>> accepted;
  for (const std::uint32_t number : any_script()) {
    const std::list<Token> before = world.tokens;
    const Decision decision = world.attempt(attempt_of(number, world));
    auto now = world.tokens.begin();
    for (const Token& old : before) {
      RC_ASSERT(now++->progress.next >= old.progress.next);
    }
    if (!let_in(decision.outcome)) continue;
    const std::uint64_t position = decision.evidence.position->value();
    RC_ASSERT(accepted.emplace(decision.evidence.token->value(), position).second);
    RC_ASSERT(decision.moves.size() == 1U);
    RC_ASSERT(decision.moves.front().progress.next == Position(position + 1));
  }
}

RC_GTEST_PROP(Always, NoMoreSingleCodesAreAcceptedThanTheInStepZoneIsWide, ()) {
  AttemptWorld world = make_world(any_preset());
  for (const std::uint32_t number : any_script()) (void)world.attempt(attempt_of(number, world));

  std::size_t which = 0;
  for (const Token& token : world.tokens) {
    const PositionRun in_step = zones_at(token, world.now.wall, world.policy).in_step;
    const Position first = in_step.first.moved(-10);
    const std::size_t width = which == 0 ? world.policy.event.accept + 1
                                         : 2 * time_zones(world.policy, token.form).accept + 1;
    std::size_t accepted = 0;
    for (std::uint64_t i = 0; i < in_step.count + 40; ++i) {
      const Code code = world.code(first.value() + i, which);
      const Attempt alone{{{Digits::six(), Factor::right, code, {}}}, Source("new"), world.now};
      if (world.look_ahead(alone).outcome == Outcome::accepted) ++accepted;
    }
    RC_ASSERT(accepted <= width);
    ++which;
  }
}

RC_GTEST_PROP(Always, WhatWasAnsweredByNextCodeIsNeverAcceptedAlone, ()) {
  AttemptWorld world = make_world(any_preset());
  std::set<std::pair<std::uint64_t, std::uint64_t>> prompted;
  for (const std::uint32_t number : any_script()) {
    const Decision decision = world.attempt(attempt_of(number, world));
    for (const Slot& slot : world.sync.slots) {
      for (const Candidate& one : slot.candidates) {
        prompted.emplace(one.token.value(), one.position.value());
      }
    }
    if (decision.outcome != Outcome::accepted) continue;
    const std::pair at{decision.evidence.token->value(), decision.evidence.position->value()};
    RC_ASSERT(!prompted.contains(at));
  }
}

RC_GTEST_PROP(Always, EveryListKeepsItsLimit, ()) {
  AttemptWorld world = make_world(any_preset());
  for (const std::uint32_t number : any_script()) {
    (void)world.attempt(attempt_of(number, world));
    RC_ASSERT(world.sync.slots.size() <= UserSync::kSlotsMax);
    RC_ASSERT(world.sync.sources.size() <= UserSync::kSourcesMax);
    for (const Token& token : world.tokens) {
      RC_ASSERT(token.progress.remembered.size() <= Progress::kRememberedMax);
      RC_ASSERT(token.progress.used.size() <= Progress::kUsedMax);
    }
  }
}

RC_GTEST_PROP(Always, OnlyARefusalIsChargedAndOnlyOnce, ()) {
  AttemptWorld world = make_world(any_preset());
  for (const std::uint32_t number : any_script()) {
    const Attempt attempt = attempt_of(number, world);
    const UserSync before = world.sync;
    const Decision decision = world.attempt(attempt);
    if (decision.outcome == Outcome::refused) {
      RC_ASSERT(world.sync.misses_in_row <= before.misses_in_row + 1);
      RC_ASSERT(world.sync.year.level <= before.year.level + 1'000'000);
    } else {
      RC_ASSERT(world.sync.misses_in_row <= before.misses_in_row);
      RC_ASSERT(world.sync.year == before.year);
    }
  }
}

RC_GTEST_PROP(Always, AWrongFirstFactorNeverTouchesTheBudgetNorTheSlots, ()) {
  AttemptWorld world = make_world(any_preset());
  for (const std::uint32_t number : any_script()) {
    Attempt attempt = attempt_of(number, world);
    for (Reading& reading : attempt.readings) reading.factor = Factor::wrong;
    const Decision decision = world.attempt(attempt);
    RC_ASSERT(decision.outcome == Outcome::refused);
    RC_ASSERT(world.sync.misses_in_row == 0U);
    RC_ASSERT(world.sync.year == YearBucket{});
    RC_ASSERT(world.sync.slots.empty());
  }
}

RC_GTEST_PROP(Always, DecideIsAFunction, ()) {
  AttemptWorld world = make_world(any_preset());
  for (const std::uint32_t number : any_script()) {
    const Attempt attempt = attempt_of(number, world);
    AttemptWorld copy = world;
    const Decision one = world.attempt(attempt);
    const Decision other = copy.attempt(attempt);
    RC_ASSERT(one.outcome == other.outcome);
    RC_ASSERT(one.evidence.reason == other.evidence.reason);
    RC_ASSERT(world.sync == copy.sync);
    for (const auto& token : world.tokens) {
      RC_ASSERT(copy.tokens.front().progress == token.progress);
      copy.tokens.pop_front();
    }
  }
}

/// Whether only the portal helps: the account or the token says so, not the codes.
bool is_for_the_portal(const AttemptWorld& world) {
  const Token& token = world.tokens.front();
  return world.sync.misses_in_row >= world.policy.misses_to_disabled ||
         token.status != TokenStatus::enabled ||
         token.progress.remembered.size() + 2 > Progress::kRememberedMax;
}

// The owner waits out pauses, which are for those who guess, and uses a source of their own.
RC_GTEST_PROP(Always, AnOwnerGetsInWithTwoCodesFromASourceOfTheirOwn, ()) {
  AttemptWorld world = make_world(PresetName::standard);
  for (const std::uint32_t number : any_script()) (void)world.attempt(attempt_of(number, world));
  RC_PRE(!is_for_the_portal(world));
  world.wait(Seconds(900));

  const Login home{.source = Source("home")};
  // What was typed and answered before is spent, so that the card has moved on from it.
  const Progress& progress = world.tokens.front().progress;
  Position next = progress.next;
  while (is_remembered(progress, next) || is_remembered(progress, next.moved(1))) {
    next = next.moved(1);
  }
  const bool first = let_in(world.log_in(world.code(next.value()), home));
  RC_ASSERT(first || let_in(world.log_in(world.code(next.value() + 1), home)));
}

RC_GTEST_PROP(PairDistance, IsTheInequality, ()) {
  const CodeSpec spec{.kind = TokenKind::totp,
                      .step = Seconds(*rc::gen::element(1, 15, 30, 60, 3'600))};
  const Micros gap(*rc::gen::inRange<std::int64_t>(0, 200'000'000));
  const std::int64_t apart = *rc::gen::inRange<std::int64_t>(-3, 300);
  const Micros off = std::chrono::abs(apart * Micros(spec.step) - gap);
  const bool expected = apart >= 1 && off <= spec.step + Seconds(20);
  RC_ASSERT(is_pair(spec, Position(1'000), Position(1'000).moved(apart), gap) == expected);
}

RC_GTEST_PROP(AfterPair, TheMiddleOfTheSecondCodesStepIsExpected, ()) {
  AttemptWorld world;
  Token& token = world.add_time();
  const Micros since(*rc::gen::inRange<std::int64_t>(0, 90'000'000));
  const auto off = *rc::gen::inRange<std::int64_t>(-2'000, 2'000);
  world.wait(since);
  const Position position = Position(world.step()).moved(off);
  token.progress.clock = after_pair(token.spec, position, world.now);
  RC_ASSERT(expected_position(token, world.now.wall) == position);
}

}  // namespace
}  // namespace lockstep
