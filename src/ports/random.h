// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>

namespace lockstep {

/// The only source of chance: cryptographically secure in adapters/system, seeded in
/// testing/seeded_random. Thread-safe. Never fails: without randomness the process ends.
class Random {
 public:
  Random() = default;
  Random(const Random&) = delete;
  Random& operator=(const Random&) = delete;
  virtual ~Random() = default;

  virtual void fill(std::span<std::uint8_t> out) = 0;

  /// An id for a stored row: 1 to 2^63 - 1.
  [[nodiscard]] std::uint64_t id();
};

}  // namespace lockstep
