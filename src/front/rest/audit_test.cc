// SPDX-License-Identifier: Apache-2.0
#include "base/hex.h"
#include "front/rest/api_fixture.h"

namespace lockstep {
namespace {

using testing::HasSubstr;

class AuditApi : public ApiTest {
 protected:
  static std::string rfc3339(WallTime time) { return to_rfc3339(time); }
  std::vector<std::string> users(const std::string& query) {
    std::vector<std::string> result;
    const Seen seen = get("/audit?" + query);
    EXPECT_EQ(seen.status(), 200) << query;
    const boost::json::value items = seen.at("items");
    for (const auto& item : items.as_array()) {
      const auto* user = item.as_object().if_contains("user");
      result.emplace_back(user == nullptr ? "" : user->as_string().c_str());
    }
    return result;
  }
};

TEST_F(AuditApi, APeriodIsReadInEitherOrder) {
  const WallTime start = clock.now().wall;
  for (const char* name : {"anna", "bert", "carl"}) {
    clock.advance(Seconds(10));
    add_user(name);
  }
  const std::string since = "since=" + rfc3339(start + Seconds(20));
  EXPECT_EQ(users(since), (std::vector<std::string>{"carl", "bert"}));
  EXPECT_EQ(users(since + "&order=oldest_first"), (std::vector<std::string>{"bert", "carl"}));
  EXPECT_EQ(users(since + "&until=" + rfc3339(start + Seconds(30))),
            std::vector<std::string>{"bert"});
  const Seen page = get("/audit?order=oldest_first&limit=3");
  EXPECT_EQ(users("order=oldest_first&after=" + page.text("next")),
            std::vector<std::string>{"carl"});
  EXPECT_EQ(get("/audit?since=yesterday").verdict(), "400 invalid_input");
  EXPECT_EQ(get("/audit?order=random").verdict(), "400 invalid_input");
}

TEST_F(AuditApi, VerifiesWithItsSignatures) {
  add_user("anna");
  ASSERT_TRUE(sign_audit(*services));
  const Seen seen = post("/audit/verify");
  EXPECT_EQ(seen.status(), 200);
  EXPECT_EQ(seen.at("intact"), true);
  EXPECT_EQ(seen.at("signatures_checked"), true);
  EXPECT_EQ(seen.at("records").as_int64(), 2);
  EXPECT_EQ(seen.at("chain_list").at(0).at("signed").as_int64(), 2);
  EXPECT_TRUE(seen.at("broken").is_null());
}

TEST_F(AuditApi, ComparesWithHeadsThatTheCallerKept) {
  ASSERT_TRUE(sign_audit(*services));
  const Seen heads = get("/audit/heads");
  EXPECT_EQ(heads.status(), 200);
  EXPECT_EQ(heads.text("public_key"), to_hex(services->audit.public_key()));
  EXPECT_EQ(heads.at("items").as_array().size(), 1U);
  EXPECT_EQ(heads.at("checkpoints").as_array().size(), 0U);
  const std::string noted = to_json(heads.at("items"));
  EXPECT_EQ(post("/audit/verify", R"({"noted":)" + noted + "}").at("intact"), true);

  std::string longer = noted;
  longer.replace(longer.find(R"("seq":1)"), 7, R"("seq":9)");
  const Seen cut = post("/audit/verify", R"({"noted":)" + longer + "}");
  EXPECT_EQ(cut.at("intact"), false);
  EXPECT_EQ(cut.at("broken").at("kind"), "forged");
  for (const char* body :
       {R"({"noted":1})", R"({"noted":[1]})", R"({"noted":[{}]})", R"({"x":1})", "[]"}) {
    EXPECT_EQ(post("/audit/verify", body).verdict(), "400 invalid_input") << body;
  }
}

TEST_F(AuditApi, TheStatusSaysHowFarIsSignedAndMirrored) {
  const Seen fresh = get("/audit/status");
  EXPECT_EQ(fresh.at("last").as_int64(), 1);
  EXPECT_TRUE(fresh.at("signed").is_null());
  EXPECT_EQ(fresh.at("mirror").at("state"), "off");
  ASSERT_TRUE(sign_audit(*services));
  services->mirror.set({MirrorState::Kind::failing, 7, "the disk is full"});
  const Seen failing = get("/audit/status");
  EXPECT_EQ(failing.at("signed").as_int64(), 1);
  EXPECT_EQ(failing.at("mirror").at("state"), "failing");
  EXPECT_EQ(failing.at("mirror").at("behind").as_int64(), 7);
  EXPECT_EQ(failing.at("mirror").at("why"), "the disk is full");
}

TEST_F(AuditApi, PruningSaysFirstWhatItWouldDo) {
  add_user("anna");
  ASSERT_TRUE(sign_audit(*services));
  clock.advance(std::chrono::days(100));
  const std::string before = rfc3339(clock.now().wall - std::chrono::days(31));
  const Seen dry = post("/audit/prune", R"({"dry_run":true,"before":")" + before + "\"}");
  EXPECT_EQ(dry.at("records").as_int64(), 2);
  EXPECT_EQ(dry.at("removed").as_int64(), 0);
  EXPECT_EQ(get("/audit").at("items").as_array().size(), 2U);
  const Seen done = post("/audit/prune", R"({"before":")" + before + "\"}");
  EXPECT_EQ(done.at("removed").as_int64(), 2);
  EXPECT_EQ(done.at("chains").at(0).at("last").as_int64(), 2);
  EXPECT_EQ(post("/audit/verify").at("intact"), true);
  EXPECT_EQ(get("/audit/heads").at("checkpoints").as_array().size(), 1U);
}

TEST_F(AuditApi, PruningNeedsTheRightToSetThePolicyAndAnOldDate) {
  const std::string now = R"({"before":")" + rfc3339(clock.now().wall) + "\"}";
  EXPECT_EQ(post("/audit/prune", now).verdict(), "400 invalid_input");
  EXPECT_EQ(post("/audit/prune", "{}").verdict(), "400 invalid_input");
  EXPECT_EQ(call_with({Permission::audit_read}, Method::post, "/audit/prune", now).verdict(),
            "403 not_allowed");
}

}  // namespace
}  // namespace lockstep
