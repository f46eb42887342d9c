// SPDX-License-Identifier: Apache-2.0
#include "formats/mail_message.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace lockstep {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

MailHead head() {
  return {.from = {.name = "Example IT", .address = "otp@example.org"},
          .to = "anna@example.com",
          .date = parse_rfc3339("2026-11-02T09:05:07Z").value(),
          .id = "00ff00ff",
          .language = "en"};
}

MailText text(std::string subject = "Hello") {
  return {.subject = std::move(subject), .text = "Plain\n", .html = "<p>Rich</p>\n"};
}

TEST(MailMessage, IsTheHeadAndBothForms) {
  EXPECT_EQ(mail_message(head(), text()).value(),
            "Date: Mon, 02 Nov 2026 09:05:07 +0000\r\n"
            "From: \"Example IT\"\r\n <otp@example.org>\r\n"
            "To: <anna@example.com>\r\n"
            "Subject: Hello\r\n"
            "Message-ID: <00ff00ff@example.org>\r\n"
            "Auto-Submitted: auto-generated\r\n"
            "Content-Language: en\r\n"
            "MIME-Version: 1.0\r\n"
            "Content-Type: multipart/alternative;\r\n boundary=\"=_00ff00ff\"\r\n"
            "\r\n"
            "--=_00ff00ff\r\n"
            "Content-Type: text/plain; charset=utf-8\r\n"
            "Content-Transfer-Encoding: quoted-printable\r\n"
            "\r\n"
            "Plain\r\n\r\n"
            "--=_00ff00ff\r\n"
            "Content-Type: text/html; charset=utf-8\r\n"
            "Content-Transfer-Encoding: quoted-printable\r\n"
            "\r\n"
            "<p>Rich</p>\r\n\r\n"
            "--=_00ff00ff--\r\n");
}

TEST(MailMessage, NothingSomebodyWroteBecomesAHeaderField) {
  for (const std::string& evil :
       {std::string("a\r\nBcc: x@y.z"), std::string("a\nBcc: x@y.z"), std::string("a\rb"),
        std::string("a\0b", 3), std::string("\x7f")}) {
    EXPECT_EQ(mail_message(head(), text(evil)).error().code, Errc::invalid_input);
    MailHead named = head();
    named.from.name = evil;
    EXPECT_FALSE(mail_message(named, text()));
    MailHead sent = head();
    sent.to = evil;
    EXPECT_FALSE(mail_message(sent, text()));
    MailHead tongued = head();
    tongued.language = evil;
    EXPECT_FALSE(mail_message(tongued, text()));
  }
}

TEST(MailMessage, NamesAreQuotedOrEncoded) {
  MailHead named = head();
  named.from.name = R"(A "B" \ C)";
  EXPECT_THAT(mail_message(named, text()).value(), HasSubstr(R"(From: "A \"B\" \\ C")"));
  named.from.name = "Åsa";
  EXPECT_THAT(mail_message(named, text()).value(),
              HasSubstr("From: =?UTF-8?B?w4VzYQ==?=\r\n <otp@example.org>"));
  named.from.name.clear();
  EXPECT_THAT(mail_message(named, text()).value(), HasSubstr("From: <otp@example.org>\r\n"));
}

TEST(MailMessage, EveryLineIsAsciiAndShort) {
  MailText long_text = text(std::string(70, 'x') + " åäö " + std::string(200, 'y'));
  for (int i = 0; i < 200; ++i) long_text.text += "åäö 12 =";
  const std::string message = mail_message(head(), long_text).value();
  std::size_t from = 0;
  for (std::size_t end; (end = message.find("\r\n", from)) != std::string::npos; from = end + 2) {
    EXPECT_LE(end - from, 78U) << message.substr(from, end - from);
    for (const char c : message.substr(from, end - from)) EXPECT_TRUE(c >= 0x20 && c < 0x7f);
  }
}

TEST(MailMessage, AddressesArePlainOnes) {
  for (const char* good :
       {"a@b", "anna.berg+otp@mail.example.org", "o'hara@x.org", "a_b-c@d-e.f"}) {
    EXPECT_TRUE(is_mail_address(good)) << good;
  }
  for (const char* bad : {"", "a", "@b", "a@", "a@b@c", "a b@c", "a@b c", "<a@b>", "a@b>", "a,b@c",
                          "\"a\"@b", "a@[1.2.3.4]", "å@b", "a@b\r\n", "a;b@c", "(x)a@b"}) {
    EXPECT_FALSE(is_mail_address(bad)) << bad;
  }
  EXPECT_TRUE(is_mail_address(std::string(252, 'a') + "@b"));
  EXPECT_FALSE(is_mail_address(std::string(253, 'a') + "@b"));
}

// What follows agrees with Python's email.header and quopri.

TEST(EncodedWords, KeepCharactersWhole) {
  EXPECT_EQ(encoded_words("Plain text"), "Plain text");
  EXPECT_EQ(encoded_words("Din enhet …4411"), "=?UTF-8?B?RGluIGVuaGV0IOKApjQ0MTE=?=");
  std::string dots;
  for (int i = 0; i < 20; ++i) dots += "…";  // 3 bytes each.
  const std::string words = encoded_words("a" + dots);
  EXPECT_THAT(words, HasSubstr("?=\r\n =?UTF-8?B?"));
  // 1 + 12 * 3 = 37 bytes, 52 in base64: one more character would be 40.
  EXPECT_EQ(words.find("?=\r\n"), std::string("=?UTF-8?B?").size() + 52);
  EXPECT_EQ(encoded_words("=?UTF-8?B?aGk=?="), "=?UTF-8?B?PT9VVEYtOD9CP2FHaz0/PQ==?=");
}

TEST(QuotedPrintable, IsWhatTheStandardSays) {
  EXPECT_EQ(quoted_printable("a=b\n"), "a=3Db\r\n");
  EXPECT_EQ(quoted_printable("å\n\nb"), "=C3=A5\r\n\r\nb\r\n");
  EXPECT_EQ(quoted_printable("end \n"), "end=20\r\n");
  EXPECT_EQ(quoted_printable("tab\t\n"), "tab=09\r\n");
  EXPECT_EQ(quoted_printable(".\n.x\n"), "=2E\r\n=2Ex\r\n");
  EXPECT_EQ(quoted_printable(std::string(80, 'x')),
            std::string(75, 'x') + "=\r\n" + std::string(5, 'x') + "\r\n");
  EXPECT_THAT(quoted_printable(std::string(74, 'x') + "å"),
              StartsWith(std::string(74, 'x') + "=\r\n"));
  EXPECT_THAT(quoted_printable("x\r\ny"), Not(HasSubstr("x\r\n")));
}

}  // namespace
}  // namespace lockstep
