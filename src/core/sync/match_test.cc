// SPDX-License-Identifier: Apache-2.0
#include "core/sync/match.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace lockstep {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(SameCode, ComparesAllBits) {
  EXPECT_TRUE(same_code(Code(0), Code(0)));
  EXPECT_TRUE(same_code(kNoCode, kNoCode));
  for (unsigned bit = 0; bit < 32; ++bit) {
    EXPECT_FALSE(same_code(Code(0x5a5a'5a5a), Code(0x5a5a'5a5a ^ (1U << bit)))) << bit;
  }
}

TEST(PositionsOf, KeepsEveryMatch) {
  const Code codes[] = {Code(7), Code(8), Code(7), Code(9), Code(7)};
  EXPECT_THAT(positions_of(Code(7), Position(100), codes),
              ElementsAre(Position(100), Position(102), Position(104)));
  EXPECT_THAT(positions_of(Code(9), Position(100), codes), ElementsAre(Position(103)));
  EXPECT_THAT(positions_of(Code(1), Position(100), codes), IsEmpty());
  EXPECT_THAT(positions_of(Code(1), Position(100), {}), IsEmpty());
}

TEST(PositionsOf, NoCodeMatchesNothingATokenShows) {
  const Code codes[] = {Code(0), Code(0x7fff'ffff)};
  EXPECT_THAT(positions_of(kNoCode, Position(0), codes), IsEmpty());
}

TEST(IsSlip, OneDigitOffOrTwoNeighboursSwapped) {
  struct Case {
    const char* what;
    std::uint32_t typed;
    std::uint32_t right;
    bool slip;
  };
  const Case cases[] = {
      {"equal", 123456, 123456, false},
      {"last digit off", 123457, 123456, true},
      {"first digit off", 923456, 123456, true},
      {"leading zero off", 23456, 123456, true},
      {"two digits off", 123467, 123476, true},
      {"two digits off, no swap", 123478, 123456, false},
      {"first two swapped", 213456, 123456, true},
      {"last two swapped", 123465, 123456, true},
      {"swapped but not adjacent", 321456, 123456, false},
      {"two swaps", 214356, 123456, false},
      {"swap and one digit", 213457, 123456, false},
      {"swap of equal digits", 112345, 112345, false},
  };
  for (const Case& one : cases) {
    EXPECT_EQ(is_slip(Code(one.typed), Code(one.right), Digits::six()), one.slip) << one.what;
  }
}

TEST(IsSlip, ARandomGuessIsOneWithAChanceOf59InAMillion) {
  unsigned slips = 0;
  for (std::uint32_t guess = 0; guess < 1'000'000; ++guess) {
    if (is_slip(Code(guess), Code(123456), Digits::six())) ++slips;
  }
  EXPECT_EQ(slips, 6U * 9 + 5);
}

TEST(IsSlipOfAny, LooksAtAll) {
  const Code codes[] = {Code(111111), Code(222222), Code(333333)};
  EXPECT_TRUE(is_slip_of_any(Code(111112), codes, Digits::six()));
  EXPECT_TRUE(is_slip_of_any(Code(333334), codes, Digits::six()));
  EXPECT_FALSE(is_slip_of_any(Code(123456), codes, Digits::six()));
  EXPECT_FALSE(is_slip_of_any(Code(123456), {}, Digits::six()));
}

}  // namespace
}  // namespace lockstep
