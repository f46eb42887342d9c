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

  /// Whether a time service vouches for the wall clock at this moment. False also where nobody
  /// knows, as in most containers.
  [[nodiscard]] virtual bool is_synchronised() const { return false; }
};

}  // namespace lockstep
