// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "front/cli/script_terminal.h"
#include "front/cli/script_transport.h"
#include "front/cli/verbs.h"

namespace lockstep {
namespace {

ExitCode run(ScriptTerminal& terminal, ScriptTransport& transport, const std::string& words) {
  CLI::App app("test", "lockstep");
  Action chosen;
  add_inventory_verb(app, chosen);
  app.parse(words);
  CliSession session{terminal, transport, Format::words};
  return chosen(session);
}

TEST(InventoryVerb, PrintsWhatComesAndNothingElse) {
  ScriptTerminal terminal;
  ScriptTransport transport;
  transport.replies = {{200, "serial,state\nA1,enabled\n"}};
  EXPECT_EQ(run(terminal, transport, "export -q card"), ExitCode::ok);
  EXPECT_EQ(terminal.said, "serial,state\nA1,enabled\n");
  ASSERT_EQ(transport.requests.size(), 1U);
  EXPECT_EQ(transport.requests[0].target, "/api/v1/inventory-exports");
  EXPECT_EQ(transport.requests[0].body, R"({"q":"card"})");
}

TEST(InventoryVerb, WhereTwoAreNeededItSaysSoAndPrintsNothing) {
  ScriptTerminal terminal;
  ScriptTransport transport;
  transport.replies = {{202, R"({"approval":{"id":"47"}})"}, {200, "serial\n"}};
  EXPECT_EQ(run(terminal, transport, "export"), ExitCode::not_allowed);
  EXPECT_EQ(terminal.said, "");
  EXPECT_THAT(terminal.complained, testing::HasSubstr("--approval 47"));
  EXPECT_EQ(run(terminal, transport, "export --approval 47"), ExitCode::ok);
  EXPECT_EQ(transport.requests[1].body, R"({"approval":"47"})");
}

TEST(InventoryVerb, WhatWaitsIsJsonForWhoAsksForJson) {
  ScriptTerminal terminal;
  ScriptTransport transport;
  transport.replies = {{202, R"({"approval":{"id":"47"}})"}};
  CLI::App app("test", "lockstep");
  Action chosen;
  add_inventory_verb(app, chosen);
  app.parse("export");
  CliSession session{terminal, transport, Format::json};
  EXPECT_EQ(chosen(session), ExitCode::not_allowed);
  EXPECT_EQ(terminal.said, "{\"approval\":{\"id\":\"47\"}}\n");
}

TEST(InventoryVerb, AFailureIsSaid) {
  ScriptTerminal terminal;
  ScriptTransport transport;
  transport.replies = {{403, R"({"detail":"no","reason":"not_allowed"})"}};
  EXPECT_EQ(run(terminal, transport, "export"), ExitCode::not_allowed);
}

}  // namespace
}  // namespace lockstep
