// SPDX-License-Identifier: Apache-2.0
#include "core/model/code.h"

#include <gtest/gtest.h>

namespace lockstep {
namespace {

TEST(Position, MovesWithinItsLimits) {
  EXPECT_EQ(Position(5).moved(3), Position(8));
  EXPECT_EQ(Position(5).moved(-5), Position(0));
  EXPECT_EQ(Position(5).moved(-6), Position(0));
  EXPECT_EQ(Position(Position::kMax).moved(1), Position(Position::kMax));
  EXPECT_EQ(Position(Position::kMax - 1).moved(1), Position(Position::kMax));
  EXPECT_EQ(Position(0).moved(std::numeric_limits<std::int64_t>::min()), Position(0));
  EXPECT_EQ(Position(1).moved(std::numeric_limits<std::int64_t>::max()), Position(Position::kMax));
}

TEST(Position, DistanceHasASign) {
  EXPECT_EQ(distance(Position(3), Position(10)), 7);
  EXPECT_EQ(distance(Position(10), Position(3)), -7);
}

TEST(Digits, FourToTen) {
  EXPECT_FALSE(Digits::make(3));
  EXPECT_EQ(Digits::make(4)->modulus(), 10'000U);
  EXPECT_EQ(Digits::make(10)->modulus(), 10'000'000'000U);
  EXPECT_FALSE(Digits::make(11));
}

TEST(ParseCode, LeadingZerosCount) {
  EXPECT_EQ(parse_code("000042", Digits::six())->value(), 42U);
  EXPECT_FALSE(parse_code("42", Digits::six()));
  EXPECT_EQ(to_text(Code(42), Digits::six()), "000042");
}

TEST(ParseCode, OtherTextIsNoCode) {
  for (const char* text : {"", "12345", "1234567", "+12345", "12345a", " 12345", "12345\u0666"}) {
    EXPECT_FALSE(parse_code(text, Digits::six())) << text;
  }
}

TEST(ParseCode, TenDigitsStopAtThirtyOneBits) {
  const Digits ten = Digits::make(10).value();
  EXPECT_EQ(parse_code("2147483647", ten)->value(), 2'147'483'647U);
  EXPECT_FALSE(parse_code("2147483648", ten));
}

TEST(CodeSpec, StepAndT0HaveLimits) {
  CodeSpec spec{.kind = TokenKind::totp};
  EXPECT_TRUE(check(spec));
  spec.step = Seconds(0);
  EXPECT_FALSE(check(spec));
  spec.step = Seconds(86'401);
  EXPECT_FALSE(check(spec));
  spec = {.kind = TokenKind::totp, .t0 = Seconds(-1)};
  EXPECT_FALSE(check(spec));
}

// RFC 6238 appendix B: times and T.
TEST(StepAt, PublishedTimes) {
  const CodeSpec spec{.kind = TokenKind::totp};
  EXPECT_EQ(step_at(spec, WallTime(Seconds(59))), Position(1));
  EXPECT_EQ(step_at(spec, WallTime(Seconds(1'111'111'109))), Position(0x23523EC));
  EXPECT_EQ(step_at(spec, WallTime(Seconds(20'000'000'000))), Position(0x27BC86AA));
}

TEST(StepAt, StepsBeginOnTheirFirstMicrosecond) {
  const CodeSpec spec{.kind = TokenKind::totp, .step = Seconds(60), .t0 = Seconds(600)};
  const WallTime start = start_of_step(spec, Position(7));
  EXPECT_EQ(start, WallTime(Seconds(1020)));
  EXPECT_EQ(step_at(spec, start), Position(7));
  EXPECT_EQ(step_at(spec, start - Micros(1)), Position(6));
  EXPECT_EQ(step_at(spec, WallTime(Seconds(0))), Position(0)) << "before T0";
}

}  // namespace
}  // namespace lockstep
