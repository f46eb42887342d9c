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

TEST(InventoryVerb, PrintsEveryPageAsCsvUnderOneHeader) {
  ScriptTerminal terminal;
  ScriptTransport transport;
  transport.replies = {
      {200,
       R"({"items":[{"serial":"A1","state":"enabled","kind":"totp","algorithm":"sha1","digits":6,)"
       R"("step_seconds":30,"t0_seconds":0,"form":"hardware","model":"Card, \"x\"","owner":"anna",)"
       R"("created_at":"2026-01-01T00:00:00Z"}],"next":"A1"})"},
      {200, R"({"items":[{"serial":"A2","state":"lost","kind":"hotp","model":"=1+1"}]})"}};
  EXPECT_EQ(run(terminal, transport, "export -q card"), ExitCode::ok);
  EXPECT_EQ(terminal.said,
            "serial,state,kind,algorithm,digits,step_seconds,t0_seconds,form,model,owner,"
            "valid_from,valid_until,created_at\n"
            "A1,enabled,totp,sha1,6,30,0,hardware,\"Card, \"\"x\"\"\",anna,,,2026-01-01T00:00:00Z\n"
            "A2,lost,hotp,,,,,,'=1+1,,,,\n");
  ASSERT_EQ(transport.requests.size(), 2U);
  EXPECT_EQ(transport.requests[1].target, "/api/v1/tokens?limit=1000&q=card&after=A1");
}

TEST(InventoryVerb, AFailureIsSaid) {
  ScriptTerminal terminal;
  ScriptTransport transport;
  transport.replies = {{403, R"({"detail":"no","reason":"not_allowed"})"}};
  EXPECT_EQ(run(terminal, transport, "export"), ExitCode::not_allowed);
}

}  // namespace
}  // namespace lockstep
