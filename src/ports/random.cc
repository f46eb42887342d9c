// SPDX-License-Identifier: Apache-2.0
#include "ports/random.h"

#include <array>
#include <bit>

namespace lockstep {

std::uint64_t Random::id() {
  std::array<std::uint8_t, 8> bytes{};
  std::uint64_t value = 0;
  while (value == 0) {
    fill(bytes);
    value = std::bit_cast<std::uint64_t>(bytes) >> 1U;
  }
  return value;
}

}  // namespace lockstep
