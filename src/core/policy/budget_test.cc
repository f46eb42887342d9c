// SPDX-License-Identifier: Apache-2.0
#include "core/policy/budget.h"

#include <gtest/gtest.h>

namespace lockstep {
namespace {

constexpr std::uint32_t kBucket = 66;
constexpr Seconds kDay{24 * 3600};

/// Both clocks `since` after an arbitrary start.
Instant at(Micros since) {
  constexpr Seconds kStart{1'800'000'000};
  return {WallTime(kStart + since), MonoTime(since.count()), ClockRun(7)};
}

const Source kVpn("vpn");
const Source kWeb("web");

/// Some misses or failed pairs of one kind, one after the other at the same moment.
struct Charges {
  unsigned count;
  RowOf row_of = RowOf::user;
  MissKind kind = MissKind::guess;
};

UserSync with_misses(const Charges& charges, const Instant& when, UserSync sync = {},
                     const Source& source = kVpn) {
  for (unsigned i = 0; i < charges.count; ++i) {
    sync = after_miss(std::move(sync), kBucket, {source, charges.row_of, when}, charges.kind);
  }
  return sync;
}

UserSync with_failed_pairs(unsigned count, const Instant& when, UserSync sync = {}) {
  for (unsigned i = 0; i < count; ++i) {
    sync = after_failed_pair(std::move(sync), kBucket, {kVpn, RowOf::user, when}, MissKind::guess);
  }
  return sync;
}

Escalation state(const UserSync& sync, const Instant& when, RowOf row_of = RowOf::user,
                 const Source& source = kVpn, const Policy& policy = {}) {
  return escalation(sync, policy, kBucket, {source, row_of, when});
}

TEST(Escalation, TenMissesInARowAskForTwoCodes) {
  EXPECT_EQ(state(with_misses({9}, at({})), at({})), Escalation::open);
  EXPECT_EQ(state(with_misses({10}, at({})), at({})), Escalation::two_codes);
}

TEST(Escalation, AHundredMissesInARowDisable) {
  EXPECT_EQ(state(with_misses({99}, at({})), at({})), Escalation::two_codes);
  EXPECT_EQ(state(with_misses({100}, at({})), at({})), Escalation::disabled);
}

TEST(Escalation, DisablingCanBeOff) {
  Policy policy;
  policy.disabling = Disabling::off;
  const UserSync sync = with_misses({1'000}, at({}));
  EXPECT_EQ(state(sync, at({}), RowOf::user, kVpn, policy), Escalation::two_codes);
}

TEST(Escalation, SuccessEndsTheRowButNotTheYear) {
  UserSync sync = after_success(with_misses({99}, at({})), kVpn);
  EXPECT_EQ(sync.misses_in_row, 0U);
  EXPECT_EQ(sync.year.level, 66'000'000);
  EXPECT_EQ(state(sync, at({})), Escalation::two_codes) << "the year's bucket is full";
  sync = after_success(with_misses({65}, at({})), kVpn);
  EXPECT_EQ(state(sync, at({})), Escalation::open) << "one more fits";
}

TEST(YearBucket, IsHalfTheAllowance) {
  const TokenShape six[] = {{{.kind = TokenKind::totp}, TokenForm::hardware}};
  const TokenShape eight[] = {
      {{.kind = TokenKind::totp, .digits = Digits::eight()}, TokenForm::hardware}};
  EXPECT_EQ(bucket_size(Policy{}, six), 66U);
  EXPECT_EQ(bucket_size(Policy{}, eight), 6'507U);
}

TEST(YearBucket, LeaksOneMissIn365DaysDividedByItsSize) {
  const UserSync full = after_success(with_misses({66}, at({})), kVpn);
  const Micros one_miss = Micros(365 * kDay) / kBucket + Micros(1);
  EXPECT_EQ(state(full, at(one_miss - Seconds(1))), Escalation::two_codes);
  EXPECT_EQ(state(full, at(one_miss)), Escalation::open);
}

TEST(YearBucket, IsEmptyAfterAYearAndNeverBelow) {
  const UserSync full = with_misses({66}, at({}));
  const UserSync later = with_misses({1}, at(365 * kDay), full);
  EXPECT_EQ(later.year.level, 1'000'000);
  const UserSync much_later = with_misses({1}, at(36'500 * kDay), full);
  EXPECT_EQ(much_later.year.level, 1'000'000);
}

// Guesses whenever the state is open, at every hour of four years: what the allowance promises.
TEST(YearBucket, No365DaysHoldMoreThanTheAllowance) {
  constexpr int kHoursPerYear = 365 * 24;
  std::vector<int> hours_of_misses;
  UserSync sync;
  for (int hour = 0; hour < 4 * kHoursPerYear; ++hour) {
    const Instant now = at(std::chrono::hours(hour));
    while (state(sync, now) == Escalation::open) {
      sync = after_success(with_misses({1}, now, std::move(sync)), kVpn);
      hours_of_misses.push_back(hour);
    }
  }
  std::size_t oldest = 0;
  std::size_t most = 0;
  for (std::size_t i = 0; i < hours_of_misses.size(); ++i) {
    while (hours_of_misses[oldest] <= hours_of_misses[i] - kHoursPerYear) ++oldest;
    most = std::max(most, i - oldest + 1);
  }
  EXPECT_LE(most, 133U);
  EXPECT_GE(most, 130U);
}

TEST(YearBucket, ALargeOneLeaksToo) {
  constexpr std::uint32_t kLarge = kMissesPerYearMax / 2;
  UserSync sync;
  sync.year = {.level = std::int64_t{kLarge} * 1'000'000, .at = at({})};
  const Instant half_a_year = at(365 * kDay / 2);
  sync = after_miss(sync, kLarge, {kVpn, RowOf::user, half_a_year}, MissKind::guess);
  EXPECT_EQ(sync.year.level, std::int64_t{kLarge} * 500'000 + 1'000'000);
}

TEST(YearBucket, AClockSetForwardLeaksNothing) {
  const UserSync full = after_success(with_misses({66}, at({})), kVpn);
  Instant jumped = at(Seconds(1));
  jumped.wall += 365 * kDay;
  EXPECT_EQ(state(full, jumped), Escalation::two_codes);
}

TEST(Slip, CountsInTheRowNotInTheYear) {
  const UserSync sync = with_misses({10, RowOf::user, MissKind::slip}, at({}));
  EXPECT_EQ(sync.misses_in_row, 10U);
  EXPECT_EQ(sync.year.level, 0);
  EXPECT_EQ(state(sync, at({})), Escalation::two_codes);
}

TEST(RowOfSource, OutsidersCannotTouchTheUsersRow) {
  const UserSync sync = with_misses({50, RowOf::source}, at({}));
  EXPECT_EQ(sync.misses_in_row, 0U);
  EXPECT_EQ(state(sync, at({}), RowOf::source, kVpn), Escalation::two_codes);
  EXPECT_EQ(state(sync, at({}), RowOf::source, kWeb), Escalation::open);
  EXPECT_EQ(state(sync, at({}), RowOf::user, kVpn), Escalation::open);
}

TEST(RowOfSource, NeverDisables) {
  const UserSync sync = with_misses({1'000, RowOf::source}, at({}));
  EXPECT_EQ(state(sync, at({}), RowOf::source), Escalation::two_codes);
}

TEST(RowOfSource, AUserDisabledElsewhereIsDisabledHereToo) {
  const UserSync sync = with_misses({100}, at({}));
  EXPECT_EQ(state(sync, at({}), RowOf::source, kWeb), Escalation::disabled);
}

TEST(RowOfSource, SuccessEndsTheRowOfItsSourceOnly) {
  UserSync sync = with_misses({20, RowOf::source}, at({}));
  sync = after_success(std::move(sync), kWeb);
  EXPECT_EQ(state(sync, at({}), RowOf::source, kVpn), Escalation::two_codes);
  sync = after_success(std::move(sync), kVpn);
  EXPECT_EQ(state(sync, at({}), RowOf::source, kVpn), Escalation::open);
}

TEST(RowOfSource, TheOldestRecordMakesRoom) {
  UserSync sync = with_misses({10, RowOf::source}, at({}));
  for (std::size_t i = 0; i < UserSync::kSourcesMax - 1; ++i) {
    sync = with_misses({1, RowOf::source}, at({}), std::move(sync), Source(std::to_string(i)));
  }
  EXPECT_EQ(sync.sources.size(), UserSync::kSourcesMax);
  EXPECT_EQ(state(sync, at({}), RowOf::source, kVpn), Escalation::two_codes);
  sync = with_misses({1, RowOf::source}, at({}), std::move(sync), kWeb);
  EXPECT_EQ(sync.sources.size(), UserSync::kSourcesMax);
  EXPECT_EQ(state(sync, at({}), RowOf::source, kVpn), Escalation::open);
}

TEST(FailedPair, IsOneMiss) {
  const UserSync sync = with_failed_pairs(1, at({}));
  EXPECT_EQ(sync.misses_in_row, 1U);
  EXPECT_EQ(sync.year.level, 1'000'000);
}

TEST(FailedPair, PausesItsSource30SecondsDoublingTo15Minutes) {
  const int pauses[] = {30, 60, 120, 240, 480, 900, 900, 900};
  UserSync sync;
  for (const int pause : pauses) {
    sync = with_failed_pairs(1, at({}), std::move(sync));
    const Instant before = at(Seconds(pause) - Micros(1));
    const Instant after = at(Seconds(pause));
    EXPECT_EQ(pairs_paused_until(sync, {kVpn, RowOf::user, before}), after.wall) << pause;
    EXPECT_EQ(pairs_paused_until(sync, {kVpn, RowOf::user, after}), std::nullopt) << pause;
    EXPECT_EQ(pairs_paused_until(sync, {kWeb, RowOf::user, before}), std::nullopt) << pause;
  }
}

TEST(FailedPair, SuccessEndsThePauses) {
  const UserSync sync = after_success(with_failed_pairs(6, at({})), kVpn);
  EXPECT_EQ(pairs_paused_until(sync, {kVpn, RowOf::user, at({})}), std::nullopt);
}

TEST(FailedPair, FiveHundredADayPauseEverySource) {
  const Instant later = at(Seconds(1'000));
  UserSync sync = with_failed_pairs(499, at({}));
  EXPECT_EQ(pairs_paused_until(sync, {kWeb, RowOf::user, later}), std::nullopt);
  sync = with_failed_pairs(1, at({}), std::move(sync));
  EXPECT_EQ(pairs_paused_until(sync, {kWeb, RowOf::user, later}), at(kDay).wall);
  EXPECT_EQ(pairs_paused_until(sync, {kWeb, RowOf::user, at(kDay - Micros(1))}), at(kDay).wall);
  EXPECT_EQ(pairs_paused_until(sync, {kWeb, RowOf::user, at(kDay)}), std::nullopt);
  sync = with_failed_pairs(1, at(kDay), std::move(sync));
  EXPECT_EQ(sync.failed_pairs_today, 1U) << "a new day begins";
}

TEST(FactorFailures, PauseFromTheFifthOn) {
  UserSync sync;
  for (int i = 0; i < 4; ++i) sync = after_factor_failure(std::move(sync), at({}));
  EXPECT_EQ(factor_paused_until(sync, at({})), std::nullopt);
  sync = after_factor_failure(std::move(sync), at({}));
  const Instant end = at(Seconds(900));
  EXPECT_EQ(factor_paused_until(sync, at({})), end.wall);
  EXPECT_EQ(factor_paused_until(sync, at(Seconds(900) - Micros(1))), end.wall);
  EXPECT_EQ(factor_paused_until(sync, end), std::nullopt);
}

TEST(FactorFailures, ADayWithoutOneBeginsTheRowAnew) {
  const Instant first = at({});
  UserSync sync;
  for (int i = 0; i < 9; ++i) sync = after_factor_failure(std::move(sync), first);
  Instant later = first;
  later.wall += std::chrono::hours(24) - Micros(1);
  later.mono = MonoTime(later.mono.value() + 24LL * 3600 * 1'000'000 - 1);
  EXPECT_EQ(after_factor_failure(sync, later).factor_failures.in_row, 10U);
  later.wall += Micros(1);
  later.mono = MonoTime(later.mono.value() + 1);
  EXPECT_EQ(after_factor_failure(sync, later).factor_failures.in_row, 1U);
}

TEST(FactorFailures, EndWithSuccess) {
  UserSync sync;
  for (int i = 0; i < 9; ++i) sync = after_factor_failure(std::move(sync), at({}));
  sync = after_success(std::move(sync), kVpn);
  EXPECT_EQ(sync.factor_failures, FactorFailures{});
}

TEST(FactorFailures, DoNotTouchTheCodesBudget) {
  const UserSync sync = after_factor_failure({}, at({}));
  EXPECT_EQ(sync.misses_in_row, 0U);
  EXPECT_EQ(sync.year.level, 0);
}

TEST(Unlocked, OpensADisabledUserButKeepsTheYear) {
  const UserSync sync = unlocked(with_misses({100}, at({})));
  EXPECT_EQ(sync.misses_in_row, 0U);
  EXPECT_EQ(sync.year.level, 66'000'000);
  EXPECT_EQ(state(sync, at({})), Escalation::two_codes);
  EXPECT_EQ(pairs_paused_until(unlocked(with_failed_pairs(5, at({}))), {kVpn, RowOf::user, at({})}),
            std::nullopt);
}

}  // namespace
}  // namespace lockstep
