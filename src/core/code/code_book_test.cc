// SPDX-License-Identifier: Apache-2.0
#include "core/code/code_book.h"

#include <limits>

#include <gtest/gtest.h>

namespace lockstep {
namespace {

constexpr std::uint64_t kLast = std::numeric_limits<std::uint64_t>::max();

CodeGenerator generator() {
  return CodeGenerator::make({}, Secret::copy_of("12345678901234567890")).value();
}

/// Whether `codes` are those at first, first + 1, …
bool are_codes_at(std::uint64_t first, std::span<const Code> codes) {
  for (std::size_t i = 0; i < codes.size(); ++i) {
    if (codes[i].value() != generator().code_at(Position(first + i)).value()) return false;
  }
  return true;
}

TEST(CodeBook, GivesTheCodesAskedFor) {
  struct Ask {
    const char* name;
    std::uint64_t first;
    std::size_t count;
  };
  const Ask asks[] = {
      {"some", 100, 10},
      {"all of them again", 100, 10},
      {"the first of them", 100, 1},
      {"the last of them", 109, 1},
      {"from the middle", 103, 4},
      {"none", 105, 0},
      {"one past the end", 109, 2},
      {"one before the start", 99, 2},
      {"far away", 0, 3},
      {"over the wrap", kLast, 3},
      {"after the wrap", 0, 2},
  };
  CodeBook book(generator());
  for (const Ask& ask : asks) {
    const auto codes = book.codes(Position(ask.first), ask.count);
    EXPECT_EQ(codes.size(), ask.count) << ask.name;
    EXPECT_TRUE(are_codes_at(ask.first, codes)) << ask.name;
  }
}

// What is held is handed out where it lies; what is not gets a place of its own.
TEST(CodeBook, ComputesEachRunOnce) {
  CodeBook book(generator());
  const Code* in_step = book.codes(Position(5), 3).data();
  const Code* wide = book.codes(Position(1000), 50).data();
  EXPECT_EQ(book.codes(Position(6), 2).data(), in_step + 1);
  EXPECT_EQ(book.codes(Position(1049), 1).data(), wide + 49);
}

TEST(CodeBook, HoldsNoMoreThanItsLimitAndForgetsTheOldest) {
  CodeBook book(generator());
  const Code* oldest = book.codes(Position(0), 2).data();
  const Code* second = book.codes(Position(10), 2).data();
  for (std::uint64_t run = 2; run < CodeBook::kRunsMax; ++run) book.codes(Position(run * 10), 2);
  EXPECT_EQ(book.codes(Position(1), 1).data(), oldest + 1);

  const auto one_too_many = book.codes(Position(1000), 2);
  EXPECT_TRUE(are_codes_at(1000, one_too_many));
  EXPECT_EQ(book.codes(Position(11), 1).data(), second + 1);

  const auto again = book.codes(Position(0), 2);  // forgotten, so computed: takes second's place
  EXPECT_TRUE(are_codes_at(0, again));
  EXPECT_EQ(book.codes(Position(0), 2).data(), again.data());
}

}  // namespace
}  // namespace lockstep
