// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "front/cli/script_terminal.h"
#include "front/cli/script_transport.h"
#include "front/cli/verbs.h"

namespace lockstep {
namespace {

class RadiusVerbs : public testing::Test {
 protected:
  ExitCode run(const std::string& words) {
    CLI::App app("test", "lockstep");
    Action chosen;
    add_radius_verbs(app, chosen);
    app.parse(words);
    CliSession session{terminal, transport, Format::words};
    return chosen(session);
  }

  ScriptTerminal terminal;
  ScriptTransport transport;
};

TEST_F(RadiusVerbs, ExchangesAreShownTheOldestFirst) {
  transport.replies = {{200, R"({"items":[
      {"at":"T2","client":"vpn","peer":"192.0.2.1 port 4","fate":"forged","again":3,
       "request":{"kind":"Access-Request","attributes":[]}},
      {"at":"T1","client":"vpn","peer":"192.0.2.1 port 4","fate":"rejected","again":0,
       "user":"anna","request":{"kind":"Access-Request",
       "attributes":[{"name":"NAS-Identifier","value":"gate\u001b"}]},
       "reply":{"kind":"Access-Reject","attributes":[]}}]})"}};
  EXPECT_EQ(run("radius exchanges vpn --limit 5"), ExitCode::ok);
  EXPECT_EQ(transport.requests[0].target, "/api/v1/radius/exchanges?client=vpn&limit=5");
  EXPECT_EQ(terminal.said,
            "T1  vpn  192.0.2.1 port 4  user anna  rejected\n"
            "  > Access-Request\n"
            "      NAS-Identifier = gate?\n"
            "  < Access-Reject\n"
            "T2  vpn  192.0.2.1 port 4  user unknown  forged  (came 3 times more)\n"
            "  > Access-Request\n"
            "  < nothing\n");
}

TEST_F(RadiusVerbs, WhereNothingWasSaidItSaysSo) {
  transport.replies = {{200, R"({"items":[]})"}};
  EXPECT_EQ(run("radius exchanges"), ExitCode::ok);
  EXPECT_EQ(transport.requests[0].target, "/api/v1/radius/exchanges");
  EXPECT_EQ(terminal.said, "none\n");
}

}  // namespace
}  // namespace lockstep
