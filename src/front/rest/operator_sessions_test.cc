// SPDX-License-Identifier: Apache-2.0
#include "front/rest/caller.h"
#include "front/rest/console_fixture.h"

namespace lockstep {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;

class OperatorSessionRoutes : public ConsoleTest {
 protected:
  OperatorSessionRoutes() { add_operator("karin", "administrator"); }

  std::string press() { return cards_.at("karin").press(); }
};

TEST_F(OperatorSessionRoutes, SigningInGivesACookieThatOnlyThisHostGetsBack) {
  const Seen seen = sign_in("karin", kPassword, press());
  EXPECT_EQ(seen.verdict(), "201");
  const std::string cookie = seen.header("Set-Cookie");
  EXPECT_THAT(cookie, StartsWith("__Host-lockstep="));
  EXPECT_THAT(cookie, EndsWith("; Path=/; Secure; HttpOnly; SameSite=Strict"));
  EXPECT_THAT(seen.response.body, testing::Not(HasSubstr(cookie.substr(16, 43))));
  EXPECT_EQ(seen.at("operator").at("name"), "karin");
  EXPECT_GT(seen.at("permissions").as_array().size(), 10U);
  EXPECT_EQ(seen.text("server_time"), to_rfc3339(clock.now().wall));
  EXPECT_EQ(seen.text("ends_at"), to_rfc3339(clock.now().wall + Seconds(8 * 3'600)));
}

TEST_F(OperatorSessionRoutes, TheCookieIsTheOperator) {
  const std::string cookie = cookie_of("karin");
  EXPECT_EQ(browse(cookie, Method::get, "/users").status(), 200);
  EXPECT_EQ(browse(cookie, Method::put, "/users/anna", "{}").status(), 201);
  EXPECT_EQ(last_record().event.actor, Actor("operator:karin"));
  EXPECT_EQ(browse(cookie, Method::post, "/backup", "{}").verdict(), "403 not_allowed");
  const Seen own = browse(cookie, Method::get, "/operator-sessions/current");
  EXPECT_EQ(own.at("operator").at("name"), "karin");
}

TEST_F(OperatorSessionRoutes, ARefusalIsTheSameBytesWhateverItsCause) {
  const Seen wrong_code_given = sign_in("karin", kPassword, wrong_code(press()));
  EXPECT_EQ(wrong_code_given.verdict(), "401 unauthenticated");
  const auto same = [&](const Seen& seen) {
    EXPECT_EQ(seen.status(), wrong_code_given.status());
    EXPECT_EQ(seen.response.body, wrong_code_given.response.body);
    EXPECT_EQ(seen.response.headers, wrong_code_given.response.headers);
    EXPECT_EQ(seen.response.content_type, wrong_code_given.response.content_type);
  };
  same(sign_in("karin", "a wrong phrase!", press()));
  same(sign_in("nobody", kPassword, press()));
  same(sign_in("", "", ""));
  same(sign_in(std::string(500, 'x'), std::string(5'000, 'y'), std::string(500, '1')));
  for (int i = 0; i < 8; ++i) same(sign_in("karin", "a wrong phrase!", press()));
  same(sign_in("karin", kPassword, press()));
  ASSERT_EQ(call(Method::patch, "/operators/karin", R"({"status":"disabled"})").status(), 200);
  same(sign_in("karin", kPassword, press()));
}

TEST_F(OperatorSessionRoutes, AChangeByCookieNeedsTheHeaderFieldOfOurPages) {
  const std::string cookie = cookie_of("karin");
  for (const char* value : {"", "0", "true"}) {
    Request forged = browser(cookie, request_for(Method::put, "/api/v1/users/anna", "{}"));
    forged.lockstep = value;
    EXPECT_EQ(send(forged).verdict(), "403 not_allowed") << value;
  }
  EXPECT_EQ(get("/users/anna").verdict(), "404 not_found");
  Request sign_in = browser("", request_for(Method::post, "/api/v1/operator-sessions",
                                            sign_in_body("karin", kPassword, press())));
  sign_in.lockstep = "";
  EXPECT_EQ(send(sign_in).verdict(), "403 not_allowed") << "signing a victim in as oneself";
  Request reading = browser(cookie, request_for(Method::get, "/api/v1/users", ""));
  reading.lockstep = "";
  EXPECT_EQ(send(reading).status(), 200);
}

TEST_F(OperatorSessionRoutes, SigningOutTakesTheCookieAway) {
  const std::string cookie = cookie_of("karin");
  const Seen out = browse(cookie, Method::delete_, "/operator-sessions/current");
  EXPECT_EQ(out.status(), 204);
  EXPECT_THAT(out.header("Set-Cookie"), StartsWith("__Host-lockstep=;"));
  EXPECT_THAT(out.header("Set-Cookie"), EndsWith("; Max-Age=0"));
  EXPECT_EQ(browse(cookie, Method::get, "/users").verdict(), "401 unauthenticated");
}

TEST_F(OperatorSessionRoutes, SigningOutEverywhereEndsAll) {
  const std::string first = cookie_of("karin");
  const std::string second = cookie_of("karin");
  EXPECT_EQ(browse(first, Method::delete_, "/operator-sessions").status(), 204);
  for (const std::string& cookie : {first, second}) {
    EXPECT_EQ(browse(cookie, Method::get, "/users").verdict(), "401 unauthenticated");
  }
}

TEST_F(OperatorSessionRoutes, ACookieAmongOthersIsFoundAndTwoAreRefused) {
  const std::string own = cookie_of("karin");
  const std::string value = own.substr(0, own.find(';'));
  Request request = browser("", request_for(Method::get, "/api/v1/users", ""));
  request.cookie = "theme=dark; " + value + "; x";
  EXPECT_EQ(send(request).status(), 200);
  request.cookie = value + "; " + value;
  EXPECT_EQ(send(request).verdict(), "401 unauthenticated");
  request.cookie = "x" + value;
  EXPECT_EQ(send(request).verdict(), "401 unauthenticated");
}

TEST_F(OperatorSessionRoutes, WhoSendsACookieIsNoMoreThanItsHolder) {
  Request request = request_for(Method::get, "/api/v1/users", "");
  request.peer = {PeerKind::unix_socket, "", 0};
  request.cookie = "__Host-lockstep=nonsense";
  EXPECT_EQ(send(request).verdict(), "401 unauthenticated");
}

TEST_F(OperatorSessionRoutes, WhoHasNoSessionHasNone) {
  EXPECT_EQ(get("/operator-sessions/current").verdict(), "404 not_found");
  EXPECT_EQ(remove("/operator-sessions/current").verdict(), "404 not_found");
  EXPECT_EQ(remove("/operator-sessions").verdict(), "404 not_found");
}

TEST_F(OperatorSessionRoutes, OneNetworkMayNotSignInWithoutEnd) {
  Request request = browser("", request_for(Method::post, "/api/v1/operator-sessions", "{}"));
  Seen seen;
  int let_through = 0;
  for (; let_through < 150 && seen.status() != 429; ++let_through) {
    request.peer.address = "2001:db8::" + std::to_string(let_through + 1);
    seen = send(request);
  }
  EXPECT_EQ(seen.verdict(), "429 too_many_attempts");
  EXPECT_EQ(let_through, 101) << "a hundred at once";
  request.path = "/api/v1/operator-setup";
  EXPECT_EQ(send(request).status(), 429) << "the same budget";
  request.peer.address = "2001:db8:0:1::1";
  EXPECT_EQ(send(request).status(), 400) << "another network's";
}

TEST_F(OperatorSessionRoutes, StrangersHaveAShareOfTheWorkersAndNoMore) {
  const std::string cookie = cookie_of("karin");
  router_ = make_api_router(*services, {.service_uid = 1000, .strangers_max = 0});
  EXPECT_EQ(sign_in("karin", kPassword, "000000").verdict(), "503 overloaded");
  EXPECT_EQ(browse(cookie, Method::get, "/users").status(), 200) << "others go on";
  router_ = make_api_router(*services, {.service_uid = 1000, .strangers_max = 1});
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(sign_in("karin", kPassword, "000000").status(), 401) << "a place is given back";
  }
}

TEST_F(OperatorSessionRoutes, ASetUpLinkThatIsNoneIsRefusedAsAWrongCodeIs) {
  const auto set_up = [&](const std::string& secret) {
    return browse("", Method::post, "/operator-setup",
                  R"({"secret":")" + secret + R"(","password":"quite another phrase","code":")" +
                      wrong_code(press()) + R"("})");
  };
  const std::string link = post("/operators/karin/setup").text("path");
  const Seen wrong = set_up(link.substr(link.find('#') + 1));
  EXPECT_EQ(wrong.verdict(), "401 unauthenticated");
  EXPECT_EQ(set_up("nonsense").response.body, wrong.response.body);
}

}  // namespace
}  // namespace lockstep
