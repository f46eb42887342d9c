// SPDX-License-Identifier: Apache-2.0
#include "base/text.h"

#include <gtest/gtest.h>

namespace lockstep {
namespace {

TEST(Fold, SpellingsAPersonCallsTheSameFoldToTheSameBytes) {
  const std::string plain = fold("elif.ek\u00f6").value();
  EXPECT_EQ(fold("ELIF.EK\u00d6").value(), plain) << "case";
  EXPECT_EQ(fold("elif.eko\u0308").value(), plain) << "decomposed";
  EXPECT_EQ(fold("  elif.ek\u00f6 ").value(), plain) << "blanks around";
  EXPECT_EQ(fold("\uff45lif.ek\u00f6").value(), plain) << "full-width letter";
  EXPECT_EQ(fold("elif\u200b.ek\u00f6").value(), plain) << "zero-width space";
}

TEST(Fold, DifferentNamesStayDifferent) {
  EXPECT_NE(fold("elif.ek\u00f6").value(), fold("elif.eko").value());
  EXPECT_NE(fold("a b").value(), fold("ab").value());
}

TEST(Fold, ControlCharactersAndBrokenUtf8AreRefused) {
  using namespace std::string_view_literals;
  for (const std::string_view text :
       {"a\0b"sv, "a\nb"sv, "a\x7f"sv, "\xff\xfe"sv, "\xc3"sv, "a\xc2\x85"sv}) {
    EXPECT_FALSE(fold(text));
  }
}

TEST(FoldForSearch, LeavesOutAccents) {
  EXPECT_EQ(fold_for_search("\u00c5ngstr\u00f6m").value(), "angstrom");
}

TEST(AsciiHelpers, DoWhatTheySay) {
  EXPECT_EQ(ascii_upper("abC-1\u00e5"), "ABC-1\u00e5");
  EXPECT_EQ(trim("  a b "), "a b");
  EXPECT_TRUE(is_ascii_digits("0123"));
  EXPECT_FALSE(is_ascii_digits(""));
  EXPECT_FALSE(is_ascii_digits("12\u0663"));
}

}  // namespace
}  // namespace lockstep
