// SPDX-License-Identifier: Apache-2.0
#include "formats/pin_text.h"

#include <string>

#include <gtest/gtest.h>

namespace lockstep {
namespace {

std::optional<PinProblem> judged(std::string_view pin, const PinRules& rules) {
  return pin_problem(Secret::copy_of(pin), rules);
}

TEST(PinProblem, BothEdgesOfTheLengthAreIncluded) {
  const PinRules rules{.length_min = 5, .length_max = 7};
  EXPECT_EQ(judged("4711", rules), PinProblem::too_short);
  EXPECT_EQ(judged("47118", rules), std::nullopt);
  EXPECT_EQ(judged("4711853", rules), std::nullopt);
  EXPECT_EQ(judged("47118539", rules), PinProblem::too_long);
  EXPECT_EQ(judged("", rules), PinProblem::too_short);
}

TEST(PinProblem, OnlyVisibleCharactersOfAsciiMakeAPin) {
  for (const std::string_view pin : {"47 11", "4711\n", "471\x7f", "pin\xc3\xa5"}) {
    EXPECT_EQ(judged(pin, {}), PinProblem::characters);
  }
  EXPECT_EQ(judged("a!~Z", {}), std::nullopt);
}

TEST(PinProblem, PatternsAreRefusedWhereThePolicySaysSo) {
  const PinRules strict{.complexity = PinComplexity::no_patterns};
  for (const std::string_view pin :
       {"0000", "1234", "4321", "abcdef", "FEDC", "1212", "123123", "abab", "77777777"}) {
    EXPECT_EQ(judged(pin, strict), PinProblem::pattern) << pin;
    EXPECT_EQ(judged(pin, {}), std::nullopt) << pin;
  }
  for (const std::string_view pin : {"4711", "1235", "12123", "7890", "1224", "9012"}) {
    EXPECT_EQ(judged(pin, strict), std::nullopt) << pin;
  }
}

TEST(PinProblem, EachHasANameOfItsOwn) {
  EXPECT_EQ(name_of(PinProblem::too_short), "too_short");
  EXPECT_EQ(name_of(PinProblem::different), "different");
}

}  // namespace
}  // namespace lockstep
