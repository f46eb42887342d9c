// SPDX-License-Identifier: Apache-2.0
#include "formats/mail_texts.h"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "formats/mail_words.h"

namespace lockstep {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

const MailSetting kSetting{.organisation = "Northwind",
                           .portal_url = "https://otp.example.org",
                           .help_phone = "08-123 45",
                           .default_language = "en"};

/// Something for every place there is.
MailValues everything() {
  return {{"user", "anna"},
          {"person", "Anna Berg"},
          {"at", "2026-11-02T09:05:00Z"},
          {"code", "123456"},
          {"minutes", "10"},
          {"device", "…4411"},
          {"name", "Office fob"},
          {"new_device", "…0030"},
          {"by", "user"},
          {"how", "lost"},
          {"source", "192.0.2.7"},
          {"until", "2027-01-31T18:00:00Z"},
          {"devices", "…4411, …0030"},
          {"about", "other"},
          {"serial", "FT2604411"},
          {"note", "It is broken."},
          {"entry", "1-77"},
          {"link", "https://otp.example.org/portal/link#t"},
          {"hours", "24"}};
}

constexpr MailEvent kEvents[] = {
    MailEvent::email_code,     MailEvent::resynchronised, MailEvent::lost,
    MailEvent::temporary_code, MailEvent::primary,        MailEvent::suspended,
    MailEvent::help_desk,      MailEvent::link,           MailEvent::revoked,
    MailEvent::unassigned,     MailEvent::replaced};

TEST(MailTexts, EveryEventHasWordsInEveryLanguage) {
  for (const MailLanguage& language : mail_languages()) {
    for (const MailEvent event : kEvents) {
      const MailText mail = mail_text(event, language.tag, everything(), kSetting);
      EXPECT_FALSE(mail.subject.empty()) << language.tag << name_of(event);
      EXPECT_THAT(mail.text + mail.subject, Not(HasSubstr("{"))) << language.tag << name_of(event);
      EXPECT_THAT(mail.html, HasSubstr("lang=\"" + std::string(language.tag) + "\""));
    }
  }
}

TEST(MailTexts, TheCodeStandsFirstInSubjectAndTextAndAloneOnItsLine) {
  const MailText mail = mail_text(MailEvent::email_code, "en", everything(), kSetting);
  EXPECT_EQ(mail.subject, "123456 is your code");
  EXPECT_THAT(mail.text, StartsWith("123456\n\n"));
  EXPECT_THAT(mail.text, HasSubstr("within 10 minutes"));
  EXPECT_EQ(mail_text(MailEvent::email_code, "sv", everything(), kSetting).subject,
            "123456 är din kod");
}

TEST(MailTexts, ACodeForALogInSaysWhatItMeansWhereSomebodyElseAsked) {
  MailValues values = everything();
  EXPECT_THAT(mail_text(MailEvent::email_code, "en", values, kSetting).text,
              Not(HasSubstr("your PIN")));
  values["for"] = "log_in";
  EXPECT_THAT(mail_text(MailEvent::email_code, "en", values, kSetting).text,
              AllOf(StartsWith("123456\n\n"), HasSubstr("who may know your PIN")));
  EXPECT_THAT(mail_text(MailEvent::email_code, "sv", values, kSetting).text,
              AllOf(StartsWith("123456\n\n"), HasSubstr("din PIN-kod")));
}

TEST(MailTexts, WordsFollowWhatHappened) {
  MailValues values = everything();
  const auto text = [&](MailEvent event) { return mail_text(event, "en", values, kSetting).text; };
  EXPECT_THAT(text(MailEvent::resynchronised), HasSubstr("in the portal"));
  values["by"] = "operator";
  EXPECT_THAT(text(MailEvent::resynchronised), HasSubstr("the help desk has brought"));
  values["by"] = "sign_in";
  EXPECT_THAT(text(MailEvent::resynchronised), HasSubstr("two codes of your sign-in"));
  EXPECT_THAT(text(MailEvent::lost), HasSubstr("reported lost"));
  values["how"] = "stolen";
  EXPECT_THAT(text(MailEvent::lost), HasSubstr("reported stolen"));
  values["about"] = "not_me";
  EXPECT_THAT(text(MailEvent::help_desk), HasSubstr("Record of the audit: 1-77"));
  EXPECT_THAT(text(MailEvent::help_desk), HasSubstr("They write: It is broken."));
  values["about"] = "something new";
  EXPECT_THAT(text(MailEvent::help_desk), HasSubstr("asks for help"));
}

TEST(MailTexts, WhatTheHelpDeskDidIsNotSaidToBeTheReadersDoing) {
  MailValues values = everything();
  values["by"] = "operator";
  values["how"] = "operator";
  for (const MailLanguage& language : mail_languages()) {
    const std::string_view desk = language.tag == "sv" ? "Hjälpdesken har" : "the help desk has";
    for (const MailEvent event :
         {MailEvent::resynchronised, MailEvent::lost, MailEvent::temporary_code, MailEvent::primary,
          MailEvent::suspended, MailEvent::revoked, MailEvent::unassigned, MailEvent::replaced}) {
      const MailText mail = mail_text(event, language.tag, values, kSetting);
      EXPECT_THAT(mail.text, HasSubstr(std::string(desk))) << language.tag << name_of(event);
      EXPECT_THAT(mail.text, Not(HasSubstr("192.0.2.7"))) << "Where the operator was.";
    }
  }
}

TEST(MailTexts, WhatHappenedToATokenSaysWhatToDoWhereItWasSomebodyElse) {
  for (const MailEvent event : {MailEvent::resynchronised, MailEvent::lost,
                                MailEvent::temporary_code, MailEvent::primary}) {
    const MailText mail = mail_text(event, "en", everything(), kSetting);
    EXPECT_THAT(mail.text, HasSubstr("Was this not you?"));
    EXPECT_THAT(mail.text, HasSubstr("\nhttps://otp.example.org/portal/activity\n"));
    EXPECT_THAT(mail.html, HasSubstr("<a href=\"https://otp.example.org/portal/activity\""));
    EXPECT_THAT(mail.text, HasSubstr("08-123 45"));
  }
  const MailSetting bare{.organisation = "", .portal_url = "", .help_phone = ""};
  const MailText mail = mail_text(MailEvent::lost, "en", everything(), bare);
  EXPECT_THAT(mail.text, Not(HasSubstr("http")));
  EXPECT_THAT(mail.text, Not(HasSubstr("call the help desk")));
}

TEST(MailTexts, NoLineIsShownWithoutWhatItIsAbout) {
  const MailValues little{{"user", "anna"}, {"person", "anna"}, {"at", "2026-11-02T09:05:00Z"}};
  const MailText mail = mail_text(MailEvent::help_desk, "en", little, kSetting);
  EXPECT_THAT(mail.text, Not(HasSubstr("Token:")));
  EXPECT_THAT(mail.text, Not(HasSubstr("From:")));
  EXPECT_THAT(mail.text, HasSubstr("When: 2 November 2026, 09:05 UTC\n"));
}

TEST(MailTexts, TheLanguageIsTheUsersThenTheServicesThenEnglish) {
  const auto subject = [](std::string_view language, const std::string& fallback) {
    MailSetting setting = kSetting;
    setting.default_language = fallback;
    return mail_text(MailEvent::suspended, language, everything(), setting).subject;
  };
  EXPECT_EQ(subject("sv", "en"), "Dina enheter är pausade");
  EXPECT_EQ(subject("sv-SE", "en"), "Dina enheter är pausade");
  EXPECT_EQ(subject("fr", "sv"), "Dina enheter är pausade");
  EXPECT_EQ(subject("", "sv"), "Dina enheter är pausade");
  EXPECT_EQ(subject("fr", "de"), "Your tokens are paused");
  EXPECT_TRUE(has_mail_texts("sv-SE"));
  EXPECT_FALSE(has_mail_texts("fr"));
}

TEST(MailTexts, TimesAreWrittenAsTheLanguageDoesAndSayThatTheyAreUtc) {
  const WallTime time = parse_rfc3339("2027-01-31T18:07:59Z").value();
  EXPECT_EQ(mail_time(time, "en"), "31 January 2027, 18:07 UTC");
  EXPECT_EQ(mail_time(time, "sv"), "31 januari 2027 kl. 18.07 UTC");
  const MailText mail = mail_text(MailEvent::temporary_code, "sv", everything(), kSetting);
  EXPECT_THAT(mail.text, HasSubstr("till 31 januari 2027 kl. 18.00 UTC."));
}

}  // namespace
}  // namespace lockstep
