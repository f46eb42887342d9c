// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/time.h"

namespace lockstep {

/// What the kernel says of its own clock, which a time service keeps right.
struct ClockHealth {
  bool synchronised = false;
  Micros error_max{0};  ///< how far off it may be at most, as far as the kernel knows
};

/// Asks the kernel, not the network. Thread-safe.
[[nodiscard]] ClockHealth clock_health();

}  // namespace lockstep
