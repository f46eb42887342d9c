// SPDX-License-Identifier: Apache-2.0
#include "front/cli/verbs.h"

#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "front/cli/script_terminal.h"
#include "front/cli/script_transport.h"

namespace lockstep {
namespace {

using testing::HasSubstr;
using testing::Not;

struct WordsAndCall {
  const char* words;
  const char* call;
};

constexpr WordsAndCall kVerbs[] = {
    {"user add Anna --first A --email a@b.c",
     R"(PUT /api/v1/users/Anna {"first_name":"A","email":"a@b.c"})"},
    {"user add 'a b'", "PUT /api/v1/users/a%20b {}"},
    {"user show anna", "GET /api/v1/users/anna"},
    {"user list", "GET /api/v1/users"},
    {"user list -q li --group vpn --limit 5 --after anna",
     "GET /api/v1/users?q=li&group=vpn&limit=5&after=anna"},
    {"user password anna --clear", "DELETE /api/v1/users/anna/password"},
    {"user pin anna --clear", "DELETE /api/v1/users/anna/pin"},
    {"user pin anna --draw", "POST /api/v1/users/anna/pin"},
    {"user unlock anna", "POST /api/v1/users/anna/unlock"},
    {"user link anna S1", R"(POST /api/v1/users/anna/link {"serial":"S1"})"},
    {"user delete anna", "DELETE /api/v1/users/anna"},
    {"clock show", "GET /api/v1/clock"},
    {"clock confirm", "POST /api/v1/clock/confirm"},
    {"group add vpn", "PUT /api/v1/groups/vpn"},
    {"group list --limit 2", "GET /api/v1/groups?limit=2"},
    {"group delete vpn", "DELETE /api/v1/groups/vpn"},
    {"group member-add vpn anna", "PUT /api/v1/groups/vpn/members/anna"},
    {"group member-remove vpn anna", "DELETE /api/v1/groups/vpn/members/anna"},
    {"group members vpn", "GET /api/v1/groups/vpn/members"},
    {"token create --owner anna", R"(POST /api/v1/tokens {"kind":"totp","owner":"anna"})"},
    {"token create --kind hotp --serial s1 --hash sha256 --digits 8 --counter 7 --form hardware",
     R"(POST /api/v1/tokens {"kind":"hotp","form":"hardware","serial":"s1",)"
     R"("algorithm":"sha256","digits":8,"counter":7})"},
    {"token create --step 60 --t0 5",
     R"(POST /api/v1/tokens {"kind":"totp","step_seconds":60,"t0_seconds":5})"},
    {"token show s1", "GET /api/v1/tokens/s1"},
    {"token list -q s --state lost --in-stock", "GET /api/v1/tokens?q=s&state=lost&assigned=false"},
    {"token list --assigned", "GET /api/v1/tokens?assigned=true"},
    {"token assign s1 anna", "PUT /api/v1/users/anna/tokens/s1"},
    {"token unassign s1 anna", "DELETE /api/v1/users/anna/tokens/s1"},
    {"token suspend s1", R"(PATCH /api/v1/tokens/s1 {"state":"suspended"})"},
    {"token resume s1", R"(PATCH /api/v1/tokens/s1 {"state":"enabled"})"},
    {"token lost s1", R"(PATCH /api/v1/tokens/s1 {"state":"lost"})"},
    {"token faulty s1", R"(PATCH /api/v1/tokens/s1 {"state":"faulty"})"},
    {"token revoke s1", R"(PATCH /api/v1/tokens/s1 {"state":"revoked"})"},
    {"token replace s1 s2", R"(POST /api/v1/tokens/s1/replace {"by":"s2","old":"faulty"})"},
    {"token replace s1 s2 --old lost",
     R"(POST /api/v1/tokens/s1/replace {"by":"s2","old":"lost"})"},
    {"token set s1 --model A --batch 7 --valid-from 2026-01-01 --valid-until 2030-12-31",
     R"(PATCH /api/v1/tokens/s1 {"model":"A","batch":"7","valid_from":"2026-01-01T00:00:00Z",)"
     R"("valid_until":"2030-12-31T23:59:59Z"})"},
    {"token set s1 --valid-until none --warranty-until 2028-02-29T12:00:00Z",
     R"(PATCH /api/v1/tokens/s1 {"valid_until":null,"warranty_until":"2028-02-29T12:00:00Z"})"},
    {"token primary s1 anna", R"(PUT /api/v1/users/anna/primary {"serial":"s1"})"},
    {"token list --model A --batch 7 --ends-before 2026-01-31",
     "GET /api/v1/tokens?model=A&batch=7&ends_before=2026-01-31T00%3A00%3A00Z"},
    {"user temporary anna --hours 48",
     R"(POST /api/v1/users/anna/temporary-access {"when_found":"deny","seconds":172800})"},
    {"user temporary anna --one-time 5 --when-found allow",
     R"(POST /api/v1/users/anna/temporary-access {"when_found":"allow","one_time_codes":5})"},
    {"user temporary-end anna", "DELETE /api/v1/users/anna/temporary-access"},
    {"model put A --kind hotp --digits 8 --maker M",
     R"(PUT /api/v1/token-models/A {"kind":"hotp","maker":"M","digits":8})"},
    {"model show A", "GET /api/v1/token-models/A"},
    {"model list", "GET /api/v1/token-models"},
    {"model delete A", "DELETE /api/v1/token-models/A"},
    {"user list --without-token --without-group --status disabled --misses-from 3",
     "GET /api/v1/users?status=disabled&misses_from=3&has_token=false&has_group=false"},
    {"user metrics anna", "GET /api/v1/users/anna/metrics"},
    {"report sign-ins --since 2026-01-31 --user anna",
     "GET /api/v1/reports/sign-ins?user=anna&since=2026-01-31T00%3A00%3A00Z"},
    {"report resyncs", "GET /api/v1/reports/resyncs"},
    {"report changes --serial s1", "GET /api/v1/reports/changes?serial=s1"},
    {"report attention", "GET /api/v1/reports/attention"},
    {"report activity --user anna --about changes --kind token.changed --reason revoked --by owner",
     "GET /api/v1/activity?user=anna&about=changes&kind=token.changed&reason=revoked&actor=owner"},
    {"token delete s1", "DELETE /api/v1/tokens/s1"},
    {"token resync s1 123456 654321",
     R"(POST /api/v1/tokens/s1/resync {"codes":["123456","654321"]})"},
    {"token resync s1 012345 --counter 1842",
     R"(POST /api/v1/tokens/s1/resync {"codes":["012345"],"counter":1842})"},
    {"token resync s1 1 2 --admin --note why",
     R"(POST /api/v1/tokens/s1/resync {"codes":["1","2"],"reach":"admin","note":"why"})"},
    {"token resync s1 1 2 --verified call_back",
     R"(POST /api/v1/tokens/s1/resync {"codes":["1","2"],"caller_verified":"call_back"})"},
    {"token list --sync out_of_sync", "GET /api/v1/tokens?sync=out_of_sync"},
    {"token test s1 000001", R"(POST /api/v1/tokens/s1/test {"code":"000001"})"},
    {"key create vpn --scope authenticate,users.read",
     R"(POST /api/v1/api-keys {"name":"vpn","permissions":["authenticate","users.read"]})"},
    {"key list", "GET /api/v1/api-keys"},
    {"key revoke vpn", "DELETE /api/v1/api-keys/vpn"},
    {"policy show", "GET /api/v1/policy"},
    {"policy set --preset mideye", R"(PUT /api/v1/policy {"preset":"mideye"})"},
    {"policy odds", "GET /api/v1/policy/odds"},
    {"policy explain anna", "GET /api/v1/users/anna/policy"},
    {"policy draft", "GET /api/v1/policy/draft"},
    {"policy draft --drop", "DELETE /api/v1/policy/draft"},
    {"policy diff", "GET /api/v1/policy/diff?from=current&to=draft"},
    {"policy apply", "POST /api/v1/policy/apply"},
    {"policy revert 3", R"(POST /api/v1/policy/revert {"revision":3})"},
    {"policy history --limit 5", "GET /api/v1/policy/revisions?limit=5"},
    {"audit list --user anna --serial s1", "GET /api/v1/audit?user=anna&serial=s1"},
    {"audit list --since 2026-01-31 --until 2026-02-01T08:00:00Z",
     "GET /api/v1/audit?since=2026-01-31T00%3A00%3A00Z&until=2026-02-01T08%3A00%3A00Z"},
    {"audit heads", "GET /api/v1/audit/heads"},
    {"audit key", "GET /api/v1/audit/heads"},
    {"audit status", "GET /api/v1/audit/status"},
    {"audit prune --before 2026-01-31 --dry-run",
     R"(POST /api/v1/audit/prune {"before":"2026-01-31T00:00:00Z","dry_run":true})"},
};

/// A command line, from its words to what it asked the API and said.
class VerbsTest : public testing::Test {
 protected:
  /// Runs `words`; what CLI11 refuses gives ExitCode::usage.
  ExitCode run(const std::string& words, Format format = Format::words) {
    CLI::App app("test", "lockstep");
    app.require_subcommand(1);
    Action chosen;
    add_online_verbs(app, chosen);
    try {
      app.parse(words);
    } catch (const CLI::ParseError&) {
      return ExitCode::usage;
    }
    CliSession session{terminal_, transport_, format};
    return chosen(session);
  }

  /// The one request that was sent: "METHOD target body".
  [[nodiscard]] std::string sent() const {
    std::string all;
    for (const ApiRequest& one : transport_.requests) {
      all += (all.empty() ? "" : "\n") + one.method + ' ' + one.target;
      if (!one.body.empty()) all += ' ' + one.body;
    }
    return all;
  }

  ScriptTerminal terminal_;
  ScriptTransport transport_;
};

TEST_F(VerbsTest, AKeyIsRotatedAtTheVersionThatIsThere) {
  transport_.replies = {{200, R"({"name":"vpn","version":7})"},
                        {200, R"({"api_key":{"name":"vpn","version":8},"key":"lsk_x"})"}};
  EXPECT_EQ(run("key rotate vpn"), ExitCode::ok) << terminal_.complained;
  EXPECT_EQ(sent(),
            "GET /api/v1/api-keys/vpn\n"
            R"(POST /api/v1/api-keys/vpn/rotate {"version":7})");
  EXPECT_THAT(terminal_.said, testing::HasSubstr("lsk_x"));
}

TEST_F(VerbsTest, AKeysClientDemandsAGroupOrNone) {
  transport_.replies = {{200, R"({"name":"vpn","version":7})"}, {200, R"({"name":"vpn"})"}};
  EXPECT_EQ(run("key require-group vpn staff"), ExitCode::ok) << terminal_.complained;
  EXPECT_EQ(sent(),
            "GET /api/v1/api-keys/vpn\n"
            R"(PATCH /api/v1/api-keys/vpn {"required_group":"staff","version":7})");
  transport_.requests.clear();
  transport_.replies = {{200, R"({"name":"vpn","version":8})"}, {200, R"({"name":"vpn"})"}};
  EXPECT_EQ(run("key require-group vpn --anybody"), ExitCode::ok) << terminal_.complained;
  EXPECT_THAT(sent(), HasSubstr(R"({"required_group":null,"version":8})"));
  EXPECT_EQ(run("token set s1"), ExitCode::usage);
  EXPECT_EQ(run("key require-group vpn"), ExitCode::usage);
  EXPECT_EQ(run("key require-group vpn staff --anybody"), ExitCode::usage);
}

TEST_F(VerbsTest, AKeyThatSomebodyElseRotatesIsAConflict) {
  transport_.replies = {{200, R"({"name":"vpn","version":7})"},
                        {409, R"({"detail":"the API key has changed","reason":"conflict"})"}};
  EXPECT_EQ(run("key rotate vpn"), ExitCode::conflict);
  EXPECT_THAT(terminal_.complained, testing::HasSubstr("has changed"));
}

TEST_F(VerbsTest, EachVerbIsTheRestCallOfItsName) {
  for (const WordsAndCall& one : kVerbs) {
    transport_.requests.clear();
    transport_.replies = {{200, "{}"}};
    EXPECT_EQ(run(one.words), ExitCode::ok) << one.words << terminal_.complained;
    EXPECT_EQ(sent(), one.call) << one.words;
  }
}

TEST_F(VerbsTest, AMalformedCommandLineSendsNothing) {
  for (const char* words : {"",
                            "user",
                            "user add",
                            "user fly anna",
                            "user list --limit 0",
                            "user list --limit 1001",
                            "user set anna --status gone",
                            "user password anna --clear --stdin",
                            "user password anna hunter2",
                            "token create --kind ocra",
                            "token create --digits 3",
                            "token create --digits 11",
                            "token resync s1",
                            "token resync s1 1 2 3 4",
                            "token resync s1 1 2 --admin",
                            "token list --assigned --in-stock",
                            "key create vpn",
                            "key create vpn --scope root",
                            "policy set",
                            "policy set --preset loose",
                            "policy set --preset rsa file.json",
                            "import f --format xls",
                            "import",
                            "import f --format csv --yes --dry-run",
                            "audit prune",
                            "audit export --format xml"}) {
    EXPECT_EQ(run(words), ExitCode::usage) << words;
    EXPECT_TRUE(transport_.requests.empty()) << words;
  }
}

TEST_F(VerbsTest, EveryVerbExplainsItselfWithAnExample) {
  CLI::App app("test", "lockstep");
  Action chosen;
  add_online_verbs(app, chosen);
  std::size_t verbs = 0;
  for (CLI::App* noun : app.get_subcommands({})) {
    std::vector<CLI::App*> under = noun->get_subcommands({});
    const std::string before = under.empty() ? "" : noun->get_name() + ' ';
    if (under.empty()) under = {noun};
    for (CLI::App* verb : under) {
      ++verbs;
      EXPECT_GT(verb->get_description().size(), 20U) << verb->get_name();
      EXPECT_THAT(verb->help(), HasSubstr("Example: lockstep " + before + verb->get_name()));
      EXPECT_THAT(verb->help(), HasSubstr("Exit codes:")) << verb->get_name();
    }
  }
  EXPECT_EQ(verbs, 88U);
}

TEST_F(VerbsTest, APasswordIsAskedForAndNeverSaidAgain) {
  terminal_.answers = {"hunter22", "hunter22"};
  transport_.replies = {{204, ""}};
  EXPECT_EQ(run("user password anna"), ExitCode::ok);
  EXPECT_EQ(sent(), R"(PUT /api/v1/users/anna/password {"password":"hunter22"})");
  EXPECT_THAT(terminal_.said + terminal_.complained, Not(HasSubstr("hunter22")));
}

TEST_F(VerbsTest, APinIsReadFromStandardInput) {
  terminal_.input = {"2468"};
  transport_.replies = {{204, ""}};
  EXPECT_EQ(run("user pin anna --stdin"), ExitCode::ok);
  EXPECT_EQ(sent(), R"(PUT /api/v1/users/anna/pin {"pin":"2468"})");
}

TEST_F(VerbsTest, AnEmptyPasswordIsNotSent) {
  terminal_.input = {""};
  EXPECT_EQ(run("user password anna --stdin"), ExitCode::usage);
  EXPECT_TRUE(transport_.requests.empty());
}

TEST_F(VerbsTest, SettingAUserWhoIsNotThereMakesNone) {
  transport_.replies = {{404, R"({"reason":"not_found","title":"no"})"}};
  EXPECT_EQ(run("user set anan --last Lind"), ExitCode::not_found);
  EXPECT_EQ(sent(), "GET /api/v1/users/anan");
}

TEST_F(VerbsTest, SettingAUserChangesWhatIsNamed) {
  transport_.replies = {{200, "{}"}, {200, R"({"id":"anna","status":"disabled"})"}};
  EXPECT_EQ(run("user set anna --status disabled"), ExitCode::ok);
  EXPECT_THAT(sent(), HasSubstr(R"(PUT /api/v1/users/anna {"status":"disabled"})"));
  EXPECT_EQ(terminal_.said, "user    anna\nstatus  disabled\n");
}

TEST_F(VerbsTest, AGivenSeedIsReadFromStandardInput) {
  terminal_.input = {"3132333435363738393031323334353637383930"};
  transport_.replies = {{201, R"({"token":{"serial":"S1","kind":"hotp"}})"}};
  EXPECT_EQ(run("token create --kind hotp --serial s1 --stdin"), ExitCode::ok);
  EXPECT_THAT(sent(), HasSubstr(R"("seed":"3132333435363738393031323334353637383930",)"
                                R"("seed_encoding":"hex")"));
  EXPECT_EQ(terminal_.said, "serial  S1\nkind    hotp\n");
}

TEST_F(VerbsTest, AResynchronisedTokenIsToldWithHowFarItWasOff) {
  const struct {
    const char* answer;
    const char* said;
  } cases[] = {
      {R"({"moved":40,"unit":"codes","direction":"ahead"})", "Found 40 codes ahead.\n"},
      {R"({"moved":18,"unit":"steps","seconds":-540,"direction":"behind"})",
       "Found 18 steps (9 min) behind.\n"},
      {R"({"moved":1,"unit":"steps","seconds":30,"direction":"ahead"})",
       "Found 1 step (30 s) ahead.\n"},
      {R"({"moved":1360,"unit":"steps","seconds":40800,"direction":"ahead"})",
       "Found 1360 steps (11 h 20 min) ahead.\n"},
      {R"({"moved":0,"unit":"codes","direction":"none"})", "Found in step.\n"},
  };
  for (const auto& one : cases) {
    terminal_.said.clear();
    transport_.replies = {{200, one.answer}};
    EXPECT_EQ(run("token resync s1 1 2"), ExitCode::ok);
    EXPECT_EQ(terminal_.said, one.said);
  }
}

TEST_F(VerbsTest, AFailedResynchronisationSaysWhyAndWhatIsLeft) {
  transport_.replies = {{422, R"({"title":"Too far.","reason":"outside_window",)"
                              R"("attempts_left":4,"evidence":{"off":4210,"position":9000}})"}};
  EXPECT_EQ(run("token resync s1 1 2"), ExitCode::refused);
  EXPECT_EQ(terminal_.said, "");
  EXPECT_EQ(terminal_.complained,
            "lockstep: Too far. (outside_window)\n"
            "how far off                4210\n"
            "found at position          9000\n"
            "tries left before a pause  4\n");
}

TEST_F(VerbsTest, AnExportGoesThroughAllPages) {
  transport_.replies = {{200, R"({"items":[{"seq":1},{"seq":2}],"next":"5_1_2"})"},
                        {200, R"({"items":[{"seq":3}]})"}};
  EXPECT_EQ(run("audit export"), ExitCode::ok);
  EXPECT_EQ(sent(),
            "GET /api/v1/audit?order=oldest_first&limit=1000\n"
            "GET /api/v1/audit?order=oldest_first&limit=1000&after=5_1_2");
  EXPECT_EQ(terminal_.said, "{\"seq\":1}\n{\"seq\":2}\n{\"seq\":3}\n");
}

TEST_F(VerbsTest, AnExportSpeaksWhatCollectorsRead) {
  const std::string page =
      R"({"items":[{"node":"7","seq":1,"hash":")" + std::string(64, 'a') +
      R"(","kind":"login.refused","at":"2026-01-05T08:00:00Z","actor":"key:vpn","source":"a=b",)"
      R"("details":[]}]})";
  transport_.replies = {{200, page}};
  EXPECT_EQ(run("audit export --format cef"), ExitCode::ok);
  EXPECT_THAT(terminal_.said, HasSubstr("CEF:0|Lockstep|"));
  EXPECT_THAT(terminal_.said, HasSubstr("sourceServiceName=a\\=b"));
  transport_.replies = {{200, page}};
  EXPECT_EQ(run("audit export --format syslog"), ExitCode::ok);
  EXPECT_THAT(terminal_.said, HasSubstr("<84>1 2026-01-05T08:00:00Z"));
  transport_.replies = {{200, R"({"items":[{"seq":1}]})"}};
  EXPECT_EQ(run("audit export --format cef"), ExitCode::usage) << "no record";
}

TEST_F(VerbsTest, TheAuditKeyIsPrintedAloneToBeNotedDown) {
  transport_.replies = {{200, R"({"public_key":"abcd","items":[],"checkpoints":[]})"}};
  EXPECT_EQ(run("audit key"), ExitCode::ok);
  EXPECT_EQ(terminal_.said, "abcd\n");
}

TEST_F(VerbsTest, AnAuditRecordIsOneRow) {
  transport_.replies = {{200, R"({"items":[{"at":"T","kind":"login.accepted","actor":"key:vpn",
      "user":"anna","details":[{"name":"position","value":"7"}]}]})"}};
  EXPECT_EQ(run("audit list"), ExitCode::ok);
  EXPECT_THAT(terminal_.said, HasSubstr("T   login.accepted  key:vpn  anna"));
  EXPECT_THAT(terminal_.said, HasSubstr("position=7"));
}

TEST_F(VerbsTest, PresetsAreKnownWithoutAServer) {
  EXPECT_EQ(run("policy presets"), ExitCode::ok);
  EXPECT_THAT(terminal_.said, HasSubstr("mideye"));
  EXPECT_THAT(terminal_.said, HasSubstr("10 / 100 / 100 / 50000"));
  EXPECT_TRUE(transport_.requests.empty());
}

TEST_F(VerbsTest, OddsAreSaidAsOneInSoMany) {
  transport_.replies = {{200, R"({"items":[{"label":"event, 6 digits","per_attempt":3.0007e-6,
      "per_escalation":3.0e-5,"per_year":4e-4,"attempts_per_year":133.0}]})"}};
  EXPECT_EQ(run("policy odds"), ExitCode::ok);
  EXPECT_THAT(terminal_.said, HasSubstr("1 in 333,256"));
  EXPECT_THAT(terminal_.said, HasSubstr("1 in 33,333"));
  EXPECT_THAT(terminal_.said, HasSubstr("1 in 2,500"));
  EXPECT_THAT(terminal_.said, HasSubstr("133"));
}

TEST_F(VerbsTest, APolicyFileIsSentAsItIs) {
  const std::string path = testing::TempDir() + "lockstep-policy.json";
  {
    std::ofstream(path) << R"({"preset": "rsa"})";
  }
  transport_.replies = {{200, R"({"revision":2,"preset":"rsa","document":{"set":{}}})"}};
  EXPECT_EQ(run("policy set " + path), ExitCode::ok);
  EXPECT_EQ(sent(), R"(PUT /api/v1/policy {"preset": "rsa"})");
}

TEST_F(VerbsTest, AnAcceptedLogInEndsWithZeroAndARejectedOneWithOne) {
  terminal_.input = {"123456", "123456"};
  transport_.replies = {{200, R"({"decision":"accept","serial":"S1"})"}};
  EXPECT_EQ(run("authenticate anna --stdin"), ExitCode::ok);
  EXPECT_EQ(terminal_.said, "Accepted, token S1.\n");
  transport_.replies = {{200, R"({"decision":"reject"})"}};
  EXPECT_EQ(run("authenticate anna --stdin"), ExitCode::refused);
}

TEST_F(VerbsTest, AChallengeAsksForTheNextCodeInTheSameConversation) {
  terminal_.answers = {"pass1234", "111111", "222222"};
  transport_.replies = {{200, R"({"decision":"challenge","state":"xyz","prompt":"next_code"})"},
                        {200, R"({"decision":"accept","serial":"S1"})"}};
  EXPECT_EQ(run("authenticate anna --password --group vpn"), ExitCode::ok);
  EXPECT_EQ(sent(), R"(POST /api/v1/authenticate {"user":"anna","client":"cli","can_prompt":true,)"
                    R"("group":"vpn","password":"pass1234","code":"111111"})"
                    "\n"
                    R"(POST /api/v1/authenticate {"user":"anna","client":"cli","can_prompt":true,)"
                    R"("group":"vpn","code":"222222","state":"xyz"})");
}

TEST_F(VerbsTest, AServerThatAsksForEverIsLeft) {
  constexpr int kFar = 50;
  for (int i = 0; i < kFar; ++i) {
    terminal_.input.push_back(std::to_string(i));
    transport_.replies.push_back({200, R"({"decision":"challenge","state":"x"})"});
  }
  EXPECT_EQ(run("authenticate anna --stdin"), ExitCode::unavailable);
  EXPECT_FALSE(terminal_.input.empty()) << "it was asked to the end";
}

}  // namespace
}  // namespace lockstep
