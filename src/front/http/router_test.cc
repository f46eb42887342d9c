// SPDX-License-Identifier: Apache-2.0
#include "front/http/router.h"

#include <gtest/gtest.h>

namespace lockstep {
namespace {

/// Answers with what the handler was given, so that a case can be read off the page.
Response echo(const Call& call, std::initializer_list<std::string_view> names) {
  Response response;
  for (const std::string_view name : names) response.body += "[" + call.path(name) + "]";
  response.body += call.query("q").value_or("-");
  return response;
}

/// The refusal as text: "404 there is no such address".
Response spell(const Refusal& refusal) {
  Response response;
  switch (refusal.kind) {
    case RefusalKind::bad_request:
      response.status = 400;
      break;
    case RefusalKind::unauthenticated:
      response.status = 401;
      break;
    case RefusalKind::forbidden:
      response.status = 403;
      break;
    case RefusalKind::not_found:
      response.status = 404;
      break;
    case RefusalKind::method_not_allowed:
      response.status = 405;
      break;
    case RefusalKind::body_too_large:
      response.status = 413;
      break;
    case RefusalKind::too_many_requests:
      response.status = 429;
      response.headers.emplace_back("Retry-After", std::to_string(refusal.retry_after->count()));
      break;
    case RefusalKind::header_too_large:
      response.status = 431;
      break;
    case RefusalKind::overloaded:
    case RefusalKind::unavailable:
      response.status = 503;
      break;
  }
  response.body = refusal.detail;
  if (!refusal.allow.empty()) response.headers.emplace_back("Allow", refusal.allow);
  return response;
}

/// "reader" may read users, "nobody" may do nothing, "broken" cannot be looked up.
Result<Caller> identify(const Request& request) {
  if (request.authorization == "reader") {
    return Caller{Actor("key:reader"), Permissions{Permission::users_read}, "reader"};
  }
  if (request.authorization == "nobody") return Caller{Actor("key:nobody"), {}, "nobody"};
  if (request.authorization == "broken") return fail(Errc::unavailable, "the store is away");
  return fail(Errc::unauthenticated, "send an API key");
}

class RouterTest : public ::testing::Test {
 protected:
  RouterTest() : router_(identify, spell, [this](const Caller& caller) { return wait(caller); }) {
    const Permissions read{Permission::users_read};
    const Permissions write{Permission::users_write};
    const auto no_part = [](const Call& call) { return echo(call, {}); };
    const auto id = [](const Call& call) { return echo(call, {"id"}); };
    const auto both = [](const Call& call) { return echo(call, {"serial", "id"}); };
    router_.add({Method::get, "/health", std::nullopt, {}, no_part});
    router_.add({Method::get, "/users", read, {"q", "limit"}, no_part});
    router_.add({Method::get, "/users/{id}", read, {}, id});
    router_.add({Method::put, "/users/{id}", write, {}, id, 77});
    router_.add({Method::delete_, "/users/{id}/tokens/{serial}", read, {}, both});
  }

  Response get(std::string path, std::string query = "", std::string who = "reader") const {
    Request request;
    request.method = Method::get;
    request.path = std::move(path);
    request.query = std::move(query);
    request.authorization = std::move(who);
    return router_.handle(request);
  }

  Seconds wait(const Caller& caller) const {
    return caller.source == held_up_ ? Seconds(7) : Seconds(0);
  }

  /// How often requests of this method to this route got this status.
  [[nodiscard]] std::uint64_t counted(Method method, const std::string& route, int status) const {
    for (const RequestMeter::Answers& one : router_.meter().answers()) {
      if (one.method == method && one.route == route && one.status == status) return one.count;
    }
    return 0;
  }

  std::string held_up_;
  Router router_;
};

TEST_F(RouterTest, PartsOfThePathReachTheHandlerByName) {
  Request request;
  request.method = Method::delete_;
  request.path = "/users/anna/tokens/LS1";
  request.authorization = "reader";
  EXPECT_EQ(router_.handle(request).body, "[LS1][anna]-");
}

TEST_F(RouterTest, PartsAreDecodedAfterThePathWasSplit) {
  EXPECT_EQ(get("/users/a%2Fb%20%C3%A5").body, "[a/b \xC3\xA5]-");
  EXPECT_EQ(get("/users/a+b").body, "[a+b]-");
}

TEST_F(RouterTest, PathsOfAnotherFormAreNotFound) {
  for (const char* path : {"", "/", "/user", "/users/", "/users//", "/users/anna/", "/USERS",
                           "users", "//users", "/users/anna/tokens", "/users/anna/tokens/"}) {
    EXPECT_EQ(get(path).status, 404) << path;
  }
}

TEST_F(RouterTest, AnotherMethodIsToldWhatIsAllowed) {
  Request request;
  request.method = Method::post;
  request.path = "/users/anna";
  const Response response = router_.handle(request);
  EXPECT_EQ(response.status, 405);
  ASSERT_EQ(response.headers.size(), 1U);
  EXPECT_EQ(response.headers[0].second, "GET, PUT");
  request.method = Method::other;
  EXPECT_EQ(router_.handle(request).status, 405);
}

TEST_F(RouterTest, PublicRoutesAskNobody) {
  EXPECT_EQ(get("/health", "", "").status, 200);
  EXPECT_EQ(get("/health", "", "broken").status, 200);
}

TEST_F(RouterTest, WithoutCallerIs401) { EXPECT_EQ(get("/users", "", "").status, 401); }

TEST_F(RouterTest, WithoutThePermissionIs403AndNamesIt) {
  const Response response = get("/users", "", "nobody");
  EXPECT_EQ(response.status, 403);
  EXPECT_NE(response.body.find("users.read"), std::string::npos);
}

TEST_F(RouterTest, ACallerWhoCannotBeLookedUpIs503) {
  EXPECT_EQ(get("/users", "", "broken").status, 503);
}

TEST_F(RouterTest, WhoSendsTooMuchIs429AndToldHowLongWhateverTheyMayDo) {
  for (const char* who : {"reader", "nobody"}) {
    held_up_ = who;
    const Response response = get("/users", "nonsense=1", who);
    EXPECT_EQ(response.status, 429) << who;
    ASSERT_EQ(response.headers.size(), 1U);
    EXPECT_EQ(response.headers[0].second, "7");
  }
  EXPECT_EQ(get("/users").status, 200) << "Others are not held up.";
  EXPECT_EQ(get("/health").status, 200) << "Nor is what asks nobody.";
}

TEST_F(RouterTest, AnswersAreCountedByRouteAndStatusAndNeverByWhatWasSent) {
  (void)get("/users/anna");
  (void)get("/users/bo");
  (void)get("/users/bo", "", "");
  (void)get("/nowhere/anna");
  Request request;
  request.method = Method::other;
  request.path = "/users/anna";
  (void)router_.handle(request);
  EXPECT_EQ(counted(Method::get, "/users/{id}", 200), 2U);
  EXPECT_EQ(counted(Method::get, "/users/{id}", 401), 1U);
  EXPECT_EQ(counted(Method::get, "", 404), 1U);
  EXPECT_EQ(counted(Method::other, "", 405), 1U);
  EXPECT_EQ(router_.meter().answers().size(), 4U);
  EXPECT_TRUE(router_.meter().refusals().empty()) << "Those were whole requests.";
}

TEST_F(RouterTest, WhatNeverBecameARequestIsCountedByItsKind) {
  (void)router_.refuse({RefusalKind::overloaded, "", ""});
  (void)router_.refuse({RefusalKind::overloaded, "", ""});
  (void)router_.refuse({RefusalKind::header_too_large, "", ""});
  const auto refusals = router_.meter().refusals();
  ASSERT_EQ(refusals.size(), 2U);
  EXPECT_EQ(refusals[0].kind, RefusalKind::header_too_large);
  EXPECT_EQ(refusals[1].count, 2U);
}

TEST_F(RouterTest, StrangersLearnNothingOfWhatIsWrongWithTheirQuery) {
  EXPECT_EQ(get("/users", "nonsense=1", "").status, 401);
}

TEST_F(RouterTest, QueriesAreFormDecoded) {
  EXPECT_EQ(get("/users", "q=a+b%2B%26c").body, "a b+&c");
  EXPECT_EQ(get("/users", "limit=5&q=").body, "");
  EXPECT_EQ(get("/users", "q").body, "");
  EXPECT_EQ(get("/users").body, "-");
}

TEST_F(RouterTest, DoubledUnknownAndBrokenParametersAre400) {
  for (const char* query : {"q=1&q=2", "q=1&q=1", "Q=1", "other=1", "&q=1", "q=%", "q=%4", "q=%zz",
                            "q=%00", "q=%0a", "=1"}) {
    EXPECT_EQ(get("/users", query).status, 400) << query;
  }
}

TEST_F(RouterTest, BrokenEscapesInThePathAre400) {
  for (const char* path : {"/users/%", "/users/%4", "/users/%g1", "/users/a%00b", "/users/%7f"}) {
    EXPECT_EQ(get(path).status, 400) << path;
  }
}

TEST_F(RouterTest, WhatWasSentIsNeverRepeated) {
  EXPECT_EQ(get("/users", "secret123=1").body.find("secret123"), std::string::npos);
}

TEST_F(RouterTest, BodyLimitsAreThoseOfTheRoute) {
  EXPECT_EQ(router_.body_bytes_max(Method::put, "/users/anna"), 77U);
  EXPECT_EQ(router_.body_bytes_max(Method::get, "/users/anna"), kBodyBytesMax);
  EXPECT_EQ(router_.body_bytes_max(Method::put, "/nowhere"), kBodyBytesMax);
}

TEST_F(RouterTest, TheTableCanBeWalked) {
  EXPECT_EQ(router_.routes().size(), 5U);
  EXPECT_EQ(router_.routes()[3].pattern, "/users/{id}");
  EXPECT_EQ(router_.routes()[3].needs, Permissions{Permission::users_write});
}

using RouterDeathTest = RouterTest;

TEST_F(RouterDeathTest, ARouteTwiceIsABug) {
  EXPECT_DEATH(
      router_.add({Method::get, "/users", Permissions{Permission::users_read}, {}, nullptr}), "");
}

}  // namespace
}  // namespace lockstep
