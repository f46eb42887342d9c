// SPDX-License-Identifier: Apache-2.0
#include "front/rest/portal_fixture.h"

namespace lockstep {
namespace {

class PortalDeviceRoutes : public PortalTest {};

TEST_F(PortalDeviceRoutes, AreListedAsTheContractSays) {
  TokenPatch patch;
  patch.model = "Key fob";
  ASSERT_TRUE(patch_token(*services, owner(), serial("FOB-4411"), patch, {}));
  const Seen seen = portal(by_passcode(), Method::get, "/devices");
  EXPECT_EQ(seen.status(), 200);
  EXPECT_EQ(seen.text("email"), "a•••@example.org");
  ASSERT_EQ(seen.at("items").as_array().size(), 1U);
  const auto device = seen.at("items").as_array()[0];
  EXPECT_EQ(device.at("serial").as_string(), "FOB-4411");
  EXPECT_EQ(device.at("name").as_string(), "Key fob");
  EXPECT_EQ(device.at("kind").as_string(), "totp");
  EXPECT_EQ(device.at("life").as_string(), "active");
  EXPECT_EQ(device.at("sync").as_string(), "in_sync");
  EXPECT_EQ(device.at("actions").as_array().size(), 6U);
  EXPECT_TRUE(seen.at("temporary_code").is_null());
}

TEST_F(PortalDeviceRoutes, WhatMattersNeedsAFreshCodeByMail) {
  const Browser stale = by_passcode();
  const std::pair<Method, const char*> calls[] = {{Method::put, "/portal/devices/FOB-4411/primary"},
                                                  {Method::post, "/portal/devices/FOB-4411/lost"},
                                                  {Method::post, "/portal/temporary-code"},
                                                  {Method::post, "/resync"}};
  for (const auto& [method, path] : calls) {
    const bool resync = std::string(path) == "/resync";
    const std::string body = resync ? R"({"serial":"FOB-4411"})" : "";
    EXPECT_EQ(browse(stale, method, path, body).verdict(), "401 step_up_required") << path;
  }
  EXPECT_EQ(token("FOB-4411").status, TokenStatus::enabled);

  const Browser fresh = by_mail();
  clock.advance(Seconds(600) - Micros(1));
  EXPECT_EQ(portal(fresh, Method::put, "/devices/FOB-4411/primary").status(), 204);
  clock.advance(Micros(1));
  EXPECT_EQ(portal(fresh, Method::put, "/devices/FOB-4411/primary").verdict(),
            "401 step_up_required");
}

TEST_F(PortalDeviceRoutes, RenamesReportsAndTests) {
  const Browser fresh = by_mail();
  const Seen named = portal(fresh, Method::patch, "/devices/FOB-4411", R"({"name":"Office key"})");
  EXPECT_EQ(named.text("name"), "Office key");
  const Seen tested =
      portal(fresh, Method::post, "/devices/FOB-4411/test", R"({"code":")" + shown() + R"("})");
  EXPECT_EQ(tested.status(), 200) << tested.response.body;
  EXPECT_TRUE(tested.at("evidence").is_null());
  const Seen wrong = portal(fresh, Method::post, "/devices/FOB-4411/test",
                            R"({"code":")" + wrong_code(shown()) + R"("})");
  EXPECT_EQ(wrong.verdict(), "422 no_match");
  EXPECT_TRUE(wrong.at("evidence").is_null());
  EXPECT_EQ(portal(fresh, Method::post, "/devices/FOB-4411/lost", R"({"how":"eaten"})").verdict(),
            "400 invalid_input");
  const Seen lost = portal(fresh, Method::post, "/devices/FOB-4411/lost",
                           R"({"how":"lost","note":"in the lake"})");
  EXPECT_EQ(lost.text("life"), "lost");
}

TEST_F(PortalDeviceRoutes, AnotherSerialIsNotAssignedWhetherItExistsOrNot) {
  add_person("berta");
  add_card("berta", "OTHER");
  const Browser fresh = by_mail();
  for (const char* other : {"OTHER", "NOWHERE", "no%20serial!"}) {
    const std::string at = std::string("/devices/") + other;
    EXPECT_EQ(portal(fresh, Method::patch, at, R"({"name":"x"})").verdict(), "404 not_assigned");
    EXPECT_EQ(portal(fresh, Method::put, at + "/primary").verdict(), "404 not_assigned");
    EXPECT_EQ(portal(fresh, Method::post, at + "/test", R"({"code":"123456"})").verdict(),
              "404 not_assigned");
    EXPECT_EQ(portal(fresh, Method::post, at + "/lost", R"({"how":"lost"})").verdict(),
              "404 not_assigned");
  }
}

}  // namespace
}  // namespace lockstep
