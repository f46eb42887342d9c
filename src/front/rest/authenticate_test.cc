// SPDX-License-Identifier: Apache-2.0
#include "front/rest/api_fixture.h"
#include "service/groups.h"

namespace lockstep {
namespace {

class AuthenticateApi : public ApiTest {
 protected:
  /// A log-in as a VPN gateway sends it.
  Seen log_in(const std::string& user, const std::string& code, const std::string& more = "") {
    return call_with({Permission::authenticate}, Method::post, "/authenticate",
                     R"({"user":")" + user + R"(","code":")" + code + "\"" + more + "}");
  }
};

TEST_F(AuthenticateApi, ACodeInStepIsAcceptedWithTheSerialOnce) {
  add_user("anna");
  SimulatedToken card = add_card("anna", "C1");
  const std::string code = card.press();
  EXPECT_EQ(log_in("anna", code).response.body, R"({"decision":"accept","serial":"C1"})");
  EXPECT_EQ(log_in("anna", code).response.body, R"({"decision":"reject"})");
}

TEST_F(AuthenticateApi, RejectionsAreTheSameBytesWhateverTheCause) {
  add_user("anna");
  set_password("anna", "correct horse");
  SimulatedToken card = add_card("anna", "C1");
  add_user("bare");
  ASSERT_TRUE(create_group(*services, owner(), group_name("staff")));
  const std::string right = R"(,"password":"correct horse")";
  const std::string near = card.code_at(Position(1'040));
  const struct {
    const char* word;
    Seen seen;
  } cases[] = {
      {"unknown user", log_in("nobody", "123456", right)},
      {"wrong password", log_in("anna", card.press(), R"(,"password":"wrong horse")")},
      {"no password", log_in("anna", card.press())},
      {"wrong code", log_in("anna", wrong_code(card.press()), right)},
      {"malformed code", log_in("anna", "12x456", right)},
      {"near code", log_in("anna", near, right)},
      {"user without token", log_in("bare", "123456")},
      {"a state that is none", log_in("anna", "123456", R"(,"state":"x")")},
      {"a name that is none", log_in("", "123456")},
      {"not in the group", log_in("anna", card.press(), right + R"(,"group":"staff")")},
      {"a group nobody knows", log_in("anna", card.press(), right + R"(,"group":"nowhere")")},
  };
  for (const auto& one : cases) {
    EXPECT_EQ(one.seen.status(), 200) << one.word;
    EXPECT_EQ(one.seen.response.body, R"({"decision":"reject"})") << one.word;
    EXPECT_EQ(one.seen.response.content_type, "application/json") << one.word;
    EXPECT_TRUE(one.seen.response.headers.empty()) << one.word;
  }
}

TEST_F(AuthenticateApi, AClientThatCanPromptIsAskedForTheNextCode) {
  add_user("anna");
  set_pin("anna", "4711");
  SimulatedToken card = add_card("anna", "C1");
  card.press_unseen(50);
  const Seen asked = log_in("anna", card.press(), R"(,"password":"4711","can_prompt":true)");
  EXPECT_EQ(asked.text("decision"), "challenge");
  EXPECT_EQ(asked.text("prompt"), "next_code");
  const std::string state = asked.text("state");
  EXPECT_FALSE(state.empty());
  const Seen answer = log_in("anna", card.press(), R"(,"state":")" + state + "\"");
  EXPECT_EQ(answer.text("decision"), "accept");
}

TEST_F(AuthenticateApi, TheGroupIsAConditionOfTheClient) {
  add_user("anna");
  SimulatedToken card = add_card("anna", "C1");
  ASSERT_TRUE(create_group(*services, owner(), group_name("staff")));
  ASSERT_TRUE(add_member(*services, owner(), group_name("staff"), user_name("anna")));
  EXPECT_EQ(log_in("anna", card.press(), R"(,"group":"Staff")").text("decision"), "accept");
}

TEST_F(AuthenticateApi, WhereTheUserIsReachesTheAudit) {
  add_user("anna");
  SimulatedToken card = add_card("anna", "C1");
  EXPECT_EQ(log_in("anna", card.press(), R"(,"client":"198.51.100.9")").status(), 200);
  EXPECT_NE(last_record().event.source.find("198.51.100.9"), std::string::npos);
}

TEST_F(AuthenticateApi, NoiseIsAnsweredLater) {
  add_user("anna");
  add_card("anna", "C1");
  set_password("anna", "correct horse");
  const CreatedApiKey key =
      create_api_key(*services, owner(), "vpn", {Permission::authenticate}).value();
  Request request = request_for(Method::post, "/api/v1/authenticate",
                                R"({"user":"anna","password":"wrong","code":"000000"})");
  request.authorization = "Bearer " + key.text;
  Seen seen;
  for (std::uint32_t i = 0; i < 2 * SourceLimit::kFree; ++i) seen = send(request);
  EXPECT_GT(seen.response.hold.count(), 0);
  EXPECT_EQ(seen.response.body, R"({"decision":"reject"})");
}

TEST_F(AuthenticateApi, MembersOfAWrongTypeAreNamedAndNotRepeated) {
  for (const char* body :
       {R"({"user":"a"})", R"({"code":"1"})", R"({"user":"a","code":99887766})",
        R"({"user":"a","code":["99887766"]})", R"({"user":"a","code":"1","can_prompt":"99887766"})",
        R"({"user":"a","code":"1","code":"99887766"})", R"({"user":"a","code":"1","group":""})"}) {
    const Seen seen = call_with({Permission::authenticate}, Method::post, "/authenticate", body);
    EXPECT_EQ(seen.verdict(), "400 invalid_input") << body;
    EXPECT_EQ(seen.response.body.find("99887766"), std::string::npos) << body;
  }
}

}  // namespace
}  // namespace lockstep
