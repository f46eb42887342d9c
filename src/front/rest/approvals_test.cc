// SPDX-License-Identifier: Apache-2.0
#include "front/rest/console_fixture.h"

namespace lockstep {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

class ApprovalRoutes : public ConsoleTest {
 protected:
  ApprovalRoutes() {
    add_user("anna");
    for (int i = 0; i < 11; ++i) add_card("anna", "T" + std::to_string(i));
  }

  void demand_two() {
    ASSERT_EQ(put("/policy", R"({"preset":"default","set":{"approval.export":true,)"
                             R"("approval.mass_change":true}})")
                  .status(),
              200);
  }
  static std::string bulk(const std::string& what) {
    std::string serials;
    for (int i = 0; i < 11; ++i) {
      serials += std::string(serials.empty() ? "" : ",") + "\"T" + std::to_string(i) + "\"";
    }
    return R"({"serials":[)" + serials + "]," + what + "}";
  }
  static std::string id_in(const Seen& seen) {
    return std::string(seen.at("approval").at("id").as_string().c_str());
  }
};

TEST_F(ApprovalRoutes, ManyTokensAreChangedByOneCall) {
  const Seen done = post("/tokens/bulk", bulk(R"("state":"lost")"));
  EXPECT_EQ(done.verdict(), "200");
  EXPECT_EQ(done.at("changed"), 11);
  EXPECT_EQ(token("T10").status, TokenStatus::lost);
  EXPECT_EQ(post("/tokens/bulk", bulk(R"("delete":true)")).at("changed"), 11);
  EXPECT_EQ(get("/tokens/T0").verdict(), "404 not_found");
}

TEST_F(ApprovalRoutes, ABulkChangeIsOneThing) {
  for (const char* what : {R"("state":"lost","delete":true)", R"("delete":false)",
                           R"("state":"gone")", R"("state":"lost","x":1)"}) {
    EXPECT_EQ(post("/tokens/bulk", bulk(what)).verdict(), "400 invalid_input") << what;
  }
  EXPECT_EQ(post("/tokens/bulk", R"({"serials":["!"],"state":"lost"})").verdict(),
            "400 invalid_input");
  EXPECT_EQ(post("/tokens/bulk", R"({"serials":["NONE"],"state":"lost"})").verdict(),
            "404 not_found");
}

TEST_F(ApprovalRoutes, WhereTwoAreNeededTheSecondDecides) {
  demand_two();
  add_operator("karin", "administrator");
  add_operator("olle", "administrator");
  const std::string karin = cookie_of("karin");
  const std::string olle = cookie_of("olle");
  const Seen asked = browse(karin, Method::post, "/tokens/bulk", bulk(R"("state":"lost")"));
  EXPECT_EQ(asked.verdict(), "202");
  const std::string path = "/approvals/" + id_in(asked);
  EXPECT_EQ(browse(karin, Method::post, path + "/approve").verdict(), "403 not_allowed");
  const Seen list = browse(olle, Method::get, "/approvals");
  ASSERT_EQ(list.at("items").as_array().size(), 1U);
  EXPECT_EQ(list.at("items").at(0).at("asked_by"), "operator:karin");
  EXPECT_EQ(list.at("items").at(0).at("change"), "lost");
  EXPECT_EQ(list.at("items").at(0).at("serials").as_array().size(), 11U);
  EXPECT_EQ(browse(olle, Method::post, path + "/approve").status(), 204);
  EXPECT_EQ(token("T10").status, TokenStatus::lost);
  EXPECT_EQ(browse(olle, Method::post, path + "/approve").verdict(), "404 not_found");

  const Seen again = browse(karin, Method::post, "/tokens/bulk", bulk(R"("delete":true)"));
  EXPECT_EQ(browse(olle, Method::post, "/approvals/" + id_in(again) + "/refuse").status(), 204);
  EXPECT_EQ(get("/tokens/T0").status(), 200);
}

TEST_F(ApprovalRoutes, TheInventoryIsCsvWithoutSeeds) {
  const Seen seen = post("/inventory-exports", "{}");
  EXPECT_EQ(seen.status(), 200);
  EXPECT_EQ(seen.response.content_type, "text/csv; charset=utf-8");
  EXPECT_THAT(seen.response.body,
              StartsWith("serial,state,kind,algorithm,digits,step_seconds,t0_seconds,form,model,"
                         "owner,valid_from,valid_until,created_at,life,batch,warranty_until,"
                         "assigned_at,last_used_at\nT0,"));
  EXPECT_THAT(seen.response.body, HasSubstr("\nT10,"));
  EXPECT_THAT(seen.response.body, HasSubstr(",anna,"));
  const std::string now = to_rfc3339(clock.now().wall);
  EXPECT_THAT(seen.response.body, HasSubstr("," + now + ",assigned,,," + now + ",\n"));
  const Seen some = post("/inventory-exports", R"({"q":"T10"})");
  EXPECT_THAT(some.response.body, HasSubstr("\nT10,"));
  EXPECT_THAT(some.response.body, Not(HasSubstr("\nT0,")));
}

TEST_F(ApprovalRoutes, AnExportThatNeedsTwoIsDoneAfterwards) {
  demand_two();
  add_operator("olle", "owner");
  const Seen asked = post("/inventory-exports", "{}");
  EXPECT_EQ(asked.verdict(), "202");
  const std::string body = R"({"approval":")" + id_in(asked) + R"("})";
  EXPECT_EQ(post("/inventory-exports", body).verdict(), "409 conflict");
  EXPECT_EQ(
      browse(cookie_of("olle"), Method::post, "/approvals/" + id_in(asked) + "/approve").status(),
      204);
  EXPECT_EQ(post("/inventory-exports", body).status(), 200);
  EXPECT_EQ(post("/inventory-exports", body).verdict(), "404 not_found");
  EXPECT_EQ(post("/inventory-exports", R"({"approval":"x"})").verdict(), "404 not_found");
}

TEST_F(ApprovalRoutes, WhatIsNoneIsNotFound) {
  for (const char* id : {"1", "x", "-1", "99999999999999999999"}) {
    EXPECT_EQ(post("/approvals/" + std::string(id) + "/approve").verdict(), "404 not_found");
    EXPECT_EQ(post("/approvals/" + std::string(id) + "/refuse").verdict(), "404 not_found");
  }
}

}  // namespace
}  // namespace lockstep
