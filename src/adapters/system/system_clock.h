// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ports/clock.h"

namespace lockstep {

/// The machine's clocks: CLOCK_REALTIME and CLOCK_BOOTTIME (which counts suspended time too, so
/// that a laptop's sleep does not look like a step of the wall clock). Thread-safe.
class SystemClock final : public Clock {
 public:
  SystemClock();
  [[nodiscard]] Instant now() const override;
  /// The kernel says so, and that it is off by kErrorMax at most.
  [[nodiscard]] bool is_synchronised() const override;

  static constexpr Micros kErrorMax{1'000'000};

 private:
  ClockRun run_;
};

}  // namespace lockstep
