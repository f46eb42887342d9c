// SPDX-License-Identifier: Apache-2.0
#include "testing/vector_file.h"

#include <gtest/gtest.h>

namespace lockstep {
namespace {

TEST(VectorFile, GivesSettingsAndRowsOfEachSection) {
  const auto sections = parse_vectors(
      "# about\n"
      "\n"
      "[first]\n"
      "origin = RFC 1, page = 2\n"
      "columns = time  8\n"
      "59 94287082\n"
      "  60   00000001\n"
      "[second]\n"
      "origin=elsewhere\n"
      "columns=x\n"
      "1");
  ASSERT_TRUE(sections) << sections.error().context;
  ASSERT_EQ(sections->size(), 2U);
  const VectorSection& first = sections->front();
  EXPECT_EQ(first.name, "first");
  EXPECT_EQ(first.settings.at("origin"), "RFC 1, page = 2");
  ASSERT_EQ(first.rows.size(), 2U);
  EXPECT_EQ(first.rows[1].at("time"), "60");
  EXPECT_EQ(first.rows[1].at("8"), "00000001");
  EXPECT_EQ(sections->back().rows.front().at("x"), "1");
}

TEST(VectorFile, RefusesWhatIsNotOfTheFormAndSaysWhere) {
  struct Case {
    const char* text;
    const char* context;
  };
  const Case cases[] = {
      {"origin = x\n", "line 1: it stands before the first section"},
      {"[a\n", "line 1: a section's name has no end"},
      {"[a]\norigin\n", "line 2: a setting has no '='"},
      {"[a]\norigin = x\norigin = y\n", "line 3: a setting comes twice"},
      {"[a]\norigin = x\ncolumns = a b\n1\n", "line 4: not as many cells as columns"},
      {"[a]\norigin = x\ncolumns = a\n1 2\n", "line 4: not as many cells as columns"},
      {"[a]\ncolumns = a\n1\n", "line 3: the section before has no origin"},
      {"[a]\norigin = x\ncolumns = a\n[b]\n", "line 4: the section before has no rows"},
  };
  for (const Case& one : cases) {
    const auto sections = parse_vectors(one.text);
    ASSERT_FALSE(sections) << one.context;
    EXPECT_EQ(sections.error().context, one.context);
  }
}

TEST(VectorFile, AMissingFileIsNotFound) {
  const auto sections = read_vectors(LOCKSTEP_SOURCE_DIR "/tests/vectors/no_such.vec");
  ASSERT_FALSE(sections);
  EXPECT_EQ(sections.error().code, Errc::not_found);
}

}  // namespace
}  // namespace lockstep
