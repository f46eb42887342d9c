// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "front/cli/script_terminal.h"
#include "front/cli/script_transport.h"
#include "front/cli/verbs.h"

namespace lockstep {
namespace {

using testing::HasSubstr;

class ApprovalVerbs : public testing::Test {
 protected:
  /// Runs `words`; what CLI11 refuses gives ExitCode::usage.
  ExitCode run(const std::string& words) {
    CLI::App app("test", "lockstep");
    Action chosen;
    add_approval_verbs(app, chosen);
    add_bulk_verb(*app.add_subcommand("token"), chosen);
    try {
      app.parse(words);
    } catch (const CLI::ParseError&) {
      return ExitCode::usage;
    }
    CliSession session{terminal_, transport_, Format::words};
    return chosen(session);
  }
  [[nodiscard]] std::string sent() const {
    if (transport_.requests.empty()) return "";
    const ApiRequest& one = transport_.requests.back();
    return one.method + ' ' + one.target + (one.body.empty() ? "" : ' ' + one.body);
  }

  ScriptTerminal terminal_;
  ScriptTransport transport_;
};

TEST_F(ApprovalVerbs, EachIsTheRestCallOfItsName) {
  const struct {
    const char* words;
    const char* call;
  } cases[] = {
      {"approval list", "GET /api/v1/approvals"},
      {"approval approve 47", "POST /api/v1/approvals/47/approve"},
      {"approval refuse 47", "POST /api/v1/approvals/47/refuse"},
      {"token bulk a b --state lost",
       R"(POST /api/v1/tokens/bulk {"serials":["a","b"],"state":"lost"})"},
      {"token bulk a --delete", R"(POST /api/v1/tokens/bulk {"serials":["a"],"delete":true})"},
  };
  for (const auto& one : cases) {
    transport_.replies = {{200, "{}"}};
    EXPECT_EQ(run(one.words), ExitCode::ok) << one.words << terminal_.complained;
    EXPECT_EQ(sent(), one.call) << one.words;
  }
}

TEST_F(ApprovalVerbs, AMalformedCommandLineSendsNothing) {
  for (const char* words : {"approval approve", "token bulk", "token bulk a",
                            "token bulk a --state gone", "token bulk a --state lost --delete"}) {
    EXPECT_EQ(run(words), ExitCode::usage) << words;
    EXPECT_EQ(sent(), "") << words;
  }
}

TEST_F(ApprovalVerbs, WhatWaitsIsSaid) {
  transport_.replies = {{202, R"({"approval":{"id":"47"}})"}};
  EXPECT_EQ(run("token bulk a --delete"), ExitCode::not_allowed) << "it is not done";
  EXPECT_THAT(terminal_.complained, HasSubstr("nothing was done yet: approval 47 waits"));
  EXPECT_EQ(terminal_.said, "");
  transport_.replies = {{200, R"({"changed":3})"}};
  EXPECT_EQ(run("token bulk a --delete"), ExitCode::ok);
  EXPECT_THAT(terminal_.said, HasSubstr("3 tokens changed\n"));
}

}  // namespace
}  // namespace lockstep
