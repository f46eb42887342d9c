// SPDX-License-Identifier: Apache-2.0
// API keys, policy, audit, health.
#include "front/rest/api_fixture.h"

namespace lockstep {
namespace {

class AdministrationApi : public ApiTest {};

TEST_F(AdministrationApi, AKeyIsShownOnceAndMayDoWhatItWasGiven) {
  const Seen made =
      post("/api-keys", R"({"name":"desk","permissions":["users.read","audit.read"]})");
  EXPECT_EQ(made.status(), 201);
  const std::string key = made.text("key");
  EXPECT_EQ(key.substr(0, 4), "lsk_");
  EXPECT_EQ(to_json(made.at("api_key").at("permissions")), R"(["users.read","audit.read"])");

  const Seen list = get("/api-keys");
  EXPECT_EQ(list.at("items").as_array().at(0).at("name"), "desk");
  EXPECT_EQ(list.response.body.find(key), std::string::npos);

  Request request = request_for(Method::get, "/api/v1/users", "");
  request.authorization = "Bearer " + key;
  EXPECT_EQ(send(request).status(), 200);
  EXPECT_EQ(remove("/api-keys/desk").status(), 204);
  EXPECT_EQ(send(request).verdict(), "401 unauthenticated");
  EXPECT_EQ(remove("/api-keys/none").verdict(), "404 not_found");
}

TEST_F(AdministrationApi, AKeyIsRotatedByThoseWhoSawItsVersion) {
  const Seen made = post("/api-keys", R"({"name":"desk","permissions":["users.read"]})");
  Request request = request_for(Method::get, "/api/v1/users", "");
  request.authorization = "Bearer " + made.text("key");
  EXPECT_EQ(get("/api-keys/desk").at("version"), 0);
  const Seen rotated = post("/api-keys/desk/rotate", R"({"version":0})");
  EXPECT_EQ(rotated.status(), 200);
  EXPECT_EQ(rotated.at("api_key").at("version"), 1);
  EXPECT_EQ(send(request).verdict(), "401 unauthenticated");
  request.authorization = "Bearer " + rotated.text("key");
  EXPECT_EQ(send(request).status(), 200);
  EXPECT_EQ(post("/api-keys/desk/rotate", R"({"version":0})").verdict(), "409 conflict");
  EXPECT_EQ(post("/api-keys/desk/rotate", R"({"version":-1})").verdict(), "400 invalid_input");
  EXPECT_EQ(get("/api-keys/none").verdict(), "404 not_found");
}

TEST_F(AdministrationApi, TheKeyEncryptionKeyIsChangedByItsOwner) {
  const Seen before = get("/rekey");
  EXPECT_EQ(before.text("state"), "idle");
  EXPECT_EQ(before.at("remaining"), 0);
  EXPECT_EQ(post("/rekey", R"({"prepare":true})").text("state"), "prepared");
  const Seen begun = post("/rekey");
  EXPECT_EQ(begun.status(), 202);
  EXPECT_EQ(begun.text("state"), "running");
  EXPECT_EQ(begun.at("older").as_array().at(0), before.at("current"));
  EXPECT_EQ(begun.at("remaining"), 2) << "the PIN key and the audit's";
  EXPECT_EQ(post("/rekey").verdict(), "409 conflict");
  EXPECT_EQ(post("/rekey", R"({"now":true})").verdict(), "400 invalid_input");
  EXPECT_EQ(call_with({Permission::keys_write}, Method::get, "/rekey").verdict(),
            "403 not_allowed");
  EXPECT_EQ(call_with({Permission::rekey}, Method::get, "/rekey").status(), 200);
}

TEST_F(AdministrationApi, AKeyCannotMakeOneThatMayDoMore) {
  EXPECT_EQ(call_with({Permission::keys_write}, Method::post, "/api-keys",
                      R"({"name":"more","permissions":["tokens.write"]})")
                .verdict(),
            "403 not_allowed");
}

TEST_F(AdministrationApi, KeysOfAnotherFormAreRefused) {
  for (const char* body :
       {R"({"name":"x"})", R"({"name":"x","permissions":[]})",
        R"({"name":"x","permissions":["everything"]})", R"({"permissions":["users.read"]})",
        R"({"name":"a b","permissions":["users.read"]})",
        R"({"name":"x","permissions":"users.read"})"}) {
    EXPECT_EQ(post("/api-keys", body).verdict(), "400 invalid_input") << body;
  }
}

TEST_F(AdministrationApi, ThePolicyIsReadAndReplaced) {
  const Seen before = get("/policy");
  EXPECT_EQ(before.status(), 200);
  EXPECT_EQ(before.at("revision"), 0);
  EXPECT_EQ(before.text("preset"), "default");
  EXPECT_EQ(before.at("document").at("preset"), "default");

  const Seen done = put("/policy", R"({"preset":"mideye","set":{"event.accept":3}})");
  EXPECT_EQ(done.status(), 200);
  EXPECT_EQ(done.at("revision"), 1);
  EXPECT_EQ(done.at("document").at("set").at("event.accept"), 3);
  EXPECT_EQ(get("/policy").response.body, done.response.body);
  for (const char* body : {R"({"preset":"none"})", R"({"preset":"default","set":{"x":1}})",
                           R"({"preset":"default","set":{"event.accept":-1}})"}) {
    EXPECT_EQ(put("/policy", body).verdict(), "400 invalid_input") << body;
  }
  EXPECT_EQ(get("/policy").at("revision"), 1);
}

TEST_F(AdministrationApi, TheOddsAreOfThePolicyInForce) {
  const Seen seen = get("/policy/odds");
  EXPECT_EQ(seen.status(), 200);
  const boost::json::array items = seen.at("items").as_array();
  ASSERT_FALSE(items.empty());
  for (const boost::json::value& item : items) {
    EXPECT_GT(item.at("per_attempt").as_double(), 0);
    EXPECT_LE(item.at("per_attempt").as_double(), item.at("per_escalation").as_double());
    EXPECT_FALSE(item.at("label").as_string().empty());
  }
}

TEST_F(AdministrationApi, TheAuditIsReadNewestFirstInPages) {
  for (const char* name : {"anna", "bert", "carl"}) {
    EXPECT_EQ(put(std::string("/users/") + name, "{}").status(), 201);
  }
  const Seen first = get("/audit?limit=2");
  ASSERT_EQ(first.at("items").as_array().size(), 2U);
  const boost::json::value newest = first.at("items").as_array().at(0);
  EXPECT_EQ(newest.at("kind"), "user.created");
  EXPECT_EQ(newest.at("user"), "carl");
  EXPECT_EQ(newest.at("actor"), "owner");
  EXPECT_EQ(newest.at("hash").as_string().size(), 64U);
  const Seen second = get("/audit?limit=2&after=" + first.text("next"));
  EXPECT_EQ(second.at("items").as_array().at(0).at("user"), "anna");
  EXPECT_EQ(get("/audit?user=Bert").at("items").as_array().size(), 1U);
  EXPECT_EQ(get("/audit?serial=NONE").at("items").as_array().size(), 0U);
}

TEST_F(AdministrationApi, AnAuditPlaceThatIsNoneIsRefused) {
  for (const char* after :
       {"x", "1", "1_", "_1", "1_1", "1_1_", "1_1_x", "1_1_1_1", "1_1_+1", "_1_1", "1-1-1"}) {
    EXPECT_EQ(get(std::string("/audit?after=") + after).verdict(), "400 invalid_input") << after;
  }
}

}  // namespace
}  // namespace lockstep
