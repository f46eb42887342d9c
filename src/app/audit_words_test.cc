// SPDX-License-Identifier: Apache-2.0
#include "app/audit_words.h"

#include <boost/json/parse.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace lockstep {
namespace {

using testing::HasSubstr;
using testing::Not;

std::string words(const char* verdict) {
  return audit_words(boost::json::parse(verdict).get_object());
}

TEST(AuditWords, AGoodVerdictSaysHowFarItIsSigned) {
  const std::string text = words(R"({"intact":true,"signatures_checked":true,
      "chain_list":[{"node":"7","records":3,"last":9,"signed":9,"checkpoint":6}]})");
  EXPECT_THAT(text, HasSubstr("Every record is as it was written"));
  EXPECT_THAT(text, HasSubstr("chain 7: 3 records, the last is number 9, signed up to 9, pruned"));
  EXPECT_THAT(text, Not(HasSubstr("not checked")));
}

TEST(AuditWords, EveryKindOfBreakHasItsMeaningAndItsAdvice) {
  for (const char* kind : {"altered", "gap", "cut", "no_chain", "rewritten", "forged"}) {
    const std::string text =
        words((std::string(R"({"intact":false,"signatures_checked":true,"chain_list":[{"node":"7",)"
                           R"("records":3,"last":9,"broken":{"kind":")") +
               kind + R"(","node":"7","seq":4}}]})")
                  .c_str());
    EXPECT_THAT(text, HasSubstr("was changed or cut"));
    EXPECT_THAT(text, HasSubstr(std::string("BROKEN at chain 7, record 4: ") + kind));
    EXPECT_THAT(text, HasSubstr("This means: "));
    EXPECT_THAT(text, HasSubstr("What to do: "));
  }
}

TEST(AuditWords, TellsOfAnotherKeyAndOfSignaturesNobodyLookedAt) {
  EXPECT_THAT(words(R"({"intact":false,"signatures_checked":true,"other_key":"ab"})"),
              HasSubstr("signs with another key than the one given: ab"));
  EXPECT_THAT(words(R"({"intact":true,"signatures_checked":false})"), HasSubstr("not checked"));
}

TEST(AuditWords, AMirrorHasLines) {
  const std::string text = words(R"({"intact":false,"signatures_checked":true,"mirror":{
      "intact":false,"unfinished":true,"broken":{"kind":"altered","node":"0","seq":0,"line":5},
      "chain_list":[{"node":"7","records":3,"behind":6,"last":9}]}})");
  EXPECT_THAT(text, HasSubstr("line 5, which cannot be read: altered"));
  EXPECT_THAT(text, HasSubstr("the file begins behind 6"));
  EXPECT_THAT(text, HasSubstr("The last line has no end"));
}

}  // namespace
}  // namespace lockstep
