// SPDX-License-Identifier: Apache-2.0
#include "base/utf8.h"

#include <gtest/gtest.h>

namespace lockstep {
namespace {

TEST(Utf8, TextOfOneToFourBytesACharacterIsUtf8) {
  for (const char* text : {"", "plain", "\n\t", "å", "€", "\xf0\x9f\x94\x91"}) {
    EXPECT_EQ(first_not_utf8(text), std::nullopt) << text;
  }
}

// The forms that RFC 3629, section 3 and 4, rules out.
TEST(Utf8, TheFirstByteThatBeginsNoCharacterIsNamed) {
  EXPECT_EQ(first_not_utf8("ab\x81"), 2U) << "continues nothing";
  EXPECT_EQ(first_not_utf8("a\xc3"), 1U) << "not continued";
  EXPECT_EQ(first_not_utf8("\xc3(a"), 0U) << "continued by something else";
  EXPECT_EQ(first_not_utf8("\xc0\xaf"), 0U) << "longer than needed";
  EXPECT_EQ(first_not_utf8("\xed\xa0\x80"), 0U) << "half of a surrogate pair";
  EXPECT_EQ(first_not_utf8("å\xf4\x90\x80\x80"), 2U) << "beyond U+10FFFF";
}

}  // namespace
}  // namespace lockstep
