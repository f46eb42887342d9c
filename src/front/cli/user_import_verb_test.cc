// SPDX-License-Identifier: Apache-2.0
#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "front/cli/script_terminal.h"
#include "front/cli/script_transport.h"
#include "front/cli/verbs.h"

namespace lockstep {
namespace {

using testing::HasSubstr;

constexpr const char* kReport =
    R"({"added":2,"changed":1,"unchanged":0,"rejected":1,"groups_added":["staff"],"notes":[],)"
    R"("rejected_list":[{"line":3,"user":"","why":"it names no user"}]})";

class UserImportVerb : public testing::Test {
 protected:
  UserImportVerb() { std::ofstream(path_) << "name\nanna\n"; }
  ~UserImportVerb() override { std::filesystem::remove(path_); }

  ExitCode run(const std::string& options) {
    CLI::App app("test", "lockstep");
    Action chosen;
    add_user_import_verb(app, chosen);
    app.parse("import " + path_ + ' ' + options);
    CliSession session{terminal_, transport_, Format::words};
    return chosen(session);
  }

  const std::string path_ =
      testing::TempDir() + testing::UnitTest::GetInstance()->current_test_info()->name();
  ScriptTerminal terminal_;
  ScriptTransport transport_;
};

TEST_F(UserImportVerb, SaysWhatItWouldDoAsksAndDoesIt) {
  terminal_.answers = {"y"};
  transport_.replies = {{200, kReport}, {200, kReport}};
  EXPECT_EQ(run(""), ExitCode::ok);
  ASSERT_EQ(transport_.requests.size(), 2U);
  EXPECT_EQ(transport_.requests[0].target, "/api/v1/user-imports");
  EXPECT_EQ(transport_.requests[0].body, R"({"content":"name\nanna\n","dry_run":true})");
  EXPECT_EQ(transport_.requests[1].body, R"({"content":"name\nanna\n","dry_run":false})");
  EXPECT_THAT(terminal_.complained, HasSubstr("it names no user"));
  EXPECT_THAT(terminal_.complained, HasSubstr("staff"));
  EXPECT_EQ(terminal_.said, "2 users added, 1 changed, 1 lines refused\n");
}

TEST_F(UserImportVerb, ADryRunAndANoChangeNothing) {
  transport_.replies = {{200, kReport}};
  EXPECT_EQ(run("--dry-run"), ExitCode::ok);
  EXPECT_EQ(transport_.requests.size(), 1U);
  terminal_.answers = {"n"};
  transport_.replies = {{200, kReport}};
  EXPECT_EQ(run(""), ExitCode::refused);
  EXPECT_EQ(transport_.requests.size(), 2U);
}

TEST_F(UserImportVerb, YesIsGivenBeforehandAndARefusalIsSaid) {
  transport_.replies = {{200, kReport}};
  EXPECT_EQ(run("--yes"), ExitCode::ok);
  EXPECT_TRUE(terminal_.prompts.empty());
  transport_.replies = {{400, R"({"detail":"nobody in the file","reason":"invalid_input"})"}};
  EXPECT_EQ(run("--yes"), ExitCode::usage);
  EXPECT_EQ(terminal_.complained, "lockstep: nobody in the file (invalid_input)\n");
}

}  // namespace
}  // namespace lockstep
