// SPDX-License-Identifier: Apache-2.0
#include "base/secret.h"

#include <type_traits>

#include <gtest/gtest.h>

namespace lockstep {
namespace {

TEST(Secret, CannotBeCopiedOrCompared) {
  static_assert(!std::is_copy_constructible_v<Secret>);
  static_assert(!std::is_copy_assignable_v<Secret>);
  static_assert(!std::equality_comparable<Secret>);
}

TEST(Secret, MovedFromIsEmpty) {
  Secret first = Secret::copy_of("abc");
  const Secret second = std::move(first);
  EXPECT_EQ(second.size(), 3U);
  EXPECT_TRUE(first.empty());  // NOLINT(bugprone-use-after-move): what is tested.
}

TEST(Secret, AssignmentTakesTheNewBytes) {
  Secret one = Secret::copy_of("old secret");
  one = Secret::copy_of("new");
  EXPECT_EQ(one.size(), 3U);
  EXPECT_EQ(one.clone().size(), 3U);
}

TEST(Secret, WipeZeroesTheBytes) {
  Bytes bytes{1, 2, 3};
  wipe(bytes);
  EXPECT_EQ(bytes, (Bytes{0, 0, 0}));
}

}  // namespace
}  // namespace lockstep
