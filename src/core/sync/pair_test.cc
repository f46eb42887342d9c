// SPDX-License-Identifier: Apache-2.0
#include "core/sync/pair.h"

#include <gtest/gtest.h>

namespace lockstep {
namespace {

CodeSpec time_spec(int step = 30) { return {.kind = TokenKind::totp, .step = Seconds(step)}; }

// |(p' - p)·X - gap| <= X + 20 s, worked out by hand.
TEST(PairDistance, KeepsToTheTimeBetween) {
  struct Case {
    int step;
    Micros gap;
    PairDistance expected;
  };
  const Case cases[] = {
      {30, Seconds(0), {1, 1}},
      {30, Seconds(10) - Micros(1), {1, 1}},
      {30, Seconds(10), {1, 2}},
      {30, Seconds(30), {1, 2}},
      {30, Seconds(40), {1, 3}},
      {30, Seconds(80), {1, 4}},
      {30, Seconds(80) + Micros(1), {2, 4}},
      {30, Seconds(180), {5, 7}},
      {60, Seconds(60), {1, 2}},
      {60, Seconds(180), {2, 4}},
  };
  for (const Case& one : cases) {
    EXPECT_EQ(pair_distance(time_spec(one.step), one.gap), one.expected)
        << one.step << " " << one.gap.count();
  }
}

TEST(PairDistance, IsOneForEventTokensAndForCodesGivenAtOnce) {
  EXPECT_EQ(pair_distance({.kind = TokenKind::hotp}, Micros(Seconds(100))), (PairDistance{1, 1}));
  EXPECT_EQ(pair_distance(time_spec(), std::nullopt), (PairDistance{1, 1}));
}

TEST(IsPair, TheSecondComesAfterTheFirst) {
  const CodeSpec spec = time_spec();
  EXPECT_TRUE(is_pair(spec, Position(10), Position(11), Micros(0)));
  EXPECT_FALSE(is_pair(spec, Position(10), Position(10), Micros(0)));
  EXPECT_FALSE(is_pair(spec, Position(10), Position(9), Micros(0)));
  EXPECT_FALSE(is_pair(spec, Position(10), Position(12), Micros(0)));
  EXPECT_TRUE(is_pair(spec, Position(10), Position(12), Micros(Seconds(10))));
}

}  // namespace
}  // namespace lockstep
