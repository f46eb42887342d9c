// SPDX-License-Identifier: Apache-2.0
// What the verbs about policies say; which calls they make is in verbs_test.cc.
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "front/cli/script_terminal.h"
#include "front/cli/script_transport.h"
#include "front/cli/verbs.h"

namespace lockstep {
namespace {

using testing::HasSubstr;
using testing::Not;

class PolicyVerbs : public testing::Test {
 protected:
  ExitCode run(const std::string& words) {
    CLI::App app("test", "lockstep");
    Action chosen;
    add_online_verbs(app, chosen);
    try {
      app.parse(words);
    } catch (const CLI::ParseError&) {
      return ExitCode::usage;
    }
    CliSession session{terminal_, transport_, Format::words};
    return chosen(session);
  }

  ScriptTerminal terminal_;
  ScriptTransport transport_;
};

TEST_F(PolicyVerbs, ExplainSaysEachNumberAndWhereItIsFrom) {
  transport_.replies = {{200, R"({"user":"anna","revision":4,"group":"staff","values":[
      {"key":"hardware.accept","value":1,"value_words":"±1 step",
       "from":{"part":"group","name":"staff","preset":"rsa"},
       "from_words":"group staff, preset rsa"}],
      "tokens":[{"serial":"C1","model":"Acme 5","values":[
      {"key":"event.accept","value":1,"value_words":"1 code","from":{"part":"model"},
       "from_words":"model Acme 5"}]}]})"}};
  EXPECT_EQ(run("policy explain anna"), ExitCode::ok);
  EXPECT_EQ(transport_.requests.front().target, "/api/v1/users/anna/policy");
  EXPECT_THAT(terminal_.said, HasSubstr("revision 4, group staff"));
  EXPECT_THAT(terminal_.said, HasSubstr("hardware.accept  ±1 step  group staff, preset rsa"));
  EXPECT_THAT(terminal_.said, HasSubstr("token C1, model Acme 5"));
  EXPECT_THAT(terminal_.said, HasSubstr("event.accept  1 code  model Acme 5"));
}

TEST_F(PolicyVerbs, DiffSaysWhatChangesAndTheOddsOfOneTry) {
  transport_.replies = {{200, R"({"from":"3","to":"draft","changes":[
      {"part":"group","name":"staff","key":"hardware.accept","before":1,"after":3,
       "words":"group staff: hardware.accept: ±1 step -> ±3 steps"}],
      "odds":[{"part":"group","name":"staff","label":"time, 6 digits, hardware",
       "before":{"per_attempt":3e-6,"attempts_per_year":133},
       "after":{"per_attempt":7e-6,"attempts_per_year":57}}]})"}};
  EXPECT_EQ(run("policy diff"), ExitCode::ok);
  EXPECT_THAT(terminal_.said, HasSubstr("3 -> draft\ngroup staff: hardware.accept: ±1 step"));
  EXPECT_THAT(terminal_.said, HasSubstr("group staff"));
  EXPECT_THAT(terminal_.said, HasSubstr("1 in 330,000, 133 tries a year"));
  EXPECT_THAT(terminal_.said, HasSubstr("1 in 140,000, 57 tries a year"));
}

TEST_F(PolicyVerbs, WhatDiffShowedIsWhatApplySends) {
  transport_.replies = {{200, R"({"from":"3","to":"draft","draft_version":"1795363200000001",
      "changes":[{"part":"group","name":"staff","model":"Acme 5","key":"hardware.accept",
       "before":1,"after":3,"words":"some words"}],
      "odds":[{"part":"group","name":"staff","model":"Acme 5","label":"time, 6 digits, hardware",
       "before":{"per_attempt":3e-6,"attempts_per_year":133},
       "after":{"per_attempt":7e-6,"attempts_per_year":57}}]})"},
                        {200, R"({"revision":4,"preset":"rsa"})"},
                        {200, R"({"revision":5,"preset":"rsa"})"}};
  EXPECT_EQ(run("policy diff"), ExitCode::ok);
  EXPECT_THAT(terminal_.said, HasSubstr("group staff, model Acme 5"));
  EXPECT_THAT(terminal_.said, HasSubstr("lockstep policy apply --seen 1795363200000001\n"));
  EXPECT_EQ(run("policy apply --seen 1795363200000001"), ExitCode::ok);
  EXPECT_EQ(transport_.requests.back().if_match, "\"1795363200000001\"");
  EXPECT_EQ(run("policy apply"), ExitCode::ok);
  EXPECT_EQ(transport_.requests.back().if_match, "");
}

TEST_F(PolicyVerbs, DiffOfTheSameSaysSo) {
  transport_.replies = {{200, R"({"from":"3","to":"3","changes":[],"odds":[]})"}};
  EXPECT_EQ(run("policy diff 3 current"), ExitCode::ok);
  EXPECT_EQ(transport_.requests.front().target, "/api/v1/policy/diff?from=3&to=current");
  EXPECT_EQ(terminal_.said, "3 -> 3\nno difference\n");
}

TEST_F(PolicyVerbs, ADraftIsSentAsItIsAndShownAsItIsKept) {
  const std::string path = testing::TempDir() + "lockstep-policy-draft.json";
  {
    std::ofstream(path) << R"({"preset": "rsa"})";
  }
  const char* kept =
      R"({"base":2,"is_overtaken":false,"at":"T","by":"owner","document":{"preset":"rsa"}})";
  transport_.replies = {{200, kept}, {200, kept}};
  EXPECT_EQ(run("policy draft " + path), ExitCode::ok);
  EXPECT_EQ(transport_.requests.front().body, R"({"preset": "rsa"})");
  EXPECT_THAT(terminal_.said, HasSubstr("{\"preset\":\"rsa\"}"));
  EXPECT_EQ(run("policy draft " + path + " --base 2"), ExitCode::ok);
  EXPECT_EQ(transport_.requests.back().target, "/api/v1/policy/draft?base=2");
}

TEST_F(PolicyVerbs, ALogInThatNeedsANewPinSaysWhatItHasToBeLike) {
  transport_.replies = {{200, R"({"decision":"challenge","prompt":"new_pin","state":"s1",
                "pin":{"length_min":5,"length_max":8}})"},
                        {200, R"({"decision":"challenge","prompt":"new_pin","state":"s2",
                "pin":{"length_min":5,"length_max":8,"problem":"too_short"}})"},
                        {200, R"({"decision":"challenge","prompt":"new_pin_again","state":"s3",
                "pin":{"length_min":5,"length_max":8}})"},
                        {200, R"({"decision":"challenge","prompt":"new_pin","state":"s4",
                "pin":{"length_min":5,"length_max":8,"given":"90417"}})"},
                        {200, R"({"decision":"accept","serial":"C1"})"}};
  terminal_.input = {"123456", "12", "74139", "74138", "90417"};
  EXPECT_EQ(run("authenticate anna --stdin"), ExitCode::ok);
  EXPECT_THAT(terminal_.said, HasSubstr("A new PIN of 5 to 8 characters is needed."));
  EXPECT_THAT(terminal_.said, HasSubstr("Not taken: too_short"));
  EXPECT_THAT(terminal_.said, HasSubstr("The new PIN is 90417. Type it."));
  EXPECT_THAT(transport_.requests.back().body, HasSubstr(R"("state":"s4")"));
  EXPECT_THAT(transport_.requests.back().body, HasSubstr(R"("code":"90417")"));
}

TEST_F(PolicyVerbs, APinThatWasMadeUpIsPrinted) {
  transport_.replies = {{201, R"({"pin":"904171","must_change":true})"}};
  EXPECT_EQ(run("user pin anna --draw"), ExitCode::ok);
  EXPECT_EQ(terminal_.said, "904171\nshown this once; to be changed at the next log-in\n");
}

TEST_F(PolicyVerbs, ADraftIsWrittenOrDroppedNotBoth) {
  for (const char* words : {"policy draft x.json --drop", "policy draft --base 2", "policy revert",
                            "policy revert one", "policy explain"}) {
    EXPECT_EQ(run(words), ExitCode::usage) << words;
  }
  EXPECT_TRUE(transport_.requests.empty());
}

}  // namespace
}  // namespace lockstep
