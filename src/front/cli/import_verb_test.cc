// SPDX-License-Identifier: Apache-2.0
#include <filesystem>
#include <fstream>
#include <future>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "front/cli/read_file.h"
#include "front/cli/script_terminal.h"
#include "front/cli/script_transport.h"
#include "front/cli/verbs.h"

namespace lockstep {
namespace {

using testing::HasSubstr;

constexpr const char* kStaged =
    R"({"id":"im 1","format":"csv","added":2,"already_there":1,"rejected":1,)"
    R"("rejected_list":[{"line":4,"serial":"X","why":"the seed is too short"}],)"
    R"("notes":["the column \"owner\" was not used"]})";

class ImportVerb : public testing::Test {
 protected:
  ImportVerb() { std::ofstream(path_) << "S1,3132\n"; }
  ~ImportVerb() override { std::filesystem::remove(path_); }

  ExitCode run(const std::string& options) {
    CLI::App app("test", "lockstep");
    Action chosen;
    add_import_verb(app, chosen);
    app.parse("import " + path_ + ' ' + options);
    CliSession session{terminal_, transport_, Format::words};
    return chosen(session);
  }

  const std::string path_ =
      testing::TempDir() + testing::UnitTest::GetInstance()->current_test_info()->name();
  ScriptTerminal terminal_;
  ScriptTransport transport_;
};

TEST_F(ImportVerb, SaysWhatItWouldDoAsksAndDoesIt) {
  terminal_.answers = {"y"};
  transport_.replies = {{201, kStaged}, {200, R"({"added":2,"committed":true})"}};
  EXPECT_EQ(run("--format csv --kind totp --digits 8 --step 60 --hash sha256 --model M"),
            ExitCode::ok);
  ASSERT_EQ(transport_.requests.size(), 2U);
  EXPECT_EQ(transport_.requests[0].target, "/api/v1/imports");
  EXPECT_EQ(transport_.requests[0].body,
            R"({"content":"S1,3132\n","format":"csv","model":"M","spec":{"kind":"totp",)"
            R"("digits":8,"step_seconds":60,"algorithm":"sha256"}})");
  EXPECT_EQ(transport_.requests[1].target, "/api/v1/imports/im%201/commit");
  EXPECT_THAT(terminal_.said, HasSubstr("the seed is too short"));
  EXPECT_THAT(terminal_.said, HasSubstr("note: the column \"owner\" was not used\n"));
  EXPECT_THAT(terminal_.said, HasSubstr("2 tokens added"));
  EXPECT_THAT(terminal_.prompts, testing::ElementsAre(HasSubstr("Add 2 tokens?")));
}

TEST_F(ImportVerb, SaysWhatIsOverwrittenAndWhatHoldsForAllTokens) {
  terminal_.answers = {"y"};
  transport_.replies = {{201, R"({"id":"i","added":1,"overwritten":3,"rejected":0})"},
                        {200, R"({"added":1,"overwritten":3,"committed":true})"}};
  EXPECT_EQ(run("--overwrite --batch B7 --warranty-until 2030-01-31"), ExitCode::ok);
  EXPECT_EQ(transport_.requests[0].body,
            R"({"content":"S1,3132\n","batch":"B7","warranty_until":"2030-01-31T00:00:00Z",)"
            R"("overwrite":true})");
  EXPECT_THAT(terminal_.prompts, testing::ElementsAre(HasSubstr("Add 1 tokens, overwrite 3?")));
  EXPECT_THAT(terminal_.said, HasSubstr("1 tokens added\n3 overwritten\n"));
}

/// The first commit is not answered before somebody asked how far it is.
class SlowTransport final : public Transport {
 public:
  [[nodiscard]] bool is_parallel() const override { return true; }
  Result<ApiReply> send(const ApiRequest& request) override {
    if (request.target.ends_with("/commit")) {
      asked_.get_future().wait();
      return ApiReply{200, R"({"added":2})"};
    }
    if (request.method == "POST") return ApiReply{201, kStaged};
    if (!told_) asked_.set_value();
    told_ = true;
    return ApiReply{200, R"({"progress":{"phase":"sealing","done":1,"total":2}})"};
  }

 private:
  std::promise<void> asked_;
  bool told_ = false;
};

TEST_F(ImportVerb, SaysHowFarALongCommitIs) {
  CLI::App app("test", "lockstep");
  Action chosen;
  add_import_verb(app, chosen);
  app.parse("import " + path_ + " --yes");
  SlowTransport transport;
  CliSession session{terminal_, transport, Format::words};
  EXPECT_EQ(chosen(session), ExitCode::ok);
  EXPECT_THAT(terminal_.complained, HasSubstr("sealing 1 of 2\n"));
  EXPECT_THAT(terminal_.said, HasSubstr("2 tokens added"));
}

TEST_F(ImportVerb, ADryRunCommitsNothing) {
  transport_.replies = {{201, kStaged}, {204, ""}};
  EXPECT_EQ(run("--format pskc --dry-run"), ExitCode::ok);
  ASSERT_EQ(transport_.requests.size(), 2U);
  EXPECT_EQ(transport_.requests[1].method, "DELETE") << "nor are the seeds left behind";
  EXPECT_EQ(transport_.requests[1].target, "/api/v1/imports/im%201");
}

TEST_F(ImportVerb, WithoutAYesNothingIsAdded) {
  for (const char* answer : {"n", "", "maybe"}) {
    terminal_.answers = {answer};
    transport_.requests.clear();
    transport_.replies = {{201, kStaged}, {204, ""}};
    EXPECT_EQ(run("--format pskc"), ExitCode::refused) << answer;
    ASSERT_EQ(transport_.requests.size(), 2U) << answer;
    EXPECT_EQ(transport_.requests[1].method, "DELETE") << answer;
  }
}

TEST_F(ImportVerb, YesIsGivenBeforehand) {
  transport_.replies = {{201, kStaged}, {200, R"({"added":2})"}};
  EXPECT_EQ(run("--format pskc --yes"), ExitCode::ok);
  EXPECT_TRUE(terminal_.prompts.empty());
}

TEST_F(ImportVerb, WhatWaitsForAnotherOperatorIsNotDone) {
  transport_.replies = {{201, kStaged}, {202, R"({"approval":{"id":"47"}})"}};
  EXPECT_EQ(run("--overwrite --yes"), ExitCode::not_allowed);
  EXPECT_THAT(terminal_.complained, HasSubstr("approval 47 waits"));
  EXPECT_EQ(transport_.requests.size(), 2U) << "the upload stays until they agree";
}

TEST_F(ImportVerb, TheFormatIsLeftToTheServerAndWhatIsNotSaidIsNotSent) {
  transport_.replies = {{201, kStaged}, {204, ""}};
  EXPECT_EQ(run("--dry-run"), ExitCode::ok);
  EXPECT_EQ(transport_.requests.at(0).body, R"({"content":"S1,3132\n"})");
  EXPECT_THAT(terminal_.said, HasSubstr("format"));
  EXPECT_THAT(terminal_.said, HasSubstr("csv"));
  transport_.replies = {{201, kStaged}, {204, ""}};
  EXPECT_EQ(run("--dry-run --encoding base32 --digits 8"), ExitCode::ok);
  EXPECT_EQ(transport_.requests.at(2).body,
            R"({"content":"S1,3132\n","encoding":"base32","spec":{"digits":8}})");
}

TEST_F(ImportVerb, AKeyComesFromAFileAndAPasswordFromAPersonOrAPipe) {
  const std::string key_path = path_ + ".key";
  std::ofstream(key_path) << "000102\n";
  transport_.replies = {{201, kStaged}, {204, ""}};
  EXPECT_EQ(run("--dry-run --key-file " + key_path), ExitCode::ok);
  EXPECT_EQ(transport_.requests.at(0).body, R"({"content":"S1,3132\n","key":"000102\n"})");
  std::filesystem::remove(key_path);
  EXPECT_EQ(run("--dry-run --key-file " + key_path), ExitCode::not_found);

  terminal_.answers = {"asked"};
  transport_.replies = {{201, kStaged}, {204, ""}};
  EXPECT_EQ(run("--dry-run --password"), ExitCode::ok);
  EXPECT_EQ(transport_.requests.at(2).body, R"({"content":"S1,3132\n","password":"asked"})");
  EXPECT_THAT(terminal_.prompts, testing::ElementsAre("Password of the file: "));

  terminal_.input = {"piped"};
  transport_.replies = {{201, kStaged}, {204, ""}};
  EXPECT_EQ(run("--dry-run --password --stdin"), ExitCode::ok);
  EXPECT_EQ(transport_.requests.at(4).body, R"({"content":"S1,3132\n","password":"piped"})");
  EXPECT_EQ((terminal_.said + terminal_.complained).find("asked"), std::string::npos);
}

TEST_F(ImportVerb, APskcFileIsNotDescribedTwice) {
  EXPECT_EQ(run("--format pskc --digits 8"), ExitCode::usage);
  EXPECT_TRUE(transport_.requests.empty());
}

TEST_F(ImportVerb, AFileThatIsRefusedSaysWhy) {
  transport_.replies = {{400, R"({"detail":"line 3 is no token","reason":"invalid_input"})"}};
  EXPECT_EQ(run("--format csv"), ExitCode::usage);
  EXPECT_EQ(terminal_.complained, "lockstep: line 3 is no token (invalid_input)\n");
}

TEST_F(ImportVerb, AFileOfTheMostBytesIsReadAndOneMoreIsRefused) {
  EXPECT_EQ(read_file(path_, 8), "S1,3132\n");
  const auto longer = read_file(path_, 7);
  ASSERT_FALSE(longer);
  EXPECT_EQ(longer.error().code, Errc::invalid_input);
  const auto missing = read_file(path_ + ".none", 7);
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, Errc::not_found);
}

}  // namespace
}  // namespace lockstep
