// SPDX-License-Identifier: Apache-2.0
// Draft, comparison, history, and what holds for whom.
#include "front/rest/api_fixture.h"

namespace lockstep {
namespace {

using PolicyApi = ApiTest;

TEST_F(PolicyApi, FromADraftByWayOfItsDifferencesIntoForceAndBack) {
  EXPECT_EQ(get("/policy/draft").verdict(), "404 not_found");
  const Seen draft = put("/policy/draft", R"({"preset":"default","set":{"event.accept":5}})");
  EXPECT_EQ(draft.status(), 200);
  EXPECT_EQ(draft.at("base"), 0);
  EXPECT_EQ(draft.at("is_overtaken"), false);
  EXPECT_EQ(draft.text("by"), "owner");
  EXPECT_EQ(draft.at("document").at("set").at("event.accept"), 5);
  EXPECT_EQ(get("/policy/draft").response.body, draft.response.body);
  EXPECT_EQ(get("/policy").at("revision"), 0) << "nobody uses it";

  const Seen diff = get("/policy/diff");
  EXPECT_EQ(diff.text("from"), "0");
  EXPECT_EQ(diff.text("to"), "draft");
  const boost::json::value change = diff.at("changes").as_array().at(0);
  EXPECT_EQ(change.at("part"), "everybody");
  EXPECT_EQ(change.at("key"), "event.accept");
  EXPECT_EQ(change.at("before"), 2);
  EXPECT_EQ(change.at("after"), 5);
  EXPECT_EQ(change.at("words"), "event.accept: 2 codes -> 5 codes");
  const boost::json::value odds = diff.at("odds").as_array().at(0);
  EXPECT_EQ(odds.at("label"), "event, 6 digits");
  EXPECT_NEAR(odds.at("after").at("per_attempt").as_double() /
                  odds.at("before").at("per_attempt").as_double(),
              2.0, 1e-9);

  EXPECT_EQ(post("/policy/apply").at("revision"), 1);
  EXPECT_EQ(get("/policy").at("document").at("set").at("event.accept"), 5);
  EXPECT_EQ(get("/policy/draft").verdict(), "404 not_found");
  EXPECT_EQ(post("/policy/revert", R"({"revision":0})").at("revision"), 2);
  EXPECT_EQ(get("/policy/diff?from=0&to=current").at("changes").as_array().size(), 0U);
}

TEST_F(PolicyApi, ADraftIsChangedAndAppliedAtTheVersionThatWasSeen) {
  const std::string first = put("/policy/draft", R"({"preset":"sas"})").header("ETag");
  const std::string second = put("/policy/draft", R"({"preset":"rsa"})").header("ETag");
  EXPECT_EQ(call(Method::put, "/policy/draft", R"({"preset":"sas"})", first).verdict(),
            "409 conflict");
  EXPECT_EQ(call(Method::post, "/policy/apply", "", first).verdict(), "409 conflict");
  EXPECT_EQ(call(Method::delete_, "/policy/draft", "", first).verdict(), "409 conflict");
  const Seen diff = get("/policy/diff");
  EXPECT_EQ('"' + std::string(diff.at("draft_version").as_string().c_str()) + '"', second);
  EXPECT_EQ(call(Method::post, "/policy/apply", "", second).status(), 200);
}

TEST_F(PolicyApi, ADraftThatWasOvertakenSaysSoAndNeedsABase) {
  put("/policy/draft", R"({"preset":"sas"})");
  put("/policy", R"({"preset":"rsa"})");
  EXPECT_EQ(get("/policy/draft").at("is_overtaken"), true);
  EXPECT_EQ(post("/policy/apply").verdict(), "409 conflict");
  EXPECT_EQ(put("/policy/draft?base=1", R"({"preset":"sas"})").at("is_overtaken"), false);
  EXPECT_EQ(post("/policy/apply").at("revision"), 2);
}

TEST_F(PolicyApi, RevisionsComeInPagesTheNewestFirst) {
  for (const char* preset : {"sas", "rsa", "strict"}) {
    put("/policy", R"({"preset":")" + std::string(preset) + R"("})");
  }
  const Seen page = get("/policy/revisions?limit=2");
  const boost::json::array items = page.at("items").as_array();
  ASSERT_EQ(items.size(), 2U);
  EXPECT_EQ(items[0].at("revision"), 3);
  EXPECT_EQ(items[0].at("document").at("preset"), "strict");
  EXPECT_EQ(items[0].at("by"), "owner");
  EXPECT_EQ(page.text("next"), "2");
  const Seen last = get("/policy/revisions?limit=2&after=2");
  EXPECT_EQ(last.at("items").as_array().size(), 1U);
  EXPECT_TRUE(last.at("next").is_null());
}

TEST_F(PolicyApi, AnotherFormIsRefused) {
  EXPECT_EQ(put("/policy/draft", R"({"preset":"best"})").verdict(), "400 invalid_input");
  EXPECT_EQ(put("/policy/draft", "[]").verdict(), "400 invalid_input");
  for (const char* path :
       {"/policy/diff?from=x", "/policy/revisions?after=x",
        "/policy/revisions?after=99999999999999999999", "/policy/revisions?limit=0"}) {
    EXPECT_EQ(get(path).verdict(), "400 invalid_input") << path;
  }
  EXPECT_EQ(get("/policy/diff?from=7").verdict(), "404 not_found");
  for (const char* body : {"{}", R"({"revision":-1})", R"({"revision":"1"})"}) {
    EXPECT_EQ(post("/policy/revert", body).verdict(), "400 invalid_input") << body;
  }
  EXPECT_EQ(post("/policy/revert", R"({"revision":1})").verdict(), "404 not_found");
  EXPECT_EQ(put("/policy/draft?base=x", R"({"preset":"sas"})").verdict(), "400 invalid_input");
}

TEST_F(PolicyApi, APolicyOfGroupsAndModelsIsKeptAndExplained) {
  put("/users/anna", "{}");
  put("/groups/staff");
  put("/groups/staff/members/anna");
  post("/tokens", R"({"kind":"hotp","serial":"C1","model":"Acme 5","owner":"anna"})");
  EXPECT_EQ(put("/policy", R"({"preset":"sas",
      "groups":[{"group":"Staff","preset":"rsa","set":{"misses_to_two_codes":5}}],
      "models":[{"model":"Acme 5","set":{"event.accept":1}}]})")
                .status(),
            200);
  const Seen seen = get("/users/anna/policy");
  EXPECT_EQ(seen.status(), 200);
  EXPECT_EQ(seen.text("user"), "anna");
  EXPECT_EQ(seen.at("revision"), 1);
  EXPECT_EQ(seen.text("group"), "Staff");
  bool found = false;
  const boost::json::value values = seen.at("values");
  for (const boost::json::value& value : values.as_array()) {
    if (value.at("key") != "software.accept") continue;
    found = true;
    EXPECT_EQ(value.at("value"), 3);
    EXPECT_EQ(value.at("value_words"), "±3 steps");
    EXPECT_EQ(value.at("from").at("part"), "group");
    EXPECT_EQ(value.at("from").at("name"), "Staff");
    EXPECT_EQ(value.at("from").at("preset"), "rsa");
    EXPECT_EQ(value.at("from_words"), "group Staff, preset rsa");
  }
  EXPECT_TRUE(found);
  const boost::json::value token = seen.at("tokens").as_array().at(0);
  EXPECT_EQ(token.at("serial"), "C1");
  EXPECT_EQ(token.at("values").as_array().at(0).at("from_words"), "model Acme 5");
  EXPECT_EQ(get("/users/bert/policy").verdict(), "404 not_found");
  EXPECT_EQ(call_with({Permission::users_read}, Method::get, "/users/anna/policy").status(), 403);
}

}  // namespace
}  // namespace lockstep
