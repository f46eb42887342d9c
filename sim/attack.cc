// SPDX-License-Identifier: Apache-2.0
#include "attack.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "core/policy/odds.h"
#include "core/sync/attempt.h"
#include "testing/seeded_random.h"

namespace lockstep::sim {
namespace {

/// How the thief uses an answer "next code", which tells that the last guess was right somewhere.
enum class Habit {
  goes_on,  ///< takes it as the first half of a pair and guesses the second
  insists,  ///< gives the code that was right again before each further guess
};

struct Scenario {
  const char* name;
  CodeSpec spec;
  Policy policy;
  Habit habit;
  std::uint64_t share = 1;          // of the trials: one in so many
  std::uint32_t misses_before = 0;  // 10: the thief starts in the state two_codes
};

constexpr std::uint64_t kAttempts = 10;
constexpr std::uint64_t kPositions = 100'000;  // of one token; trials begin at random places
constexpr std::uint64_t kMargin = 10'000;      // at both ends, more than any zone is wide
constexpr double kSigmas = 3;
constexpr double kTellingFactor = 3;
constexpr double kTellingWins = 15;
// A wide zone costs thirty times the work of a usual one, and its scenarios share the rest.
constexpr std::uint64_t kWideShare = 4;

/// The default, but for the year's bucket: at four digits it would allow no single code at all.
Policy usual() {
  Policy policy = preset(PresetName::standard);
  policy.odds_per_year = 1;
  return policy;
}

Policy wide(std::uint32_t next_code) {
  Policy policy = usual();
  policy.event.accept = 0;
  policy.event.next_code = next_code;
  for (TimeZones* zones : {&policy.hardware, &policy.software}) {
    zones->accept = 0;
    zones->next_code = next_code / 2;
  }
  return policy;
}

std::vector<Scenario> scenarios() {
  const Digits four = Digits::make(4).value();
  const CodeSpec event{.kind = TokenKind::hotp, .digits = four};
  const CodeSpec time{.kind = TokenKind::totp, .digits = four};
  return {
      {"event, default, goes on", event, usual(), Habit::goes_on},
      {"event, default, insists", event, usual(), Habit::insists},
      {"time, default, goes on", time, usual(), Habit::goes_on},
      {"time, default, insists", time, usual(), Habit::insists},
      {"event, zone of 3,001, goes on", event, wide(3'000), Habit::goes_on, kWideShare},
      {"event, zone of 3,001, insists", event, wide(3'000), Habit::insists, kWideShare},
      {"time, zone of 3,001, goes on", time, wide(3'000), Habit::goes_on, kWideShare},
      {"event, two codes, zone of 3,001", event, wide(3'000), Habit::goes_on, kWideShare, 10},
  };
}

/// One thief against one token.
class Trial {
 public:
  Trial(const Scenario& scenario, Token token, CodeBook& book, SeededRandom& random)
      : scenario_(scenario), token_(std::move(token)), book_(book), random_(random) {
    const auto start = static_cast<std::int64_t>(token_.progress.next.value());
    now_.wall = WallTime(start * token_.spec.step + Seconds(15));
    token_.progress.clock = ClockFix{{}, now_};
    sync_.misses_in_row = scenario.misses_before;
  }

  bool wins() {
    for (std::uint64_t i = 0; i < kAttempts; ++i) {
      const Outcome outcome = give(next_guess(i));
      if (outcome == Outcome::accepted || outcome == Outcome::accepted_resynced) return true;
      if (outcome == Outcome::refused && was_paused_) pass(Seconds(900));
    }
    return false;
  }

 private:
  /// Never the same guess twice, since an event token's codes stay where they are; but for the
  /// code that a prompt gave away.
  Code next_guess(std::uint64_t i) {
    const bool again = scenario_.habit == Habit::insists && given_away_ && !gave_it_last_;
    gave_it_last_ = again;
    if (again) return *given_away_;
    if (i == 0) first_guess_ = random_.below(kCodes);
    return Code(static_cast<std::uint32_t>((first_guess_ + i * kStride) % kCodes));
  }

  Outcome give(Code code) {
    TokenView view[] = {{token_, book_}};
    const Attempt attempt{{{token_.spec.digits, Factor::right, code, {}}}, Source("vpn"), now_};
    const Decision decision =
        decide({sync_, UserStatus::enabled, true, view}, attempt, scenario_.policy);
    sync_ = decision.sync;
    for (const TokenMove& move : decision.moves) token_.progress = move.progress;
    was_paused_ = decision.evidence.reason == Reason::too_many_attempts;
    if (decision.outcome == Outcome::next_code) given_away_ = code;
    return decision.outcome;
  }

  void pass(Seconds span) {
    now_.wall += span;
    now_.mono = MonoTime(now_.mono.value() + Micros(span).count());
  }

  static constexpr std::uint64_t kCodes = 10'000;
  static constexpr std::uint64_t kStride = 3'001;  // prime to kCodes

  const Scenario& scenario_;
  Token token_;
  CodeBook& book_;
  SeededRandom& random_;
  Instant now_;
  UserSync sync_;
  std::uint64_t first_guess_ = 0;
  std::optional<Code> given_away_;
  bool gave_it_last_ = false;
  bool was_paused_ = false;
};

/// The promised chance of `scenario`. Where single codes count for nothing, only the term of pairs
/// is left.
double bound_of(const Scenario& scenario) {
  const TokenShape shape[] = {{scenario.spec, TokenForm::hardware}};
  const double all = chance_of_guessing(scenario.policy, shape, kAttempts);
  if (scenario.misses_before == 0) return all;
  const double singles =
      static_cast<double>(kAttempts) * chance_of_guessing(scenario.policy, shape, 1);
  return all - singles;
}

Verdict judge(const Scenario& scenario, std::uint64_t trials, std::uint64_t wins) {
  const double bound = bound_of(scenario);
  const double expected = bound * static_cast<double>(trials);
  const auto counted = static_cast<double>(wins);
  return {.scenario = scenario.name,
          .trials = trials,
          .wins = wins,
          .bound = bound,
          .holds = counted <= expected + kSigmas * std::sqrt(expected) + 1,
          .telling = expected < kTellingWins || counted >= expected / kTellingFactor};
}

Verdict run(const Scenario& scenario, const Effort& effort) {
  SeededRandom random(effort.seed);
  Bytes seed(20);
  random.fill(seed);
  CodeBook book(CodeGenerator::make(scenario.spec, Secret(std::move(seed))).value());
  (void)book.codes(Position(0), kPositions);

  const std::uint64_t trials = effort.trials / scenario.share + 1;
  std::uint64_t wins = 0;
  for (std::uint64_t i = 0; i < trials; ++i) {
    Token token{.id = TokenId(1), .serial = Serial::parse("SIM").value(), .spec = scenario.spec};
    token.owner = UserId(1);
    token.progress.next = Position(kMargin + random.below(kPositions - 2 * kMargin));
    if (Trial(scenario, std::move(token), book, random).wins()) ++wins;
  }
  return judge(scenario, trials, wins);
}

}  // namespace

std::vector<Verdict> attack(const Effort& effort) {
  std::vector<Verdict> result;
  for (const Scenario& scenario : scenarios()) result.push_back(run(scenario, effort));
  return result;
}

}  // namespace lockstep::sim
