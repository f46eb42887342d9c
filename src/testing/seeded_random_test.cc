// SPDX-License-Identifier: Apache-2.0
#include "testing/seeded_random.h"

#include <array>
#include <set>

#include <gtest/gtest.h>

namespace lockstep {
namespace {

std::uint64_t word(SeededRandom& random) {
  std::array<std::uint8_t, 8> bytes{};
  random.fill(bytes);
  std::uint64_t value = 0;
  for (std::size_t i = bytes.size(); i-- > 0;) value = value << 8U | bytes[i];
  return value;
}

// The outputs of SplitMix64 for this seed, from
// rosettacode.org/wiki/Pseudo-random_numbers/Splitmix64.
TEST(SeededRandom, IsSplitMix64) {
  SeededRandom random(1'234'567);
  EXPECT_EQ(word(random), 6457827717110365317U);
  EXPECT_EQ(word(random), 3203168211198807973U);
  EXPECT_EQ(word(random), 9817491932198370423U);
}

TEST(SeededRandom, TheSameSeedSaysTheSame) {
  SeededRandom one(7);
  SeededRandom other(7);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(one.id(), other.id());
}

TEST(SeededRandom, BelowReachesEveryNumberAndNoMore) {
  SeededRandom random(1);
  std::set<std::uint64_t> seen;
  for (int i = 0; i < 1'000; ++i) seen.insert(random.below(6));
  EXPECT_EQ(seen, (std::set<std::uint64_t>{0, 1, 2, 3, 4, 5}));
}

TEST(SeededRandom, FillsAnyLength) {
  SeededRandom random(3);
  std::array<std::uint8_t, 13> bytes{};
  random.fill(bytes);
  EXPECT_NE(bytes, (std::array<std::uint8_t, 13>{}));
  EXPECT_NE(bytes[12], 0);
}

}  // namespace
}  // namespace lockstep
