// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "front/cli/script_terminal.h"
#include "front/cli/script_transport.h"
#include "front/cli/verbs.h"

namespace lockstep {
namespace {

using testing::HasSubstr;

class MailVerbs : public testing::Test {
 protected:
  ExitCode run(const std::string& words, Format format = Format::words) {
    CLI::App app("test");
    Action chosen;
    add_mail_verbs(app, chosen);
    app.parse(words);
    CliSession session{terminal_, api_, format};
    return chosen(session);
  }

  ScriptTerminal terminal_;
  ScriptTransport api_;
};

TEST_F(MailVerbs, ListShowsWhatBecameOfMails) {
  api_.replies.push_back(
      {200, R"({"items":[{"to":"a@b.example","event":"lost","state":"waiting","tries":2,)"
            R"("created_at":"2026-01-01T00:00:00Z","problem":"no connection"}]})"});
  EXPECT_EQ(run("mail list --limit 5"), ExitCode::ok);
  EXPECT_EQ(api_.requests.at(0).target, "/api/v1/mails?limit=5");
  for (const char* part : {"a@b.example", "lost", "waiting", "2", "no connection"}) {
    EXPECT_THAT(terminal_.said, HasSubstr(part));
  }
}

TEST_F(MailVerbs, TestSaysThatTheServerTookTheMail) {
  api_.replies.push_back({200, R"({"delivery":"taken"})"});
  EXPECT_EQ(run("mail test me@b.example"), ExitCode::ok);
  EXPECT_EQ(api_.requests.at(0).method, "POST");
  EXPECT_EQ(api_.requests.at(0).target, "/api/v1/mails/test");
  EXPECT_EQ(api_.requests.at(0).body, R"({"to":"me@b.example"})");
  EXPECT_THAT(terminal_.said, HasSubstr("took the mail to me@b.example"));
}

TEST_F(MailVerbs, TestEndsWithACodeThatSaysWhyNot) {
  api_.replies.push_back({200, R"({"delivery":"later","why":"no connection"})"});
  EXPECT_EQ(run("mail test me@b.example"), ExitCode::unavailable);
  EXPECT_THAT(terminal_.complained, HasSubstr("not sent: no connection"));
  api_.replies.push_back({200, R"({"delivery":"never","why":"550 no"})"});
  EXPECT_EQ(run("mail test me@b.example"), ExitCode::refused);
  api_.replies.push_back({200, R"({"delivery":"never","why":"550 no"})"});
  EXPECT_EQ(run("mail test me@b.example", Format::json), ExitCode::refused);
  EXPECT_THAT(terminal_.said, HasSubstr(R"({"delivery":"never","why":"550 no"})"));
}

TEST_F(MailVerbs, WithoutAMailServerTheServersWordsAreShown) {
  api_.replies.push_back(
      {403,
       R"({"reason":"not_allowed","title":"t","status":403,"type":"x","detail":"no [mail]"})"});
  EXPECT_EQ(run("mail test me@b.example"), ExitCode::not_allowed);
  EXPECT_THAT(terminal_.complained, HasSubstr("no [mail]"));
}

}  // namespace
}  // namespace lockstep
