// SPDX-License-Identifier: Apache-2.0
#include "front/rest/api_fixture.h"
#include "service/groups.h"

namespace lockstep {
namespace {

using UsersApi = ApiTest;

TEST_F(UsersApi, PutCreatesAndThenChangesOnlyWhatIsGiven) {
  const Seen created = put("/users/Anna", R"({"first_name":"Anna","last_name":"Berg"})");
  EXPECT_EQ(created.status(), 201);
  EXPECT_EQ(created.text("id"), "anna");
  const Seen changed = put("/users/anna", R"({"email":"anna@example.org"})");
  EXPECT_EQ(changed.status(), 200);
  EXPECT_EQ(changed.text("last_name"), "Berg");
  EXPECT_EQ(changed.text("email"), "anna@example.org");
}

TEST_F(UsersApi, AUserIsShownWithTokensAndGroupsAndWithoutSecrets) {
  EXPECT_EQ(put("/users/anna", R"({"pin":"4711-pin","password":"correct horse"})").status(), 201);
  add_card("anna", "C1");
  ASSERT_TRUE(create_group(*services, owner(), group_name("staff")));
  ASSERT_TRUE(add_member(*services, owner(), group_name("staff"), user_name("anna")));
  const Seen seen = get("/users/anna");
  EXPECT_EQ(seen.status(), 200);
  EXPECT_EQ(seen.at("has_pin"), true);
  EXPECT_EQ(seen.at("has_password"), true);
  EXPECT_EQ(seen.text("escalation"), "open");
  EXPECT_EQ(to_json(seen.at("groups")), R"(["staff"])");
  EXPECT_EQ(seen.at("tokens").as_array().at(0).at("serial"), "C1");
  for (const char* secret : {"4711", "horse", "argon2", "seed"}) {
    EXPECT_EQ(seen.response.body.find(secret), std::string::npos) << secret;
  }
}

TEST_F(UsersApi, AListSaysGroupsHowManyTokensAndTheLastSignIn) {
  add_user("anna");
  add_user("berta");
  SimulatedToken card = add_card("anna", "C1");
  ASSERT_TRUE(create_group(*services, owner(), group_name("staff")));
  ASSERT_TRUE(add_member(*services, owner(), group_name("staff"), user_name("anna")));
  EXPECT_EQ(log_in("anna", card.press()), Verdict::accept);
  const boost::json::value items = get("/users").at("items");
  EXPECT_EQ(to_json(items.at(0).at("groups")), R"(["staff"])");
  EXPECT_EQ(items.at(0).at("tokens"), 1);
  EXPECT_EQ(items.at(0).at("last_sign_in_at"), to_rfc3339(clock.now().wall).c_str());
  EXPECT_EQ(to_json(items.at(1).at("groups")), "[]");
  EXPECT_EQ(items.at(1).at("tokens"), 0);
  EXPECT_FALSE(items.at(1).as_object().contains("last_sign_in_at"));
  EXPECT_EQ(get("/users/anna").text("last_sign_in_at"), to_rfc3339(clock.now().wall));
}

TEST_F(UsersApi, NullTakesAFactorAwayAndNothingKeepsIt) {
  EXPECT_EQ(put("/users/anna", R"({"pin":"4711","password":"correct horse"})").status(), 201);
  EXPECT_EQ(put("/users/anna", R"({"first_name":"A"})").at("has_pin"), true);
  const Seen seen = put("/users/anna", R"({"pin":null})");
  EXPECT_EQ(seen.at("has_pin"), false);
  EXPECT_EQ(seen.at("has_password"), true);
}

TEST_F(UsersApi, PasswordAndPinHaveAddressesOfTheirOwn) {
  add_user("anna");
  EXPECT_EQ(put("/users/anna/pin", R"({"pin":"4711"})").status(), 204);
  EXPECT_EQ(put("/users/anna/password", R"({"password":"correct horse"})").status(), 204);
  EXPECT_EQ(get("/users/anna").at("has_pin"), true);
  EXPECT_EQ(get("/users/anna").at("has_password"), true);
  EXPECT_EQ(remove("/users/anna/pin").status(), 204);
  EXPECT_EQ(get("/users/anna").at("has_pin"), false);
  EXPECT_EQ(get("/users/anna").at("has_password"), true);
  EXPECT_EQ(remove("/users/anna/password").status(), 204);
  EXPECT_EQ(get("/users/anna").at("has_password"), false);
}

TEST_F(UsersApi, APinIsMadeUpAndShownOnce) {
  add_user("anna");
  EXPECT_EQ(put("/policy", R"({"preset":"default","set":{"pin.first_use":"change",
                               "pin.expires_days":30}})")
                .status(),
            200);
  const Seen given = post("/users/anna/pin");
  EXPECT_EQ(given.status(), 201);
  EXPECT_EQ(given.text("pin").size(), 6U);
  EXPECT_EQ(given.at("must_change"), true);
  const Seen anna = get("/users/anna");
  EXPECT_EQ(anna.at("pin").at("must_change"), true);
  EXPECT_FALSE(anna.at("pin").at("set_at").as_string().empty());
  EXPECT_FALSE(anna.at("pin").at("expires_at").as_string().empty());
  EXPECT_EQ(anna.response.body.find(given.text("pin")), std::string::npos);
  EXPECT_EQ(post("/users/nobody/pin").verdict(), "404 not_found");
  EXPECT_EQ(call_with({Permission::users_help}, Method::post, "/users/anna/pin").status(), 201);
  EXPECT_EQ(call_with({Permission::users_read}, Method::post, "/users/anna/pin").status(), 403);
}

TEST_F(UsersApi, APinThatThePolicyDoesNotTakeIsRefusedWithTheProblem) {
  add_user("anna");
  put("/policy", R"({"preset":"default","set":{"pin.length_min":6}})");
  const Seen refused = put("/users/anna/pin", R"({"pin":"4711"})");
  EXPECT_EQ(refused.verdict(), "400 invalid_input");
  EXPECT_NE(refused.text("detail").find("too_short"), std::string::npos);
  EXPECT_EQ(put("/users/anna/pin", R"({"pin":"471185","must_change":true})").status(), 204);
  EXPECT_EQ(get("/users/anna").at("pin").at("must_change"), true);
  EXPECT_EQ(
      put("/users/anna/password", R"({"password":"correct horse","must_change":true})").verdict(),
      "400 invalid_input");
}

TEST_F(UsersApi, APasswordIsSetForWhoExistsOnly) {
  for (const char* path : {"/users/nobody/pin", "/users/nobody/password"}) {
    EXPECT_EQ(remove(path).verdict(), "404 not_found");
  }
  EXPECT_EQ(put("/users/nobody/pin", R"({"pin":"4711"})").verdict(), "404 not_found");
  EXPECT_EQ(get("/users/nobody").verdict(), "404 not_found");
}

TEST_F(UsersApi, AFactorOfTheWrongFormIsRefusedAndNotRepeated) {
  add_user("anna");
  for (const char* body : {R"({"pin":"12"})", R"({"pin":4711})", R"({"pin":null})", "{}",
                           R"({"pin":"99887766554433221100"})"}) {
    const Seen seen = put("/users/anna/pin", body);
    EXPECT_EQ(seen.verdict(), "400 invalid_input") << body;
    EXPECT_EQ(seen.response.body.find("998877"), std::string::npos) << body;
  }
}

TEST_F(UsersApi, AChangeFromAnOldVersionIsAConflict) {
  const std::string old = put("/users/anna", R"({"last_name":"One"})").header("ETag");
  ASSERT_FALSE(old.empty());
  EXPECT_EQ(call(Method::put, "/users/anna", R"({"last_name":"Two"})", old).status(), 200);
  EXPECT_EQ(call(Method::put, "/users/anna", R"({"last_name":"Three"})", old).verdict(),
            "409 conflict");
  EXPECT_EQ(call(Method::put, "/users/anna/pin", R"({"pin":"4711"})", old).verdict(),
            "409 conflict");
  EXPECT_EQ(call(Method::delete_, "/users/anna", "", old).verdict(), "409 conflict");
  EXPECT_EQ(get("/users/anna").text("last_name"), "Two");
  const std::string now = get("/users/anna").header("ETag");
  EXPECT_EQ(call(Method::delete_, "/users/anna", "", now).status(), 204);
}

TEST_F(UsersApi, IfMatchIsOneETagOrAStar) {
  add_user("anna");
  for (const char* etag : {"1", "\"\"", "\"x\"", "\"1\", \"2\"", "W/\"1\"", "\"-1\"", "\"1"}) {
    EXPECT_EQ(call(Method::put, "/users/anna", "{}", etag).verdict(), "400 invalid_input") << etag;
  }
  EXPECT_EQ(call(Method::put, "/users/anna", "{}", "*").status(), 200);
}

TEST_F(UsersApi, TheListIsSearchedAndPaged) {
  for (const char* name : {"anna", "bert", "carl"}) add_user(name);
  EXPECT_EQ(put("/users/carl", R"({"last_name":"Berg"})").status(), 200);
  EXPECT_EQ(get("/users?q=berg").at("items").as_array().size(), 1U);
  const Seen first = get("/users?limit=2");
  EXPECT_EQ(first.at("items").as_array().size(), 2U);
  EXPECT_EQ(first.text("next"), "bert");
  const Seen second = get("/users?limit=2&after=bert");
  EXPECT_EQ(second.at("items").as_array().at(0).at("id"), "carl");
  EXPECT_TRUE(second.at("next").is_null());
}

TEST_F(UsersApi, TheListIsLimitedToAGroup) {
  add_user("anna");
  add_user("bert");
  ASSERT_TRUE(create_group(*services, owner(), group_name("staff")));
  ASSERT_TRUE(add_member(*services, owner(), group_name("staff"), user_name("bert")));
  const Seen seen = get("/users?group=staff");
  ASSERT_EQ(seen.at("items").as_array().size(), 1U);
  EXPECT_EQ(seen.at("items").as_array().at(0).at("id"), "bert");
}

TEST_F(UsersApi, ADisabledUserIsShownAsSuch) {
  EXPECT_EQ(put("/users/anna", R"({"status":"disabled"})").text("status"), "disabled");
  EXPECT_EQ(put("/users/anna", R"({"status":"enabled"})").text("status"), "enabled");
  EXPECT_EQ(put("/users/anna", R"({"status":"gone"})").verdict(), "400 invalid_input");
}

TEST_F(UsersApi, UnlockingForgetsTheMisses) {
  add_user("anna");
  set_pin("anna", "4711");
  SimulatedToken card = add_card("anna", "C1");
  for (int i = 0; i < 10; ++i) log_in("anna", "4711" + wrong_code(card.code_at(Position(1'000))));
  EXPECT_EQ(get("/users/anna").text("escalation"), "two_codes");
  EXPECT_EQ(post("/users/anna/unlock").status(), 204);
  EXPECT_EQ(get("/users/anna").text("escalation"), "open");
  EXPECT_EQ(post("/users/nobody/unlock").verdict(), "404 not_found");
}

TEST_F(UsersApi, TokensAreGivenAndTakenBack) {
  add_user("anna");
  add_user("bert");
  add_card("anna", "C1");
  EXPECT_EQ(remove("/users/anna/tokens/c1").status(), 204);
  EXPECT_EQ(put("/users/bert/tokens/C1").status(), 204);
  EXPECT_EQ(get("/tokens/C1").text("owner"), "bert");
  EXPECT_EQ(put("/users/anna/tokens/C1").verdict(), "409 conflict");
  EXPECT_EQ(remove("/users/anna/tokens/C1").verdict(), "404 not_found");
  EXPECT_EQ(put("/users/anna/tokens/NONE").verdict(), "404 not_found");
}

TEST_F(UsersApi, NamesThatAreNoneAreRefused) {
  EXPECT_EQ(put("/users/%20", "{}").verdict(), "400 invalid_input");
  EXPECT_EQ(get("/users/" + std::string(300, 'x')).verdict(), "400 invalid_input");
  EXPECT_EQ(get("/users/%ff").verdict(), "400 invalid_input");
}

}  // namespace
}  // namespace lockstep
