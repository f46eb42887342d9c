// SPDX-License-Identifier: Apache-2.0
#include "formats/text_table.h"

#include <gtest/gtest.h>

namespace lockstep {
namespace {

using Fields = std::vector<std::string_view>;

TextTable split(std::string_view text) { return split_table(text, 100).value(); }

TEST(TextTable, FindsTheDelimiterByTheFirstRow) {
  EXPECT_EQ(split("a,b,c;d\n").rows.at(0).fields, (Fields{"a", "b", "c;d"}));
  EXPECT_EQ(split("a;b;c,d\n").rows.at(0).fields, (Fields{"a", "b", "c,d"}));
  EXPECT_EQ(split("a\tb c\td\n").rows.at(0).fields, (Fields{"a", "b c", "d"}));
  EXPECT_EQ(split("a  b   c\n").rows.at(0).fields, (Fields{"a", "b", "c"}));
  const TextTable table = split("a;b\nc,d\n");
  EXPECT_EQ(table.rows.at(1).fields, (Fields{"c,d"}));
}

TEST(TextTable, EmptyFieldsAreKeptAndBlanksAroundFieldsAreNot) {
  EXPECT_EQ(split(" a ,, b ,\n").rows.at(0).fields, (Fields{"a", "", "b", ""}));
  EXPECT_EQ(split("x\ty\tz\n\tb\t\n").rows.at(1).fields, (Fields{"", "b", ""}));
}

TEST(TextTable, QuotesHoldDelimitersAndDoubledQuotes) {
  EXPECT_EQ(split("\"a,b\", \"c\" ,d\n").rows.at(0).fields, (Fields{"a,b", "c", "d"}));
  EXPECT_EQ(split("\"say \"\"hi\"\"\",x\n").rows.at(0).fields, (Fields{"say \"\"hi\"\"", "x"}));
  EXPECT_EQ(split("\"\",x\n").rows.at(0).fields, (Fields{"", "x"}));
}

TEST(TextTable, LinesEndInAnyWayAndAreCountedWithTheEmptyOnes) {
  const TextTable table = split("\xEF\xBB\xBF# version: 2\r\n\r\na,b\rc,d\n\n# x\ne,f");
  EXPECT_EQ(table.first_comment, " version: 2");
  ASSERT_EQ(table.rows.size(), 3U);
  EXPECT_EQ(table.rows[0].line, 3U);
  EXPECT_EQ(table.rows[1].line, 4U);
  EXPECT_EQ(table.rows[2].line, 7U);
}

TEST(TextTable, ADamagedLineIsNamedAndTheOthersAreKept) {
  const TextTable table = split("a,b\n\"c,d\n\"e\"f,g\nh,i\n" + std::string(70, ',') + "\n");
  ASSERT_EQ(table.rows.size(), 2U);
  ASSERT_EQ(table.damaged.size(), 3U);
  EXPECT_EQ(table.damaged[0].line, 2U);
  EXPECT_EQ(table.damaged[0].why, "a quote does not end");
  EXPECT_EQ(table.damaged[1].why, "text behind a quote");
  EXPECT_EQ(table.damaged[2].why, "too many fields");
}

TEST(TextTable, RefusesTooManyLinesAndFilesInUtf16) {
  EXPECT_TRUE(split_table("a\nb\n", 2).has_value());
  EXPECT_FALSE(split_table("a\nb\nc\n", 2).has_value());
  const auto utf16 = split_table(std::string_view("a\0,\0b\0", 6), 2);
  ASSERT_FALSE(utf16.has_value());
  EXPECT_NE(utf16.error().context.find("UTF-8"), std::string::npos);
  EXPECT_TRUE(split("").rows.empty());
}

}  // namespace
}  // namespace lockstep
