// SPDX-License-Identifier: Apache-2.0
#include "front/rest/console_fixture.h"

namespace lockstep {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class ReportsApi : public ConsoleTest {
 protected:
  ReportsApi() {
    add_user("anna");
    card_.emplace(add_card("anna", "A1"));
    log_in("anna", card_->press());
    log_in("anna", wrong_code(card_->code_at(Position(5'000))));
    clock.advance(Seconds(1));
  }
  std::optional<SimulatedToken> card_;
};

std::size_t items_of(const Seen& seen) { return seen.at("items").as_array().size(); }

TEST_F(ReportsApi, ActivityIsFilteredByTopicKindReasonAndActor) {
  EXPECT_EQ(items_of(get("/activity?user=anna&about=sign_ins")), 2U);
  EXPECT_EQ(items_of(get("/activity?user=anna&kind=login.refused")), 1U);
  EXPECT_EQ(items_of(get("/activity?reason=no_match")), 1U);
  EXPECT_EQ(items_of(get("/activity?actor=key:vpn")), 2U);
  EXPECT_EQ(items_of(get("/activity?serial=A1&about=changes&limit=1")), 1U);
  for (const char* wrong : {"about=all", "kind=login", "reason=bored", "since=monday",
                            "about=changes&kind=login.refused"}) {
    EXPECT_EQ(get(std::string("/activity?") + wrong).verdict(), "400 invalid_input") << wrong;
  }
}

TEST_F(ReportsApi, PagesOfActivityFollowOneAnother) {
  const Seen first = get("/activity?user=anna&about=sign_ins&limit=1");
  ASSERT_EQ(items_of(first), 1U);
  const Seen second = get("/activity?user=anna&about=sign_ins&limit=1&after=" + first.text("next"));
  ASSERT_EQ(items_of(second), 1U);
  EXPECT_NE(first.at("items"), second.at("items"));
}

TEST_F(ReportsApi, EvidenceIsForWhoMayDiagnose) {
  const char* path = "/activity?user=anna&kind=login.accepted";
  const Seen bare = call_with({Permission::reports_read}, Method::get, path);
  EXPECT_EQ(bare.status(), 200);
  EXPECT_THAT(bare.response.body, Not(HasSubstr("position")));
  const Seen whole = call_with({Permission::reports_read, Permission::diagnose}, Method::get, path);
  EXPECT_THAT(whole.response.body, HasSubstr("position"));
}

TEST_F(ReportsApi, AChangeShowsWhatWasAndWhatIs) {
  put("/users/anna", R"({"email":"old@example.org"})");
  put("/users/anna", R"({"email":"new@example.org","phone":"+46 8 1"})");
  const Seen seen = get("/activity?user=anna&about=changes&limit=1");
  EXPECT_THAT(seen.response.body, HasSubstr("old@example.org"));
  EXPECT_THAT(seen.response.body, HasSubstr("new@example.org"));
  EXPECT_EQ(get("/users/anna").text("phone"), "+46 8 1");
}

TEST_F(ReportsApi, CountsCarryTheirSpanAndTotal) {
  const Seen seen = get("/reports/sign-ins");
  EXPECT_EQ(seen.at("total"), 2);
  EXPECT_EQ(items_of(seen), 2U);
  EXPECT_EQ(get("/reports/sign-ins?until=" + seen.text("since")).at("total"), 0);
  EXPECT_EQ(
      get("/reports/sign-ins?since=2030-01-01T00:00:00Z&until=2029-01-01T00:00:00Z").verdict(),
      "400 invalid_input");
  EXPECT_EQ(get("/reports/resyncs").at("total"), 0);
  EXPECT_GT(get("/reports/changes?serial=A1").at("total").as_int64(), 0);
}

TEST_F(ReportsApi, EachNumberOfAttentionIsTheLengthOfItsList) {
  add_user("bo");
  const Seen seen = get("/reports/attention");
  int with_rows = 0;
  const boost::json::value items = seen.at("items");
  for (const boost::json::value& item : items.as_array()) {
    const Seen list = get(std::string(item.at("list").as_string().c_str()));
    ASSERT_EQ(list.status(), 200) << item;
    EXPECT_EQ(static_cast<std::int64_t>(items_of(list)), item.at("count").to_number<int>()) << item;
    if (items_of(list) > 0) ++with_rows;
  }
  EXPECT_EQ(with_rows, 2) << "bo has no token, and nobody is in a group";
}

TEST_F(ReportsApi, MetricsOfAUser) {
  const Seen seen = get("/users/anna/metrics");
  EXPECT_EQ(seen.at("accepted"), 1);
  EXPECT_EQ(seen.at("refused"), 1);
  EXPECT_EQ(seen.at("refused_by_reason").as_array().at(0).at("reason"), "no_match");
  EXPECT_THAT(seen.text("last_accepted"), Not(IsEmpty()));
  EXPECT_EQ(get("/users/bo/metrics").verdict(), "404 not_found");
}

TEST_F(ReportsApi, ASnapshotSaysHowTheServiceDoes) {
  const Seen seen = get("/reports/snapshot");
  ASSERT_EQ(seen.status(), 200);
  EXPECT_EQ(seen.at("today").at("accepted"), 1);
  EXPECT_EQ(seen.at("today").at("refused"), 1);
  EXPECT_EQ(seen.at("sync").at("in_sync"), 1);
  EXPECT_EQ(seen.at("locked"), 0);
  EXPECT_THAT(seen.at("attention").as_array(), IsEmpty());
}

TEST_F(ReportsApi, AnOperatorOfNarrowScopeAsksAboutTheirOwn) {
  put("/groups/staff");
  put("/groups/staff/members/anna");
  add_operator("karin", "help_desk", "staff");
  const std::string cookie = cookie_of("karin");
  EXPECT_EQ(browse(cookie, Method::get, "/activity?user=anna").status(), 200);
  EXPECT_EQ(browse(cookie, Method::get, "/users/anna/metrics").status(), 200);
  const Seen snapshot = browse(cookie, Method::get, "/reports/snapshot");
  EXPECT_EQ(snapshot.status(), 200);
  EXPECT_TRUE(snapshot.at("today").is_null()) << "the audit is everybody's";
  EXPECT_EQ(browse(cookie, Method::get, "/activity").verdict(), "403 not_allowed");
  EXPECT_EQ(browse(cookie, Method::get, "/reports/sign-ins").verdict(), "403 not_allowed");
  EXPECT_EQ(browse(cookie, Method::get, "/activity?user=karin").verdict(), "404 not_found");
}

}  // namespace
}  // namespace lockstep
