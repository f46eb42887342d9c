// SPDX-License-Identifier: Apache-2.0
#include "front/rest/console_fixture.h"

namespace lockstep {
namespace {

using testing::HasSubstr;
using testing::Not;

class OperatorRoutes : public ConsoleTest {};

TEST_F(OperatorRoutes, AnOperatorIsMadeReadChangedAndDeleted) {
  add_user("karin");
  ASSERT_EQ(put("/groups/staff").status(), 204);
  const Seen made = post("/operators", R"({"name":"Karin","role":"help_desk","scope":["staff"],)"
                                       R"("tokens_of":"karin","full_name":"Karin K"})");
  EXPECT_EQ(made.verdict(), "201");
  EXPECT_EQ(made.at("operator").at("name"), "karin");
  EXPECT_EQ(made.at("operator").at("is_set_up"), false);
  EXPECT_THAT(made.at("setup").at("path").as_string().c_str(), HasSubstr("/console/setup#"));
  EXPECT_EQ(post("/operators", R"({"name":"karin","role":"owner"})").verdict(), "409 conflict");

  const Seen read = get("/operators/karin");
  EXPECT_EQ(read.text("role"), "help_desk");
  EXPECT_EQ(read.at("scope").as_array().size(), 1U);
  EXPECT_THAT(read.response.body, Not(HasSubstr("password")));
  EXPECT_EQ(get("/operators").at("items").as_array().size(), 1U);

  const Seen changed =
      call(Method::patch, "/operators/karin",
           R"({"role":"administrator","scope":null,"status":"disabled"})", read.header("ETag"));
  EXPECT_EQ(changed.verdict(), "200");
  EXPECT_EQ(changed.text("status"), "disabled");
  EXPECT_TRUE(changed.at("scope").as_array().empty());
  EXPECT_EQ(call(Method::patch, "/operators/karin", "{}", read.header("ETag")).verdict(),
            "409 conflict");
  EXPECT_EQ(remove("/operators/karin").status(), 204);
  EXPECT_EQ(get("/operators/karin").verdict(), "404 not_found");
}

TEST_F(OperatorRoutes, NonsenseIsRefused) {
  for (const char* body :
       {R"({"name":"a"})", R"({"role":"owner"})", R"({"name":"a","role":"root"})",
        R"({"name":"a","role":"owner","x":1})", R"({"name":"","role":"owner"})",
        R"({"name":"a","role":3})", R"({"name":"a","role":"auditor","scope":"staff"})",
        R"({"name":"a","role":"auditor","scope":[""]})",
        R"({"name":"a","role":"auditor","scope":[]})",
        R"({"name":"a","role":"auditor","status":"gone"})"}) {
    EXPECT_EQ(post("/operators", body).verdict(), "400 invalid_input") << body;
  }
  EXPECT_EQ(post("/operators", R"({"name":"a","role":"auditor","tokens_of":"b"})").verdict(),
            "404 not_found");
}

TEST_F(OperatorRoutes, AScopeEndsByNullAndNotByLeavingOutItsLastGroup) {
  put("/groups/staff");
  ASSERT_EQ(post("/operators", R"({"name":"a","role":"auditor","scope":["staff"]})").status(), 201);
  EXPECT_EQ(call(Method::patch, "/operators/a", R"({"scope":[]})").verdict(), "400 invalid_input");
  EXPECT_EQ(get("/operators/a").at("scope").as_array().size(), 1U);
  EXPECT_EQ(call(Method::patch, "/operators/a", R"({"scope":null})").status(), 200);
  EXPECT_EQ(get("/operators/a").at("scope").as_array().size(), 0U);
}

TEST_F(OperatorRoutes, AnotherLinkIsMade) {
  ASSERT_EQ(post("/operators", R"({"name":"a","role":"owner"})").status(), 201);
  const Seen link = post("/operators/a/setup");
  EXPECT_EQ(link.verdict(), "201");
  EXPECT_THAT(link.text("path"), HasSubstr("/console/setup#"));
  EXPECT_EQ(link.text("expires_at"), to_rfc3339(clock.now().wall + Seconds(86'400)));
}

TEST_F(OperatorRoutes, SessionsAreListedAndEnded) {
  add_operator("karin", "administrator");
  const std::string first = cookie_of("karin");
  const std::string second = cookie_of("karin");
  const Seen list = get("/operators/karin/sessions");
  ASSERT_EQ(list.at("items").as_array().size(), 2U);
  EXPECT_EQ(list.at("items").at(0).at("about"), "192.0.2.9");
  const std::string own(browse(first, Method::get, "/operator-sessions/current")
                            .at("session")
                            .at("id")
                            .as_string()
                            .c_str());
  EXPECT_EQ(remove("/operators/karin/sessions/" + own).status(), 204);
  EXPECT_EQ(browse(first, Method::get, "/users").verdict(), "401 unauthenticated");
  EXPECT_EQ(browse(second, Method::get, "/users").status(), 200);
  EXPECT_EQ(remove("/operators/karin/sessions").status(), 204);
  EXPECT_EQ(browse(second, Method::get, "/users").verdict(), "401 unauthenticated");
}

}  // namespace
}  // namespace lockstep
