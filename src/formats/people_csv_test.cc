// SPDX-License-Identifier: Apache-2.0
#include "formats/people_csv.h"

#include <gtest/gtest.h>

namespace lockstep {
namespace {

TEST(PeopleCsv, ReadsTheColumnsItKnowsInAnyOrderAndNamesTheOthers) {
  const auto file = parse_people_csv(
      "E-Mail,Shoe,First Name,surname,sAMAccountName,Groups\n"
      "anna@example.org,+4670,Anna,\"Ek, \"\"af\"\"\",Anna,Staff; Admins;staff\n"
      ",,,,björn,\n",
      {});
  ASSERT_TRUE(file.has_value()) << file.error().context;
  ASSERT_EQ(file->people.size(), 2U);
  const PersonLine& anna = file->people[0];
  EXPECT_EQ(anna.line, 2U);
  EXPECT_EQ(anna.name.text(), "anna");
  EXPECT_EQ(anna.first_name, "Anna");
  EXPECT_EQ(anna.last_name, "Ek, \"af\"");
  EXPECT_EQ(anna.email, "anna@example.org");
  ASSERT_EQ(anna.groups.size(), 2U);
  EXPECT_EQ(anna.groups[1].text(), "admins");
  EXPECT_FALSE(file->people[1].first_name.has_value());
  EXPECT_TRUE(file->people[1].groups.empty());
  EXPECT_EQ(file->notes, (std::vector<std::string>{"the column \"Shoe\" was not used"}));
}

TEST(PeopleCsv, RejectsALineByItsNumberAndKeepsTheOthers) {
  const auto file = parse_people_csv("name;mail;groups\n;a@b;\nanna;\"a\nbo;;a,b,c\ncilla;;\n",
                                     {.groups_max = 2});
  ASSERT_TRUE(file.has_value()) << file.error().context;
  ASSERT_EQ(file->rejected.size(), 3U);
  EXPECT_EQ(file->rejected[0].line, 2U);
  EXPECT_EQ(file->rejected[0].why, "it names no user");
  EXPECT_EQ(file->rejected[1].why, "a quote does not end");
  EXPECT_EQ(file->rejected[2].why, "too many groups");
  ASSERT_EQ(file->people.size(), 1U);
  EXPECT_EQ(file->people[0].line, 5U);
}

TEST(PeopleCsv, RefusesAFileWithoutHeaderWithNobodyOrBeyondItsLimits) {
  EXPECT_FALSE(parse_people_csv("", {}).has_value());
  EXPECT_FALSE(parse_people_csv("first,last\nAnna,Ek\n", {}).has_value());
  EXPECT_FALSE(parse_people_csv("name\n", {}).has_value());
  const std::string two = "name\nanna\nbo\n";
  EXPECT_TRUE(parse_people_csv(two, {.people_max = 2}).has_value());
  EXPECT_FALSE(parse_people_csv(two, {.people_max = 1}).has_value());
  EXPECT_FALSE(parse_people_csv(two, {.bytes_max = two.size() - 1}).has_value());
}

TEST(CsvLine, QuotesWhatNeedsItAndDisarmsFormulas) {
  EXPECT_EQ(csv_line({"a", "", "b c"}), "a,,b c\n");
  EXPECT_EQ(csv_line({"a,b", "say \"hi\"", "x\ny"}), "\"a,b\",\"say \"\"hi\"\"\",\"x\ny\"\n");
  EXPECT_EQ(csv_line({"=1+1", "-5", "@x", "+1"}), "'=1+1,'-5,'@x,'+1\n");
}

}  // namespace
}  // namespace lockstep
