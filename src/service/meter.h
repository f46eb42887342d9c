// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <string_view>
#include <utility>
#include <vector>

#include "base/time.h"
#include "core/audit/event.h"
#include "core/model/reason.h"
#include "formats/metrics_page.h"

namespace lockstep {

/// Counts how often something took how long. Thread-safe; never waits.
class Histogram {
 public:
  /// The upper ends of the buckets: from a decision without a disk to a client's patience.
  static constexpr std::array<Micros, 13> kBounds = {
      Micros(500),       Micros(1'000),     Micros(2'500),    Micros(5'000),   Micros(10'000),
      Micros(25'000),    Micros(50'000),    Micros(100'000),  Micros(250'000), Micros(500'000),
      Micros(1'000'000), Micros(2'500'000), Micros(5'000'000)};

  void observe(Micros took);
  /// Buckets and sum are read one after the other: under load a reading may miss in one what it has
  /// in the other. The count is that of the buckets.
  [[nodiscard]] HistogramReading read() const;

 private:
  std::array<std::atomic<std::uint64_t>, kBounds.size() + 1> counts_{};
  std::atomic<std::uint64_t> micros_{0};
};

/// Who had a token brought back into step.
enum class ResyncBy {
  log_in,        ///< two log-ins in a row, without anybody's doing
  self_service,  ///< its owner, in the portal
  operator_,     ///< an operator, by codes or by the counter
};
[[nodiscard]] std::string_view name_of(ResyncBy by);

/// What was decided since this process started, for monitoring: numbers, and names from our own
/// lists, never whose. What is counted is on disk. Thread-safe.
class Meter {
 public:
  /// A log-in was decided: `kind` is one of the login events, as the audit has it.
  void login(EventKind kind, Reason reason);
  /// A log-in that could not be decided: a part that it needs was away.
  void login_failed() { ++logins_failed_; }
  /// A resynchronisation was decided. `login` counts those of its kind itself.
  void resync(ResyncBy by, EventKind kind, Reason reason);

  Histogram login_decisions;  ///< from the request to the question to the store's writer
  Histogram login_commits;    ///< from that to its answer: queue, decision, disk
  std::atomic<std::int64_t> login_commits_waiting{0};

  /// Adds what was counted to `page`.
  void write(MetricsPage& page) const;

 private:
  using LoginKey = std::pair<EventKind, Reason>;
  using ResyncKey = std::pair<ResyncBy, LoginKey>;

  mutable std::mutex mutex_;
  std::map<LoginKey, std::uint64_t> logins_;
  std::map<ResyncKey, std::uint64_t> resyncs_;
  std::atomic<std::uint64_t> logins_failed_{0};
};

}  // namespace lockstep
