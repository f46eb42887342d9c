// SPDX-License-Identifier: Apache-2.0
#include "front/rest/portal_fixture.h"

namespace lockstep {
namespace {

class PortalAccountRoutes : public PortalTest {};

TEST_F(PortalAccountRoutes, ATemporaryCodeIsShownOnceAndSignsIn) {
  const Browser fresh = by_mail();
  const Seen given = portal(fresh, Method::post, "/temporary-code");
  EXPECT_EQ(given.status(), 201);
  const std::string code = given.at("codes").at(0).as_string().c_str();
  EXPECT_EQ(code.size(), 8U);
  const Seen list = portal(fresh, Method::get, "/devices");
  EXPECT_EQ(list.at("temporary_code").at("codes").as_int64(), 0);
  EXPECT_EQ(list.response.body.find(code), std::string::npos);
  EXPECT_EQ(portal({}, Method::post, "/session", code_body("anna", code)).text("decision"),
            "accept");
  EXPECT_EQ(portal(fresh, Method::delete_, "/temporary-code").status(), 204);
  EXPECT_EQ(portal({}, Method::post, "/session", code_body("anna", code)).text("decision"),
            "reject");
}

TEST_F(PortalAccountRoutes, ActivityAndNotMe) {
  const Browser browser = by_mail();
  const Seen seen = portal(browser, Method::get, "/activity");
  ASSERT_EQ(seen.status(), 200);
  const auto first = seen.at("items").at(0);
  EXPECT_EQ(first.at("what").as_string(), "email_code");
  EXPECT_EQ(first.at("result").as_string(), "ok");
  EXPECT_EQ(first.at("not_me").as_string(), "possible");
  const std::string path = "/activity/" + std::string(first.at("id").as_string()) + "/not-me";
  EXPECT_EQ(portal(by_passcode(), Method::post, path).verdict(), "401 step_up_required");
  const Seen done = portal(browser, Method::post, path);
  EXPECT_EQ(done.response.body, R"({"suspended":["FOB-4411"]})");
  EXPECT_EQ(portal(browser, Method::post, path).response.body, done.response.body);
  for (const char* id : {"1", "1-", "-1", "x-y", "1-999999", "99999999999999999999-1"}) {
    EXPECT_EQ(portal(browser, Method::post, std::string("/activity/") + id + "/not-me").verdict(),
              "404 not_found")
        << id;
  }
}

TEST_F(PortalAccountRoutes, HelpIsAskedFiveTimesADay) {
  const Browser browser = by_passcode();
  const std::string body = R"({"about":"replacement","serial":"FOB-4411","note":"broken"})";
  for (int i = 0; i < 5; ++i) EXPECT_EQ(portal(browser, Method::post, "/help", body).status(), 202);
  EXPECT_EQ(portal(browser, Method::post, "/help", body).verdict(), "429 too_many_attempts");
  EXPECT_EQ(portal(browser, Method::post, "/help", R"({"about":"lunch"})").verdict(),
            "400 invalid_input");
  EXPECT_EQ(
      portal(browser, Method::post, "/help", R"({"about":"other","serial":"OTHER"})").verdict(),
      "404 not_assigned");
}

}  // namespace
}  // namespace lockstep
