// SPDX-License-Identifier: Apache-2.0
#include "formats/json.h"

#include <gtest/gtest.h>

namespace lockstep {
namespace {

TEST(ParseJson, RefusesWhatIsNoJsonAndNeverRepeatsIt) {
  const std::pair<const char*, std::string> cases[] = {
      {"nothing", ""},
      {"half an object", R"({"code":"hunter2")"},
      {"two values", "{} {}"},
      {"a comment", "{/**/}"},
      {"single quotes", "{'a':1}"},
      {"no UTF-8", "\"\xFF\""},
      {"a trailing comma", R"({"a":1,})"},
      {"too deep", std::string(17, '[') + std::string(17, ']')},
      {"endlessly deep", std::string(1'000'000, '[')},
  };
  for (const auto& [what, text] : cases) {
    const auto parsed = parse_json(text);
    ASSERT_FALSE(parsed.has_value()) << what;
    EXPECT_EQ(parsed.error().code, Errc::invalid_input) << what;
    EXPECT_EQ(parsed.error().context.find("hunter2"), std::string::npos) << what;
  }
  EXPECT_TRUE(parse_json(std::string(16, '[') + std::string(16, ']')).has_value());
}

class ReadObject : public testing::Test {
 public:
  boost::json::value value =
      parse_json(R"({"t":"x","n":5,"big":18446744073709551615,"r":0.5,"b":true,"z":null,
                     "l":["a","b"],"m":["a",1],"o":{}})")
          .value();
  JsonObject object = JsonObject::of(value).value();
};

TEST_F(ReadObject, MembersAreReadByType) {
  EXPECT_EQ(object.text("t").value(), "x");
  EXPECT_EQ(object.number("n", {0, 5}).value(), 5);
  EXPECT_EQ(object.optional_real("r").value(), 0.5);
  EXPECT_EQ(object.optional_real("n").value(), 5.0);
  EXPECT_EQ(object.optional_flag("b").value(), true);
  EXPECT_EQ(object.texts("l", 2).value(), (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(object.optional_secret("t").value()->size(), 1U);
  EXPECT_NE(object.member("o"), nullptr);
}

TEST_F(ReadObject, WhatIsMissingOrNullIsAbsentAndOnlyNullIsNull) {
  EXPECT_EQ(object.optional_text("z").value(), std::nullopt);
  EXPECT_EQ(object.optional_text("y").value(), std::nullopt);
  EXPECT_FALSE(object.text("z").has_value());
  EXPECT_TRUE(object.is_null("z"));
  EXPECT_FALSE(object.is_null("y"));
  EXPECT_FALSE(object.is_null("t"));
  EXPECT_TRUE(object.texts("y", 1)->empty());
}

TEST_F(ReadObject, AnotherTypeOrRangeIsRefusedByName) {
  EXPECT_FALSE(object.text("n").has_value());
  EXPECT_FALSE(object.number("t", {}).has_value());
  EXPECT_FALSE(object.number("n", {0, 4}).has_value());
  EXPECT_FALSE(object.number("n", {6, 9}).has_value());
  EXPECT_FALSE(object.number("big", {}).has_value());
  EXPECT_FALSE(object.number("r", {}).has_value());
  EXPECT_FALSE(object.optional_flag("n").has_value());
  EXPECT_FALSE(object.optional_real("t").has_value());
  EXPECT_FALSE(object.texts("l", 1).has_value());
  EXPECT_FALSE(object.texts("m", 2).has_value());
  EXPECT_FALSE(object.optional_secret("n").has_value());
  EXPECT_NE(object.text("n").error().context.find("\"n\""), std::string::npos);
}

TEST_F(ReadObject, AMemberThatNobodyReadIsAnError) {
  EXPECT_FALSE(object.finish().has_value());
  for (const char* name : {"t", "n", "big", "r", "b", "z", "l", "m", "o"}) object.member(name);
  EXPECT_TRUE(object.finish().has_value());
}

TEST(JsonObject, OnlyAnObjectIsOne) {
  for (const char* text : {"[]", "1", "null", "\"a\""}) {
    const boost::json::value value = parse_json(text).value();
    EXPECT_FALSE(JsonObject::of(value).has_value()) << text;
  }
}

TEST(ParseJson, ANumberBeyondWhatADoubleHoldsIsRefused) {
  for (const char* text : {"2E2222", "[1,[-1e999]]", R"({"a":{"b":1e400}})"}) {
    const auto value = parse_json(text);
    ASSERT_FALSE(value) << text;
    EXPECT_EQ(value.error().context, "a number is too large") << text;
  }
  EXPECT_EQ(parse_json("1e308").value().as_double(), 1e308);
}

TEST(ToJson, WritesOneLineThatReadsBack) {
  const boost::json::value value = {{"b", "line\nbreak"}, {"a", {1, 2}}};
  EXPECT_EQ(to_json(value), R"({"b":"line\nbreak","a":[1,2]})");
  EXPECT_EQ(parse_json(to_json(value)).value(), value);
}

}  // namespace
}  // namespace lockstep
