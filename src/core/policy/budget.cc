// SPDX-License-Identifier: Apache-2.0
#include "core/policy/budget.h"

#include <algorithm>

namespace lockstep {
namespace {

constexpr std::int64_t kMillion = 1'000'000;
constexpr Seconds kDay{24 * 3600};
constexpr Seconds kYear{365 * 24 * 3600};
constexpr Seconds kPairPauseMin{30};
constexpr Seconds kPairPauseMax{15 * 60};
constexpr std::uint32_t kPairPauseDoublingsMax = 5;  // 30 s * 2^5 is beyond 15 min.
constexpr std::uint32_t kFailedPairsPerDay = 500;
constexpr std::uint32_t kFactorFailuresFree = 5;
constexpr Seconds kFactorPause{15 * 60};

/// What is left of `bucket`'s level at `at`.
std::int64_t level_at(const YearBucket& bucket, std::uint32_t size, const Instant& at) {
  // A full bucket is empty after a year. Holding the span to that keeps the product below 2^63.
  const Micros span = std::min<Micros>(elapsed(bucket.at, at), kYear);
  const std::int64_t leaked = span.count() * std::int64_t{size} / kYear.count();
  return std::max<std::int64_t>(0, bucket.level - leaked);
}

/// Full: one more miss would not fit.
bool is_full(const YearBucket& bucket, std::uint32_t size, const Instant& at) {
  return level_at(bucket, size, at) > (std::int64_t{size} - 1) * kMillion;
}

const SourceRecord* find_record(const UserSync& sync, const Source& source) {
  for (const SourceRecord& record : sync.sources) {
    if (record.source == source) return &record;
  }
  return nullptr;
}

/// The record of `source` moved to the newest place, made if there is none; the oldest one goes
/// when there is no room.
SourceRecord& newest_record(UserSync& sync, const Source& source) {
  SourceRecord record{.source = source};
  if (const SourceRecord* found = find_record(sync, source)) record = *found;
  std::erase_if(sync.sources, [&](const SourceRecord& one) { return one.source == source; });
  if (sync.sources.size() >= UserSync::kSourcesMax) sync.sources.erase(sync.sources.begin());
  sync.sources.push_back(std::move(record));
  return sync.sources.back();
}

/// Adds one without wrapping round.
void count_up(std::uint32_t& counter) {
  if (counter < UINT32_MAX) ++counter;
}

Seconds pair_pause(std::uint32_t failed_in_row) {
  if (failed_in_row == 0) return Seconds::zero();
  const std::uint32_t doublings = std::min(failed_in_row - 1, kPairPauseDoublingsMax);
  return std::min(kPairPauseMax, kPairPauseMin * (std::int64_t{1} << doublings));
}

/// When a pause of `pause` that began at `from` is over; nullopt when it is.
std::optional<WallTime> still_paused(const Instant& from, Seconds pause, const Instant& now) {
  const Micros passed = elapsed(from, now);
  if (passed >= pause) return std::nullopt;
  return now.wall + (pause - passed);
}

bool day_is_over(const UserSync& sync, const Instant& at) {
  return !sync.failed_pairs_since || elapsed(*sync.failed_pairs_since, at) >= kDay;
}

std::uint32_t row_length(const UserSync& sync, const Trial& trial) {
  if (trial.row_of == RowOf::user) return sync.misses_in_row;
  const SourceRecord* record = find_record(sync, trial.source);
  return record != nullptr ? record->misses_in_row : 0;
}

}  // namespace

std::uint32_t bucket_size(const Policy& policy, std::span<const TokenShape> tokens) {
  return misses_per_year(policy, tokens) / 2;
}

Escalation escalation(const UserSync& sync, const Policy& policy, std::uint32_t bucket,
                      const Trial& trial) {
  const bool disables = policy.disabling == Disabling::on;
  if (disables && sync.misses_in_row >= policy.misses_to_disabled) return Escalation::disabled;

  const std::uint32_t row = std::max(sync.misses_in_row, row_length(sync, trial));
  const bool two_codes = row >= policy.misses_to_two_codes || is_full(sync.year, bucket, trial.at);
  return two_codes ? Escalation::two_codes : Escalation::open;
}

UserSync after_miss(UserSync sync, std::uint32_t bucket, const Trial& trial, MissKind kind) {
  if (trial.row_of == RowOf::user) {
    count_up(sync.misses_in_row);
  } else {
    SourceRecord& record = newest_record(sync, trial.source);
    count_up(record.misses_in_row);
    record.last = trial.at;
  }
  if (kind == MissKind::slip) return sync;

  const std::int64_t level = level_at(sync.year, bucket, trial.at) + kMillion;
  sync.year = {.level = std::min(level, std::int64_t{bucket} * kMillion), .at = trial.at};
  return sync;
}

UserSync after_failed_pair(UserSync sync, std::uint32_t bucket, const Trial& trial, MissKind kind) {
  sync = after_miss(std::move(sync), bucket, trial, kind);
  SourceRecord& record = newest_record(sync, trial.source);
  count_up(record.failed_pairs_in_row);
  record.last = trial.at;
  if (day_is_over(sync, trial.at)) {
    sync.failed_pairs_today = 0;
    sync.failed_pairs_since = trial.at;
  }
  count_up(sync.failed_pairs_today);
  return sync;
}

std::optional<WallTime> pairs_paused_until(const UserSync& sync, const Trial& trial) {
  if (sync.failed_pairs_today >= kFailedPairsPerDay && !day_is_over(sync, trial.at)) {
    return still_paused(*sync.failed_pairs_since, kDay, trial.at);
  }
  const SourceRecord* record = find_record(sync, trial.source);
  if (record == nullptr) return std::nullopt;
  return still_paused(record->last, pair_pause(record->failed_pairs_in_row), trial.at);
}

UserSync after_success(UserSync sync, const Source& source) {
  sync.misses_in_row = 0;
  sync.factor_failures = {};
  sync.slots.clear();
  std::erase_if(sync.sources, [&](const SourceRecord& one) { return one.source == source; });
  return sync;
}

UserSync after_factor_failure(UserSync sync, const Instant& at) {
  // Guesses without a token hit a code now and then. Spread over days they are no sign of a thief.
  const std::optional<Instant>& last = sync.factor_failures.last;
  if (last && elapsed(*last, at) >= kDay) sync.factor_failures.in_row = 0;
  count_up(sync.factor_failures.in_row);
  sync.factor_failures.last = at;
  return sync;
}

std::optional<WallTime> factor_paused_until(const UserSync& sync, const Instant& at) {
  const FactorFailures& failures = sync.factor_failures;
  if (failures.in_row < kFactorFailuresFree || !failures.last) return std::nullopt;
  return still_paused(*failures.last, kFactorPause, at);
}

UserSync unlocked(UserSync sync) {
  sync.misses_in_row = 0;
  sync.factor_failures = {};
  sync.sources.clear();
  return sync;
}

}  // namespace lockstep
