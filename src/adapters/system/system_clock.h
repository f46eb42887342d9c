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

 private:
  ClockRun run_;
};

}  // namespace lockstep
