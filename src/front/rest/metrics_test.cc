// SPDX-License-Identifier: Apache-2.0
#include <set>
#include <sstream>

#include "front/rest/api_fixture.h"

namespace lockstep {
namespace {

using ::testing::AnyOf;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::Not;

class MetricsTest : public ApiTest {
 protected:
  std::string page() {
    Request request = request_for(Method::get, "/metrics", "");
    request.peer = {PeerKind::unix_socket, "", 0};
    const Seen seen = send(request);
    EXPECT_EQ(seen.status(), 200);
    EXPECT_EQ(seen.response.content_type, "text/plain; version=0.0.4; charset=utf-8");
    return seen.response.body;
  }

  /// The value of the line that begins with `series`; "" where there is none.
  std::string value_of(const std::string& series) {
    std::istringstream lines(page());
    for (std::string line; std::getline(lines, line);) {
      if (line.starts_with(series + ' ')) return line.substr(series.size() + 1);
    }
    return "";
  }
};

TEST_F(MetricsTest, AreForHoldersOfThePermissionAndTheOwner) {
  const Request request = request_for(Method::get, "/metrics", "");
  EXPECT_EQ(send(request).verdict(), "401 unauthenticated");
  EXPECT_EQ(send(as_holder_of({Permission::audit_read}, request)).verdict(), "403 not_allowed");
  EXPECT_EQ(send(as_holder_of({Permission::metrics_read}, request)).status(), 200);
}

TEST_F(MetricsTest, RequestsAreCountedByRouteAndStatus) {
  (void)get("/users/anna");
  (void)get("/users/bo");
  (void)get("/nonsense");
  EXPECT_EQ(value_of("lockstep_http_requests_total{route=\"/api/v1/users/{id}\",method=\"GET\","
                     "code=\"404\"}"),
            "2");
  EXPECT_EQ(value_of("lockstep_http_requests_total{route=\"none\",method=\"GET\",code=\"404\"}"),
            "1");
  (void)router_->refuse({RefusalKind::overloaded, "", ""});
  EXPECT_EQ(value_of("lockstep_http_refusals_total{reason=\"overloaded\"}"), "1");
}

TEST_F(MetricsTest, TheStoreTheKeyAndTheAuditAreLookedAt) {
  EXPECT_EQ(value_of("lockstep_ready"), "1");
  EXPECT_EQ(value_of("lockstep_store_up"), "1");
  EXPECT_EQ(value_of("lockstep_audit_unsigned_records"), "1");
  EXPECT_EQ(value_of("lockstep_audit_signed_head_age_seconds"), "") << "None was signed.";
  ASSERT_TRUE(sign_audit(*services));
  clock.advance(Seconds(90));
  EXPECT_EQ(value_of("lockstep_audit_records_total"), "1");
  EXPECT_EQ(value_of("lockstep_audit_unsigned_records"), "0");
  EXPECT_EQ(value_of("lockstep_audit_signed_head_age_seconds"), "90");
  services->stopping = true;
  EXPECT_EQ(value_of("lockstep_ready"), "0");
}

TEST_F(MetricsTest, AMirrorIsThereWhereOneIsKept) {
  EXPECT_THAT(page(), Not(HasSubstr("lockstep_audit_mirror")));
  services->mirror.set({.kind = MirrorState::Kind::behind, .behind = 12'000, .why = ""});
  EXPECT_EQ(value_of("lockstep_audit_mirror_up"), "1");
  EXPECT_EQ(value_of("lockstep_audit_mirror_behind_records"), "12000");
  services->mirror.set({.kind = MirrorState::Kind::failing, .behind = 1, .why = "full"});
  EXPECT_EQ(value_of("lockstep_audit_mirror_up"), "0");
}

TEST_F(MetricsTest, WhatTheApplicationAddsIsAtTheEnd) {
  router_ = make_api_router(*services, {.service_uid = 1000, .more_metrics = [](MetricsPage& more) {
                                          more.gauge("ours", "Ours.").add({}, 7.0);
                                        }});
  EXPECT_THAT(page(), HasSubstr("\n# TYPE ours gauge\nours 7\n"));
}

/// Every line of the page is a comment or a series as the format wants them, every metric is
/// explained once, and names keep to Prometheus's conventions.
TEST_F(MetricsTest, ThePageIsOfTheFormatAndEveryCounterIsATotal) {
  add_user("anna");
  SimulatedToken card = add_card("anna", "SERIAL-9");
  ASSERT_EQ(log_in("anna", card.press()), Verdict::accept);
  (void)get("/users/anna");
  const std::string text = page();
  const char* comment = "# (HELP|TYPE) lockstep_[a-z_]+ .+";
  const char* series = R"re(lockstep_[a-z_]+(\{[a-z]+="[^"]*"(,[a-z]+="[^"]*")*\})? [0-9.e+-]+)re";
  std::istringstream lines(text);
  std::set<std::string> explained;
  for (std::string line; std::getline(lines, line);) {
    EXPECT_THAT(line, AnyOf(MatchesRegex(comment), MatchesRegex(series)));
    if (!line.starts_with("# TYPE ")) continue;
    const std::string name = line.substr(7, line.find(' ', 7) - 7);
    EXPECT_TRUE(explained.insert(name).second) << name;
    EXPECT_EQ(line.ends_with(" counter"), name.ends_with("_total")) << line;
  }
  EXPECT_GT(explained.size(), 10U);
  for (const char* secret : {"anna", "SERIAL-9"}) EXPECT_THAT(text, Not(HasSubstr(secret)));
}

}  // namespace
}  // namespace lockstep
