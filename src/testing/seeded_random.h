// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <mutex>

#include "ports/random.h"

namespace lockstep {

/// The same bytes for the same seed, on every machine (SplitMix64). For tests and simulations;
/// anybody can foretell what it says. Thread-safe.
class SeededRandom final : public Random {
 public:
  explicit SeededRandom(std::uint64_t seed) : state_(seed) {}

  void fill(std::span<std::uint8_t> out) override;

  /// A number below `bound`, which is not 0. The bias is below bound / 2^64.
  [[nodiscard]] std::uint64_t below(std::uint64_t bound);

 private:
  std::uint64_t next();

  std::mutex mutex_;
  std::uint64_t state_;
};

}  // namespace lockstep
