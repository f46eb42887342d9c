// SPDX-License-Identifier: Apache-2.0
#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "front/cli/script_terminal.h"
#include "front/cli/script_transport.h"
#include "front/cli/verbs.h"

namespace lockstep {
namespace {

using testing::HasSubstr;

class BackupVerb : public testing::Test {
 protected:
  ExitCode run(const std::string& words, Format format = Format::words) {
    CLI::App app("test");
    Action chosen;
    add_backup_verb(app, chosen);
    app.parse(words);
    CliSession session{terminal_, api_, format};
    return chosen(session);
  }

  void answers(std::initializer_list<const char*> bodies) {
    api_.replies.push_back({202, R"({"state":"running","progress":0})"});
    for (const char* body : bodies) api_.replies.push_back({200, body});
  }

  ScriptTerminal terminal_;
  ScriptTransport api_;
};

TEST_F(BackupVerb, FollowsItToItsEnd) {
  answers({R"({"state":"running","progress":40})", R"({"state":"running","progress":40})",
           R"({"state":"done","file":"/b/one","rows":7,"at":"2026-01-01T00:00:00Z"})"});
  EXPECT_EQ(run("backup /b/x/../one"), ExitCode::ok);
  EXPECT_EQ(api_.requests.at(0).method, "POST");
  EXPECT_EQ(api_.requests.at(0).body, R"({"file":"/b/one"})");
  EXPECT_EQ(terminal_.complained, "40 %\n") << "each number once";
  EXPECT_THAT(terminal_.said, HasSubstr("on disk"));
  EXPECT_THAT(terminal_.said, HasSubstr("/b/one"));
}

TEST_F(BackupVerb, ARelativeNameCountsFromWhereItWasTyped) {
  answers({R"({"state":"done"})"});
  EXPECT_EQ(run("backup one"), ExitCode::ok);
  EXPECT_THAT(api_.requests.at(0).body, HasSubstr(std::filesystem::current_path().string()));
}

TEST_F(BackupVerb, EachFailureHasItsExitCode) {
  const std::pair<const char*, ExitCode> cases[] = {{"conflict", ExitCode::conflict},
                                                    {"not_found", ExitCode::not_found},
                                                    {"not_allowed", ExitCode::not_allowed},
                                                    {"unavailable", ExitCode::unavailable},
                                                    {"corrupt", ExitCode::internal}};
  for (const auto& [reason, code] : cases) {
    const std::string body =
        R"({"state":"failed","detail":"it is so","reason":")" + std::string(reason) + "\"}";
    answers({body.c_str()});
    EXPECT_EQ(run("backup /b/one"), code) << reason;
    EXPECT_THAT(terminal_.complained, HasSubstr("it is so"));
  }
}

TEST_F(BackupVerb, WithJsonItIsTheLastAnswer) {
  answers({R"({"state":"running","progress":1})", R"({"state":"done"})"});
  EXPECT_EQ(run("backup /b/one", Format::json), ExitCode::ok);
  EXPECT_EQ(terminal_.said, "{\"state\":\"done\"}\n");
  EXPECT_EQ(terminal_.complained, "");
}

}  // namespace
}  // namespace lockstep
