// SPDX-License-Identifier: Apache-2.0
#include "base/result.h"

#include <gtest/gtest.h>

namespace lockstep {
namespace {

Result<int> half(int number) {
  if (number % 2 != 0) return fail(Errc::invalid_input, "odd");
  return number / 2;
}

Result<int> quarter(int number) {
  LOCKSTEP_TRY(const int once, half(number));
  LOCKSTEP_TRY(const int twice, half(once));
  return twice;
}

Result<void> must_be_even(int number) {
  LOCKSTEP_CHECK(half(number));
  return {};
}

TEST(Result, TryHandsTheValueOnAndReturnsTheError) {
  EXPECT_EQ(quarter(12).value(), 3);
  EXPECT_EQ(quarter(6).error().context, "odd");
  EXPECT_TRUE(must_be_even(2));
  EXPECT_EQ(must_be_even(3).error().code, Errc::invalid_input);
}

TEST(AssertDeathTest, ABrokenInvariantEndsTheProcessAndSaysWhere) {
  EXPECT_DEATH(LOCKSTEP_ASSERT(1 + 1 == 3), "result_test.cc.*1 \\+ 1 == 3");
}

}  // namespace
}  // namespace lockstep
