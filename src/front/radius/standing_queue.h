// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <mutex>
#include <optional>

#include "base/time.h"

namespace lockstep {

/// Tells a queue that stands from one that a pause of the disk has left behind. After a pause it is
/// short again as soon as it was worked through, and dropping what waited would only make it come
/// again. Where more comes in than goes out it never is, and whoever is answered has waited for all
/// before them: there what has waited too long is dropped, so that the others are answered in time.
/// Thread-safe.
class StandingQueue {
 public:
  /// Who waited no longer than this found the queue short.
  static constexpr Micros kShort{100'000};
  /// It stands when nobody has found it short for so long.
  static constexpr Micros kStands{500'000};
  /// Then nobody waits longer.
  static constexpr Micros kWaitMax{500'000};

  /// Somebody's turn comes at `now`, after they have `waited`: whether it is too late for them.
  [[nodiscard]] bool is_too_late(Micros waited, const Instant& now);

 private:
  std::mutex mutex_;
  std::optional<Instant> long_since_;  ///< when the first came who found it long
};

}  // namespace lockstep
