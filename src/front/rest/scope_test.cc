// SPDX-License-Identifier: Apache-2.0
// Every route about a user or a token, from the router's own table, with operators who have a
// scope: whoever is outside of it does not exist.
#include <set>

#include "front/rest/console_fixture.h"
#include "service/operator_sessions.h"
#include "service/operators.h"

namespace lockstep {
namespace {

using testing::HasSubstr;
using testing::Not;

/// "ina" is in the scope, "ute" is not; each has a card.
class ScopeTest : public ConsoleTest {
 protected:
  ScopeTest() {
    for (const char* group : {"staff", "sales"}) put("/groups/" + std::string(group));
    for (const char* name : {"ina", "ute"}) {
      add_user(name);
      add_card(name, std::string(name) + "-1");
    }
    put("/groups/staff/members/ina");
    put("/groups/sales/members/ute");
    for (const char* role : {"administrator", "help_desk", "auditor"}) {
      add_operator(role, role, "staff");
    }
  }

  static std::string replaced(std::string text, const std::string& what, const std::string& by) {
    const std::size_t at = text.find(what);
    if (at != std::string::npos) text.replace(at, what.size(), by);
    return text;
  }

  /// A body that the route would take, so that it gets as far as looking for whom it is about.
  static std::string body_for(const Route& route, const std::string& who) {
    const std::string& path = route.pattern;
    if (route.method == Method::get || route.method == Method::delete_) return "";
    const auto ends = [&](std::string_view end) { return path.ends_with(end); };
    if (ends("/password")) return R"({"password":"long enough"})";
    if (ends("/pin")) return route.method == Method::put ? R"({"pin":"2468"})" : "";
    if (ends("/link")) return R"({"serial":")" + who + R"(-1"})";
    if (ends("/primary")) return R"({"serial":")" + who + R"(-1"})";
    if (ends("/temporary-access")) return R"({"when_found":"deny"})";
    if (ends("/replace")) return R"({"by":"ina-1","old":"lost"})";
    if (ends("/resync")) return R"({"codes":["123456","654321"]})";
    if (ends("/test")) return R"({"code":"123456"})";
    if (ends("/{serial}"))
      return path.find("/users/") == std::string::npos ? R"({"state":"suspended"})" : "";
    if (ends("/users/{id}")) return R"({"first_name":"X"})";
    return "";
  }
};

TEST_F(ScopeTest, WhoeverIsOutsideDoesNotExistOnAnyRoute) {
  std::set<std::string> tried;
  for (const std::string name : {"administrator", "help_desk", "auditor"}) {
    const std::string cookie = cookie_of(name);
    const Permissions may = permissions_of(get_operator(*services, user_name(name)).value());
    for (const Route& route : router_->routes()) {
      const bool of_user = route.pattern.starts_with("/api/v1/users/{id}") ||
                           route.pattern.find("/members/{user}") != std::string::npos;
      const bool of_token = route.pattern.starts_with("/api/v1/tokens/{serial}");
      if (!of_user && !of_token) continue;
      if ((route.needs->bits() & ~may.bits()) != 0) continue;
      // In the address of a group `{id}` is the group, which is inside.
      const bool of_member = route.pattern.find("/groups/{id}") != std::string::npos;
      std::string path = replaced(route.pattern, "{id}", of_member ? "staff" : "ute");
      path = replaced(replaced(path, "{user}", "ute"), "{serial}", "ute-1");
      const Seen seen =
          send(browser(cookie, request_for(route.method, path, body_for(route, "ute"))));
      EXPECT_EQ(seen.verdict(), "404 not_found")
          << name << ' ' << name_of(route.method) << ' ' << path << ' ' << seen.response.body;
      tried.insert(std::string(name_of(route.method)) + ' ' + route.pattern);
    }
  }
  EXPECT_GT(tried.size(), 18U) << "the table was not read";
  EXPECT_EQ(token("ute-1").status, TokenStatus::enabled);
}

TEST_F(ScopeTest, WhoeverIsInsideIsThere) {
  const std::string cookie = cookie_of("administrator");
  EXPECT_EQ(browse(cookie, Method::get, "/users/ina").status(), 200);
  EXPECT_EQ(browse(cookie, Method::put, "/users/ina", R"({"first_name":"I"})").status(), 200);
  EXPECT_EQ(browse(cookie, Method::post, "/users/ina/unlock").status(), 204);
  EXPECT_EQ(browse(cookie, Method::get, "/tokens/ina-1").status(), 200);
  EXPECT_EQ(browse(cookie, Method::patch, "/tokens/ina-1", R"({"state":"lost"})").status(), 200);
  EXPECT_EQ(browse(cookie, Method::patch, "/tokens/ina-1", R"({"state":"enabled"})").status(), 200);
  EXPECT_EQ(browse(cookie, Method::delete_, "/users/ina/tokens/ina-1").status(), 204);
  EXPECT_EQ(browse(cookie, Method::put, "/users/ina/tokens/ina-1").status(), 204) << "from stock";
}

TEST_F(ScopeTest, ListsSearchesAndTheAuditNameNobodyOutside) {
  const std::string cookie = cookie_of("administrator");
  for (const char* path : {"/users", "/users?q=ute", "/users?q=ute-1", "/users?group=sales",
                           "/tokens", "/tokens?q=ute", "/groups", "/audit?user=ina"}) {
    const Seen seen = browse(cookie, Method::get, path);
    EXPECT_EQ(seen.status(), 200) << path;
    EXPECT_THAT(seen.response.body, Not(HasSubstr("\"ute"))) << path;
    EXPECT_THAT(seen.response.body, Not(HasSubstr("UTE"))) << path;
  }
  EXPECT_THAT(browse(cookie, Method::get, "/users").response.body, HasSubstr("\"ina\""));
  EXPECT_EQ(browse(cookie, Method::get, "/audit").verdict(), "403 not_allowed");
  EXPECT_EQ(browse(cookie, Method::get, "/audit?user=ute").verdict(), "404 not_found");
  EXPECT_EQ(browse(cookie, Method::get, "/groups/sales/members").verdict(), "404 not_found");
}

TEST_F(ScopeTest, NobodyIsPulledInOrPushedOut) {
  const std::string cookie = cookie_of("administrator");
  EXPECT_EQ(browse(cookie, Method::put, "/groups/staff/members/ute").verdict(), "404 not_found");
  EXPECT_EQ(browse(cookie, Method::put, "/groups/sales/members/ina").verdict(), "404 not_found");
  EXPECT_EQ(browse(cookie, Method::put, "/users/new", "{}").verdict(), "404 not_found");
  EXPECT_EQ(
      browse(cookie, Method::post, "/tokens", R"({"kind":"totp","serial":"N1","owner":"ute"})")
          .verdict(),
      "404 not_found");
  EXPECT_EQ(browse(cookie, Method::post, "/tokens/ina-1/replace", R"({"by":"ute-1","old":"lost"})")
                .verdict(),
            "404 not_found");
}

TEST_F(ScopeTest, WhatConcernsEverybodyIsNotTheirs) {
  const std::string cookie = cookie_of("administrator");
  for (const char* path : {"/api-keys", "/operators", "/metrics-none"}) {
    EXPECT_NE(browse(cookie, Method::get, path).status(), 200) << path;
  }
  EXPECT_EQ(browse(cookie, Method::put, "/policy", R"({"preset":"rsa"})").verdict(),
            "403 not_allowed");
  EXPECT_EQ(browse(cookie, Method::put, "/groups/own").verdict(), "403 not_allowed");
  EXPECT_EQ(browse(cookie, Method::delete_, "/groups/staff").verdict(), "403 not_allowed");
  EXPECT_EQ(browse(cookie, Method::get, "/operator-sessions/current").status(), 200);
  EXPECT_EQ(browse(cookie, Method::delete_, "/operator-sessions/current").status(), 204);
}

TEST_F(ScopeTest, TheyMaySignOutEverywhere) {
  const std::string cookie = cookie_of("administrator");
  const std::string stolen = cookie_of("administrator");
  EXPECT_EQ(browse(cookie, Method::delete_, "/operator-sessions").status(), 204);
  EXPECT_EQ(browse(stolen, Method::get, "/users/ina").status(), 401);
}

TEST_F(ScopeTest, ATokenThatChangedHandsDoesNotNameWhoHadIt) {
  ASSERT_TRUE(unassign_token(*services, owner(), user_name("ute"), serial("ute-1")));
  ASSERT_TRUE(assign_token(*services, owner(), user_name("ina"), serial("ute-1")));
  const std::string cookie = cookie_of("administrator");
  for (const char* path : {"/audit?serial=ute-1", "/activity?serial=ute-1"}) {
    const Seen seen = browse(cookie, Method::get, path);
    EXPECT_EQ(seen.status(), 200) << path;
    EXPECT_THAT(seen.response.body, HasSubstr("\"ina\"")) << path;
    EXPECT_THAT(seen.response.body, Not(HasSubstr("\"ute\""))) << path;
  }
}

}  // namespace
}  // namespace lockstep
