// SPDX-License-Identifier: Apache-2.0
#include <boost/json/serialize.hpp>

#include "front/rest/console_fixture.h"
#include "service/exchange_log.h"

namespace lockstep {
namespace {

class RadiusRoutes : public ConsoleTest {
 protected:
  RadiusRoutes() {
    router_ = make_api_router(*services, {.service_uid = 1000, .exchanges = &exchanges});
    add_user("anna");
    say("gate", "anna", 1);
    say("vpn", "hunter2", 2);
    exchanges.expect({"gate", "vpn", "quiet"});
  }

  void say(const std::string& client, const std::string& user, int second) {
    Exchange made;
    made.at = WallTime(Seconds(1'700'000'000 + second));
    made.client = client;
    made.peer = "192.0.2.1 port 40000";
    made.user = user;
    made.fate = "rejected";
    made.request = {"Access-Request", {{"NAS-Identifier", "gate"}}};
    made.reply = SpokenPacket{"Access-Reject", {}};
    Sha256Digest packet{};
    packet[0] = static_cast<std::uint8_t>(second);
    exchanges.add(packet, Trust::proven, std::move(made));
  }

  ExchangeLog exchanges;
};

TEST_F(RadiusRoutes, TheLastExchangesAreShownDecoded) {
  const Seen seen = get("/radius/exchanges?client=gate");
  EXPECT_EQ(seen.status(), 200);
  ASSERT_EQ(seen.at("items").as_array().size(), 1U);
  EXPECT_EQ(boost::json::serialize(seen.at("items").as_array().front()),
            R"({"at":"2023-11-14T22:13:21Z","client":"gate","peer":"192.0.2.1 port 40000",)"
            R"("fate":"rejected","again":0,"request":{"kind":"Access-Request",)"
            R"("attributes":[{"name":"NAS-Identifier","value":"gate"}]},"user":"anna",)"
            R"("reply":{"kind":"Access-Reject","attributes":[]}})");
}

TEST_F(RadiusRoutes, AClientThatNeverAskedIsNotOneThatThereIsNot) {
  EXPECT_TRUE(get("/radius/exchanges?client=quiet").at("items").as_array().empty());
  EXPECT_EQ(get("/radius/exchanges?client=gaet").verdict(), "404 not_found");
}

TEST_F(RadiusRoutes, ANameThatNobodyHasIsNotShown) {
  const Seen seen = get("/radius/exchanges");
  ASSERT_EQ(seen.at("items").as_array().size(), 2U);
  EXPECT_EQ(boost::json::serialize(seen.json).find("hunter2"), std::string::npos);
}

TEST_F(RadiusRoutes, OnlyWhoMayDiagnoseSeesThem) {
  EXPECT_EQ(call_with({Permission::audit_read}, Method::get, "/radius/exchanges").verdict(),
            "403 not_allowed");
  EXPECT_EQ(call_with({Permission::diagnose}, Method::get, "/radius/exchanges").status(), 200);
}

TEST_F(RadiusRoutes, WhoHasAScopeSeesTheirOwnUsersOnly) {
  put("/groups/staff");
  add_user("ute");
  say("gate", "ute", 3);
  put("/groups/staff/members/anna");
  add_operator("olle", "help_desk", "staff");
  const Seen seen = browse(cookie_of("olle"), Method::get, "/radius/exchanges");
  ASSERT_EQ(seen.status(), 200) << seen.response.body;
  ASSERT_EQ(seen.at("items").as_array().size(), 1U);
  EXPECT_EQ(seen.at("items").as_array().front().at("user"), "anna");
}

TEST_F(RadiusRoutes, WhereNothingIsSpokenThereIsNothing) {
  router_ = make_api_router(*services, {.service_uid = 1000});
  EXPECT_TRUE(get("/radius/exchanges").at("items").as_array().empty());
}

}  // namespace
}  // namespace lockstep
