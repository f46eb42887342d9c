// SPDX-License-Identifier: Apache-2.0
#include "core/model/names.h"

#include <gtest/gtest.h>

namespace lockstep {
namespace {

TEST(UserName, AliasesOfOneNameAreOneName) {
  EXPECT_EQ(UserName::parse(" Elif.Eklund ").value(), UserName::parse("elif.eklund").value());
}

TEST(UserName, EmptyLongAndUnprintableNamesAreRefused) {
  EXPECT_FALSE(UserName::parse(""));
  EXPECT_FALSE(UserName::parse("   "));
  EXPECT_FALSE(UserName::parse("a\tb"));
  EXPECT_TRUE(UserName::parse(std::string(128, 'a')));
  EXPECT_FALSE(UserName::parse(std::string(129, 'a')));
  EXPECT_FALSE(UserName::parse(std::string(100'000, 'a')));
}

TEST(GroupName, HasItsOwnLimit) {
  EXPECT_TRUE(GroupName::parse(std::string(64, 'g')));
  EXPECT_FALSE(GroupName::parse(std::string(65, 'g')));
}

TEST(Serial, IsUpperCaseAndKeepsLeadingZeros) {
  EXPECT_EQ(Serial::parse("00ab-12_x.9").value().text(), "00AB-12_X.9");
}

TEST(Serial, OtherCharactersAndLengthsAreRefused) {
  for (const char* text : {"", " ", "a b", "2.3E+12", "12\n", "\u00c51", "a/b"}) {
    EXPECT_FALSE(Serial::parse(text)) << text;
  }
  EXPECT_TRUE(Serial::parse(std::string(40, '7')));
  EXPECT_FALSE(Serial::parse(std::string(41, '7')));
}

}  // namespace
}  // namespace lockstep
