// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "front/cli/script_terminal.h"
#include "front/cli/script_transport.h"
#include "front/cli/verbs.h"

namespace lockstep {
namespace {

using testing::HasSubstr;

class OperatorVerbs : public testing::Test {
 protected:
  /// Runs `words`; what CLI11 refuses gives ExitCode::usage.
  ExitCode run(const std::string& words) {
    CLI::App app("test", "lockstep");
    Action chosen;
    add_operator_verbs(app, chosen);
    try {
      app.parse(words);
    } catch (const CLI::ParseError&) {
      return ExitCode::usage;
    }
    CliSession session{terminal_, transport_, Format::words};
    return chosen(session);
  }

  /// The last request that was sent: "METHOD target body".
  [[nodiscard]] std::string sent() const {
    if (transport_.requests.empty()) return "";
    const ApiRequest& one = transport_.requests.back();
    return one.method + ' ' + one.target + (one.body.empty() ? "" : ' ' + one.body);
  }

  ScriptTerminal terminal_;
  ScriptTransport transport_;
};

TEST_F(OperatorVerbs, EachIsTheRestCallOfItsName) {
  const struct {
    const char* words;
    const char* call;
  } cases[] = {
      {"operator add karin --role help_desk --scope staff,vpn --tokens-of karin",
       R"(POST /api/v1/operators {"role":"help_desk","scope":["staff","vpn"],)"
       R"("tokens_of":"karin","name":"karin"})"},
      {"operator add olle --role owner --full-name 'Olle O' --email o@x.se",
       R"(POST /api/v1/operators {"role":"owner","full_name":"Olle O","email":"o@x.se",)"
       R"("name":"olle"})"},
      {"operator list --limit 5", "GET /api/v1/operators?limit=5"},
      {"operator show karin", "GET /api/v1/operators/karin"},
      {"operator change karin --status disabled",
       R"(PATCH /api/v1/operators/karin {"status":"disabled"})"},
      {"operator change karin --everybody --role auditor",
       R"(PATCH /api/v1/operators/karin {"role":"auditor","scope":null})"},
      {"operator delete karin", "DELETE /api/v1/operators/karin"},
      {"operator setup karin", "POST /api/v1/operators/karin/setup"},
      {"operator sessions karin", "GET /api/v1/operators/karin/sessions"},
      {"operator sign-out karin", "DELETE /api/v1/operators/karin/sessions"},
      {"operator sign-out karin --session 0a", "DELETE /api/v1/operators/karin/sessions/0a"},
  };
  for (const auto& one : cases) {
    transport_.replies = {{200, "{}"}};
    EXPECT_EQ(run(one.words), ExitCode::ok) << one.words << terminal_.complained;
    EXPECT_EQ(sent(), one.call) << one.words;
  }
}

TEST_F(OperatorVerbs, AMalformedCommandLineSendsNothing) {
  for (const char* words :
       {"operator", "operator add karin", "operator add --role owner",
        "operator add karin --role root", "operator add karin --role owner --status disabled",
        "operator change karin --status gone", "operator change karin --everybody --scope staff"}) {
    EXPECT_EQ(run(words), ExitCode::usage) << words;
    EXPECT_EQ(sent(), "") << words;
  }
}

TEST_F(OperatorVerbs, ANewOperatorsLinkIsShown) {
  transport_.replies = {{201, R"({"operator":{"name":"karin","role":"help_desk"},)"
                              R"("setup":{"path":"/console/setup#abc","expires_at":"T"}})"}};
  EXPECT_EQ(run("operator add karin --role help_desk"), ExitCode::ok);
  EXPECT_THAT(terminal_.said, HasSubstr("operator  karin\n"));
  EXPECT_THAT(terminal_.said, HasSubstr("/console/setup#abc\ngood until T"));
}

TEST_F(OperatorVerbs, AnotherLinkIsShown) {
  transport_.replies = {{201, R"({"path":"/console/setup#def","expires_at":"T"})"}};
  EXPECT_EQ(run("operator setup karin"), ExitCode::ok);
  EXPECT_THAT(terminal_.said, HasSubstr("/console/setup#def\ngood until T"));
}

TEST_F(OperatorVerbs, SessionsAreATable) {
  transport_.replies = {{200, R"({"items":[{"id":"0a","created_at":"S","seen_at":"L",)"
                              R"("expires_at":"E","about":"10.0.0.1"}]})"}};
  EXPECT_EQ(run("operator sessions karin"), ExitCode::ok);
  EXPECT_THAT(terminal_.said, HasSubstr("0a       S      L          E     10.0.0.1"));
}

}  // namespace
}  // namespace lockstep
