// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <mutex>

#include "ports/clock.h"

namespace lockstep {

/// A clock that moves only when told. Thread-safe.
class FakeClock final : public Clock {
 public:
  /// Where tests start unless they say otherwise: 2026-01-05T08:00:00Z, a Monday morning.
  static constexpr WallTime kStart{Seconds{1'767'600'000}};

  explicit FakeClock(WallTime start = kStart);

  [[nodiscard]] Instant now() const override;

  /// Time passes: both clocks move by `by`, which is not negative.
  void advance(Micros by);
  /// Somebody sets the wall clock; the monotonic clock does not notice.
  void jump_wall(Micros by);
  /// The same, to a given time.
  void set_wall(WallTime time);
  /// The machine boots: the monotonic clock starts anew in another run.
  void reboot();
  /// Whether a time service vouches for the wall clock from now on.
  void set_synchronised(bool is_so);
  [[nodiscard]] bool is_synchronised() const override;

 private:
  mutable std::mutex mutex_;
  Instant now_;
  bool synchronised_ = false;
};

}  // namespace lockstep
