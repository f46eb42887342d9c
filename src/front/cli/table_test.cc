// SPDX-License-Identifier: Apache-2.0
#include "front/cli/table.h"

#include <gtest/gtest.h>

namespace lockstep {
namespace {

TEST(Table, ColumnsAreAsWideAsTheirWidestCell) {
  Table table({"user", "tokens"});
  table.add({"anna", "2"});
  table.add({"bartholomew", "1"});
  EXPECT_EQ(table.text(),
            "user         tokens\n"
            "anna         2\n"
            "bartholomew  1\n");
}

TEST(Table, LettersOutsideAsciiTakeOneColumn) {
  Table table({"name", "n"});
  table.add({"Åsa", "1"});
  table.add({"Bengt", "2"});
  EXPECT_EQ(table.text(),
            "name   n\n"
            "Åsa    1\n"
            "Bengt  2\n");
}

TEST(Table, WithoutRowsOnlyTheHeadIsShown) { EXPECT_EQ(Table({"a", "b"}).text(), "a  b\n"); }

TEST(Table, MissingCellsAreEmptyAndExtraOnesAreDropped) {
  Table table({"a", "b"});
  table.add({"1"});
  table.add({"1", "2", "3"});
  EXPECT_EQ(table.text(), "a  b\n1\n1  2\n");
}

TEST(Table, ACellCannotSteerTheTerminal) {
  Table table({"name"});
  table.add({"\x1b[2Jgone\nnew line"});
  EXPECT_EQ(table.text(), "name\n?[2Jgone?new line\n");
}

TEST(Printable, ControlCharactersOfBothSetsAreReplaced) {
  EXPECT_EQ(printable("a\tb\x7f"), "a?b?");
  EXPECT_EQ(printable("\xC2\x9B"
                      "31m"),
            "?31m");
  EXPECT_EQ(printable("Sjöström \xC2\xA0"), "Sjöström \xC2\xA0");
  EXPECT_EQ(printable(""), "");
}

TEST(ColumnsOf, CountsCodePoints) {
  EXPECT_EQ(columns_of(""), 0U);
  EXPECT_EQ(columns_of("abc"), 3U);
  EXPECT_EQ(columns_of("Öberg"), 5U);
  EXPECT_EQ(columns_of("日本"), 2U);
}

}  // namespace
}  // namespace lockstep
