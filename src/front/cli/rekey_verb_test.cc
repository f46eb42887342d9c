// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "front/cli/script_terminal.h"
#include "front/cli/script_transport.h"
#include "front/cli/verbs.h"

namespace lockstep {
namespace {

using testing::HasSubstr;

std::string status(const std::string& state, int remaining) {
  return R"({"state":")" + state + R"(","current":"00112233","older":[],"total":9,"remaining":)" +
         std::to_string(remaining) + "}";
}

class RekeyVerb : public testing::Test {
 protected:
  ExitCode run(const std::string& options, Format format = Format::words) {
    CLI::App app("test", "lockstep");
    Action chosen;
    add_rekey_verb(app, chosen);
    app.parse("rekey " + options);
    CliSession session{terminal_, transport_, format};
    return chosen(session);
  }

  ScriptTerminal terminal_;
  ScriptTransport transport_;
};

TEST_F(RekeyVerb, StartsAndWaitsForTheEnd) {
  transport_.replies = {{202, status("running", 9)},
                        {200, status("running", 4)},
                        {200, status("finishing", 0)},
                        {200, status("idle", 0)}};
  EXPECT_EQ(run(""), ExitCode::ok);
  EXPECT_EQ(transport_.requests[0].method, "POST");
  EXPECT_EQ(transport_.requests[0].body, "{}");
  EXPECT_EQ(transport_.requests.size(), 4U);
  EXPECT_THAT(terminal_.complained, HasSubstr("4 of 9 left"));
  EXPECT_THAT(terminal_.said, HasSubstr("idle"));
}

TEST_F(RekeyVerb, PrintsJsonAndNothingElse) {
  transport_.replies = {{202, status("running", 9)}, {200, status("idle", 0)}};
  EXPECT_EQ(run("--nodes-ready", Format::json), ExitCode::ok);
  EXPECT_EQ(transport_.requests[0].body, R"({"nodes_ready":true})");
  EXPECT_EQ(terminal_.said, status("idle", 0) + "\n");
  EXPECT_EQ(terminal_.complained, "");
}

TEST_F(RekeyVerb, PreparesLooksAndDoesNotWait) {
  transport_.replies = {{202, status("prepared", 0)}};
  EXPECT_EQ(run("--prepare"), ExitCode::ok);
  EXPECT_EQ(transport_.requests[0].body, R"({"prepare":true})");
  transport_.replies = {{202, status("running", 9)}};
  EXPECT_EQ(run("--no-wait"), ExitCode::ok);
  transport_.replies = {{200, status("running", 3)}};
  EXPECT_EQ(run("--status"), ExitCode::ok);
  EXPECT_EQ(transport_.requests[2].method, "GET");
  EXPECT_EQ(transport_.requests.size(), 3U);
}

TEST_F(RekeyVerb, SaysWhenItDoesNotMoveOn) {
  transport_.replies.emplace_back(202, status("running", 1));
  for (int i = 0; i < 100; ++i) transport_.replies.emplace_back(200, status("running", 1));
  EXPECT_EQ(run(""), ExitCode::refused);
  EXPECT_THAT(terminal_.complained, HasSubstr("does not move on"));
}

TEST_F(RekeyVerb, ARefusalIsPassedOn) {
  transport_.replies = {{409, R"({"reason":"conflict","detail":"2 other servers"})"}};
  EXPECT_EQ(run(""), ExitCode::conflict);
  EXPECT_THAT(terminal_.complained, HasSubstr("2 other servers"));
}

}  // namespace
}  // namespace lockstep
