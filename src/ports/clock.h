// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/time.h"

namespace lockstep {

/// The only source of time. Implementations: adapters/system, testing/fake_clock. Thread-safe.
class Clock {
 public:
  Clock() = default;
  Clock(const Clock&) = delete;
  Clock& operator=(const Clock&) = delete;
  virtual ~Clock() = default;

  [[nodiscard]] virtual Instant now() const = 0;
};

}  // namespace lockstep
