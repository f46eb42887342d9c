// SPDX-License-Identifier: Apache-2.0
#include "formats/mail_template.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace lockstep {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::string text_of(std::string_view body, const MailValues& values) {
  return fill_in_mail("s", body, values, "en").text;
}

TEST(MailTemplate, FillsEveryPlace) {
  EXPECT_EQ(text_of("a {x} b {y}{x}", {{"x", "1"}, {"y", "2"}}), "a 1 b 21\n");
  EXPECT_EQ(fill_in("{n} is your code", {{"n", "123456"}}), "123456 is your code");
}

TEST(MailTemplate, ALineWithoutItsValueIsLeftOutAndSoIsAnEmptyParagraph) {
  EXPECT_EQ(text_of("one\nat {none}\ntwo\n\nof {none}\n\nthree", {}), "one\ntwo\n\nthree\n");
  EXPECT_EQ(text_of("one {empty}\n\ntwo", {{"empty", ""}}), "two\n");
}

TEST(MailTemplate, NoValueAddsALineButANote) {
  const MailValues values{{"name", "Eve\r\nBcc: x\x01"}, {"note", "one\ntwo\r\x07"}};
  EXPECT_EQ(text_of("To {name}.", values), "To Eve  Bcc: x .\n");
  EXPECT_EQ(text_of("They write: {note}", values), "They write: one\ntwo  \n");
  EXPECT_EQ(fill_in("{name}", values), "Eve  Bcc: x ");
}

TEST(MailTemplate, AValueIsNotReadForPlaces) {
  EXPECT_EQ(text_of("{x}", {{"x", "{y} {"}, {"y", "secret"}}), "{y} {\n");
}

TEST(MailTemplate, TheHtmlFormSaysTheSameWithMarkup) {
  const MailText mail = fill_in_mail(
      "Hello <{name}>", "{code}\n\nHello {name},\nread this & that\n\n{link}",
      {{"name", "<b>\"Eve\"</b>"}, {"code", "123456"}, {"link", "https://a.example/p?a=1&b=2#t"}},
      "sv");
  EXPECT_EQ(mail.subject, "Hello <<b>\"Eve\"</b>>");
  EXPECT_THAT(mail.html, HasSubstr("<html lang=\"sv\">"));
  EXPECT_THAT(mail.html, HasSubstr("<title>Hello &lt;&lt;b&gt;"));
  EXPECT_THAT(mail.html, HasSubstr("letter-spacing:.22em;margin:0 0 16px\">123456</p>"));
  EXPECT_THAT(mail.html,
              HasSubstr("Hello &lt;b&gt;&quot;Eve&quot;&lt;/b&gt;,<br>\nread this &amp;"));
  EXPECT_THAT(mail.html, HasSubstr("<a href=\"https://a.example/p?a=1&amp;b=2#t\""));
  EXPECT_THAT(mail.html, Not(HasSubstr("<b>")));
}

TEST(MailTemplate, OnlyALineThatIsAnAddressBecomesALink) {
  const MailValues values{{"note", "https://evil.example"}};
  EXPECT_THAT(fill_in_mail("s", "They write: {note}", values, "en").html, Not(HasSubstr("<a ")));
  EXPECT_THAT(fill_in_mail("s", "javascript:alert(1)", {}, "en").html, Not(HasSubstr("<a ")));
}

}  // namespace
}  // namespace lockstep
