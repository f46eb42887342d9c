// SPDX-License-Identifier: Apache-2.0
#include "crypto/random.h"

#include <array>

#include <gtest/gtest.h>

namespace lockstep {
namespace {

// Two draws of 32 bytes are the same once in 2^256.
TEST(RandomBytes, NoTwoDrawsAreTheSame) {
  std::array<std::uint8_t, 32> one{};
  std::array<std::uint8_t, 32> other{};
  random_bytes(one);
  random_bytes(other);
  EXPECT_NE(one, other);
}

TEST(RandomBytes, FillsAllOfTheSpan) {
  // A byte of 64 draws is always 0 once in 2^512.
  std::array<std::uint8_t, 37> seen{};
  for (int i = 0; i < 64; ++i) {
    std::array<std::uint8_t, 37> drawn{};
    random_bytes(drawn);
    for (std::size_t at = 0; at < seen.size(); ++at) {
      seen[at] = static_cast<std::uint8_t>(seen[at] | drawn[at]);
    }
  }
  for (const std::uint8_t byte : seen) EXPECT_NE(byte, 0);
}

TEST(RandomBytes, NothingIsAskedForNothing) { random_bytes({}); }

}  // namespace
}  // namespace lockstep
