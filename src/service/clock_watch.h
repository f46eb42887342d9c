// SPDX-License-Identifier: Apache-2.0
// Whether the server's own clock is to be believed. A wall clock that somebody sets moves against
// the monotonic one, which nobody can set; and no wall clock is behind what the audit has seen.
// Why it is done so: docs/decisions/0029-a-clock-in-doubt.md.
#pragma once

#include <mutex>
#include <optional>
#include <string_view>

#include "base/time.h"

namespace lockstep {

/// Why the clock is in doubt, and since when.
struct ClockDoubt {
  enum class Why {
    jumped,        ///< it was set while the server ran
    behind_audit,  ///< at the start it was earlier than the newest record of the audit
  };
  Why why = Why::jumped;
  Micros off{};     ///< the clock less what it was expected to show; behind_audit: at least so far
  Instant since{};  ///< read on the clock that is in doubt
};

/// What ended a doubt.
enum class ClockTrust {
  agrees,     ///< the clock shows again what was expected of it
  vouched,    ///< a time service has vouched for it for kVouchedFor
  confirmed,  ///< an operator said that it is right
};

/// The stable names: "jumped", "vouched".
[[nodiscard]] std::string_view name_of(ClockDoubt::Why why);
[[nodiscard]] std::string_view name_of(ClockTrust trust);

/// Compares every reading of the clock with what the ones before let expect. Thread-safe; never
/// waits for anything but another reading.
class ClockWatch {
 public:
  /// A step up to this is what time services make, and a leap second.
  static constexpr Micros kJumpMax{2'000'000};
  /// So much of the time that passes small steps may add up to: one second in 1,000.
  static constexpr std::int64_t kFollowShare = 1'000;
  /// For so long a time service has to vouch for a clock before it is believed again.
  static constexpr Seconds kVouchedFor{60};

  /// Takes note of a reading. What it shows decides about `doubt` at once.
  void see(const Instant& now);
  /// The same, with what a time service says of the wall clock at that moment.
  void see(const Instant& now, bool is_synchronised);

  /// At the start: the audit has seen `newest`. A clock that is earlier, by more than kJumpMax, is
  /// in doubt.
  void expect_not_before(const Instant& now, WallTime newest);

  /// An operator says that the clock is right as it is.
  void confirm(const Instant& now);

  /// nullopt: it is to be believed.
  [[nodiscard]] std::optional<ClockDoubt> doubt() const;
  [[nodiscard]] bool is_doubted() const { return doubt().has_value(); }
  /// What ended the last doubt; nullopt, where there was none or it has not ended.
  [[nodiscard]] std::optional<ClockTrust> trust() const;

 private:
  [[nodiscard]] Micros off_by(const Instant& now) const;
  void judge(const Instant& now);
  void follow(const Instant& now);
  void end(ClockTrust how, const Instant& now);

  mutable std::mutex mutex_;
  std::optional<Instant> expected_;  ///< a pair of readings that belong together
  std::optional<ClockDoubt> doubt_;
  std::optional<ClockTrust> trust_;
  std::optional<Instant> vouched_since_;
};

}  // namespace lockstep
