// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "crypto/random.h"
#include "ports/random.h"

namespace lockstep {

/// Randomness fit for keys. Thread-safe.
class SystemRandom final : public Random {
 public:
  void fill(std::span<std::uint8_t> out) override { random_bytes(out); }
};

}  // namespace lockstep
