// SPDX-License-Identifier: Apache-2.0
#include "front/cli/view.h"

#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

namespace lockstep {
namespace {

boost::json::value read(std::string_view text) { return boost::json::parse(text); }

TEST(TextAt, EveryKindOfValueHasAForm) {
  const auto value = read(R"({"text":"Åsa","number":-7,"yes":true,"no":false,"nothing":null,
                              "list":["a","b"],
                              "pairs":[{"name":"a","value":"1"},{"name":"b","value":""}],
                              "empty":[],"deep":{"er":{"still":5}}})");
  const struct {
    const char* path;
    const char* expected;
  } cases[] = {
      {"text", "Åsa"},        {"number", "-7"},       {"yes", "yes"},
      {"no", "no"},           {"nothing", ""},        {"list", "a, b"},
      {"empty", ""},          {"deep.er.still", "5"}, {"deep.er", "{\"still\":5}"},
      {"pairs", "a=1, b="},   {"missing", ""},        {"text.deeper", ""},
      {"deep.missing.x", ""},
  };
  for (const auto& one : cases) EXPECT_EQ(text_at(value, one.path), one.expected) << one.path;
}

TEST(RecordText, FieldsWithoutValueAreLeftOutAndValuesAreAligned) {
  static constexpr Field kFields[] = {
      {"user", "id"}, {"e-mail", "email"}, {"longer label", "none"}};
  EXPECT_EQ(record_text(read(R"({"id":"anna","email":"a@example.org"})"), kFields),
            "user    anna\n"
            "e-mail  a@example.org\n");
}

TEST(RecordText, AValueCannotSteerTheTerminal) {
  static constexpr Field kFields[] = {{"user", "id"}};
  EXPECT_EQ(record_text(read(R"({"id":"\u001b[2J"})"), kFields), "user  ?[2J\n");
}

constexpr Field kRow[] = {{"USER", "id"}, {"N", "n"}};

TEST(ListText, RowsStandUnderTheirHead) {
  EXPECT_EQ(list_text(read(R"({"items":[{"id":"anna","n":1},{"id":"bo"}]})"), "items", kRow),
            "USER  N\n"
            "anna  1\n"
            "bo\n");
}

TEST(ListText, APageThatIsNotTheLastSaysHowToGoOn) {
  EXPECT_EQ(list_text(read(R"({"items":[{"id":"anna"}],"next":"anna"})"), "items", kRow),
            "USER  N\n"
            "anna\n"
            "There is more: add --after 'anna'\n");
}

TEST(ListText, AnEmptyListSaysSo) {
  EXPECT_EQ(list_text(read(R"({"items":[]})"), "items", kRow), "none\n");
  EXPECT_EQ(list_text(read("{}"), "items", kRow), "none\n");
}

TEST(Views, SayWhatTheyWereMadeFor) {
  EXPECT_EQ(says("done\n")(read("{}")), "done\n");
  EXPECT_EQ(shows_record(kRow)(read(R"({"id":"x"})")), "USER  x\n");
  EXPECT_EQ(shows_list("items", kRow)(read("{}")), "none\n");
}

}  // namespace
}  // namespace lockstep
