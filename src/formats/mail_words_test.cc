// SPDX-License-Identifier: Apache-2.0
#include "formats/mail_words.h"

#include <algorithm>
#include <set>
#include <string>

#include <gtest/gtest.h>

namespace lockstep {
namespace {

std::set<std::string> places_in(std::string_view words) {
  std::set<std::string> places;
  for (std::size_t at = words.find('{'); at != std::string_view::npos;
       at = words.find('{', at + 1)) {
    places.emplace(words.substr(at + 1, words.find('}', at) - at - 1));
  }
  return places;
}

TEST(MailWords, LanguagesHaveTheSameWordsWithTheSamePlaces) {
  const MailLanguage& english = mail_languages().front();
  for (const MailLanguage& language : mail_languages()) {
    ASSERT_EQ(language.words.size(), english.words.size()) << language.tag;
    for (const MailWords& words : english.words) {
      const auto twin = std::ranges::find_if(language.words, [&](const MailWords& one) {
        return one.event == words.event && one.variant == words.variant;
      });
      ASSERT_NE(twin, language.words.end()) << language.tag << name_of(words.event);
      EXPECT_EQ(places_in(twin->subject), places_in(words.subject)) << name_of(words.event);
      EXPECT_EQ(places_in(twin->body), places_in(words.body)) << name_of(words.event);
    }
    EXPECT_EQ(places_in(language.not_you), places_in(english.not_you));
    EXPECT_EQ(places_in(language.closing), places_in(english.closing));
    EXPECT_EQ(language.months.size(), 12U);
  }
}

}  // namespace
}  // namespace lockstep
