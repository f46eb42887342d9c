// SPDX-License-Identifier: Apache-2.0
// Signing in to the portal as a browser sees it: cookies, the header field against other sites'
// pages, answers that tell nothing.
#include "front/rest/caller.h"
#include "front/rest/portal_fixture.h"
#include "service/links.h"
#include "service/mail_code_rows.h"

namespace lockstep {
namespace {

using testing::HasSubstr;
using testing::Not;

class PortalSession : public PortalTest {};

TEST_F(PortalSession, SettingsAreForEverybody) {
  const Seen seen = send(request_for(Method::get, "/api/v1/portal/settings", ""));
  EXPECT_EQ(seen.status(), 200);
  EXPECT_EQ(seen.text("default_language"), "en");
  EXPECT_EQ(seen.at("allow").at("resync").as_bool(), true);
  EXPECT_EQ(seen.at("temporary_code").at("seconds").as_int64(), 86'400);
  EXPECT_EQ(seen.at("demo").as_bool(), false);
}

TEST_F(PortalSession, WithoutOneTheBrowserIsToldSoAndNotRefused) {
  const Seen seen = portal({}, Method::get, "/session");
  EXPECT_EQ(seen.status(), 200);
  EXPECT_EQ(seen.response.body, R"({"state":"signed_out"})");
}

TEST_F(PortalSession, APasscodeGivesACookieThatNoScriptAndNoOtherSiteGets) {
  const Seen seen = portal({}, Method::post, "/session", code_body("anna", shown()));
  EXPECT_EQ(seen.status(), 200);
  EXPECT_EQ(seen.text("decision"), "accept");
  const std::string cookie = seen.header("Set-Cookie");
  EXPECT_TRUE(cookie.starts_with("__Host-lockstep_portal=")) << cookie;
  EXPECT_TRUE(cookie.ends_with("; Path=/; HttpOnly; Secure; SameSite=Strict")) << cookie;
  const Browser browser = after(seen);
  const std::string secret = browser.cookie.substr(browser.cookie.find('=') + 1);
  EXPECT_THAT(seen.response.body, Not(HasSubstr(secret)));

  const Seen session = portal(browser, Method::get, "/session");
  EXPECT_EQ(session.text("state"), "signed_in");
  EXPECT_EQ(session.at("user").at("id").as_string(), "anna");
  EXPECT_EQ(session.at("user").at("email").as_string(), "a•••@example.org");
  EXPECT_EQ(session.text("by"), "passcode");
  EXPECT_TRUE(session.at("fresh_until").is_null());
}

TEST_F(PortalSession, ARefusalIsTheSameBytesWhateverItsCause) {
  const Seen wrong = portal({}, Method::post, "/session", code_body("anna", wrong_code(shown())));
  EXPECT_EQ(wrong.response.body, R"({"decision":"reject"})");
  EXPECT_EQ(wrong.header("Set-Cookie"), "");
  for (const char* user : {"nobody", "no name\\u0001", "x"}) {
    const Seen seen = portal({}, Method::post, "/session", code_body(user, "123456"));
    EXPECT_EQ(seen.response.body, wrong.response.body) << user;
    EXPECT_EQ(seen.status(), wrong.status());
  }
}

TEST_F(PortalSession, OverPlainHttpTheCookieHasAnotherNameUnlessAProxyDoesTheTls) {
  Request request =
      sent_by({}, request_for(Method::post, "/api/v1/portal/session", code_body("anna", shown())));
  request.peer.kind = PeerKind::tcp;
  Seen seen = send(request);
  EXPECT_TRUE(seen.header("Set-Cookie").starts_with("lockstep_portal="));
  EXPECT_THAT(seen.header("Set-Cookie"), Not(HasSubstr("Secure")));
  Request next = sent_by(after(seen), request_for(Method::get, "/api/v1/portal/session", ""));
  EXPECT_EQ(send(next).text("state"), "signed_out") << "over TLS it is nobody's";
  next.peer.kind = PeerKind::tcp;
  EXPECT_EQ(send(next).text("state"), "signed_in");

  services->portal.url = "https://otp.example.org";
  EXPECT_EQ(send(next).text("state"), "signed_out");
  clock.advance(Seconds(30));
  request.body = code_body("anna", shown());
  seen = send(request);
  EXPECT_TRUE(seen.header("Set-Cookie").starts_with("__Host-lockstep_portal="));
  EXPECT_THAT(seen.header("Set-Cookie"), HasSubstr("; Secure"));
}

TEST_F(PortalSession, AChangeNeedsTheSessionsHeaderField) {
  const Browser browser = by_passcode();
  for (const char* csrf : {"", "none", "AAAAAAAAAAAAAAAAAAAAAA"}) {
    const Browser forged{browser.cookie, csrf};
    for (const auto& [method, path] :
         {std::pair(Method::post, "/session/keep"), std::pair(Method::delete_, "/session"),
          std::pair(Method::delete_, "/sessions"), std::pair(Method::post, "/session/step-up")}) {
      EXPECT_EQ(portal(forged, method, path).verdict(), "403 not_allowed") << path << csrf;
    }
    EXPECT_EQ(browse(forged, Method::post, "/resync", R"({"serial":"FOB-4411"})").verdict(),
              "403 not_allowed");
  }
  EXPECT_EQ(portal(browser, Method::get, "/session").text("state"), "signed_in");
  EXPECT_EQ(portal(browser, Method::post, "/session/keep").status(), 200);
}

TEST_F(PortalSession, SignInNeedsTheHeaderFieldTooWhateverItsValue) {
  const Browser without{"", ""};
  EXPECT_EQ(portal(without, Method::post, "/session", code_body("anna", shown())).verdict(),
            "403 not_allowed");
  EXPECT_EQ(portal(without, Method::post, "/session/email-code", R"({"user":"anna"})").verdict(),
            "403 not_allowed");
  const Browser stale{"__Host-lockstep_portal=AAAAAAAAAAAAAAAAAAAAAA", "of an old session"};
  EXPECT_EQ(portal(stale, Method::post, "/session", code_body("anna", shown())).status(), 200);
}

TEST_F(PortalSession, TwoCookiesAreRefused) {
  Browser browser = by_passcode();
  browser.cookie += "; " + browser.cookie;
  EXPECT_EQ(portal(browser, Method::get, "/devices").verdict(), "401 unauthenticated");
}

TEST_F(PortalSession, NobodyElseIsAUserOfThePortal) {
  Request request = request_for(Method::get, "/api/v1/portal/devices", "");
  EXPECT_EQ(send(as_holder_of(Permissions::all(), request)).verdict(), "401 unauthenticated");
  EXPECT_EQ(get("/portal/devices").verdict(), "401 unauthenticated") << "not even the owner";
  Request with_both = sent_by(by_passcode(), request);
  with_both.cookie += "; __Host-lockstep=abc";
  EXPECT_EQ(send(with_both).status(), 200) << "an operator's session does not matter here";
}

TEST_F(PortalSession, AUserOfThePortalIsNobodyElsewhere) {
  const Browser browser = by_mail();
  for (const char* path : {"/users", "/tokens", "/audit", "/users/anna"}) {
    EXPECT_EQ(browse(browser, Method::get, path).verdict(), "401 unauthenticated") << path;
  }
}

TEST_F(PortalSession, SignsOutHereAndEverywhere) {
  const Browser one = by_passcode();
  const Browser two = by_passcode();
  const Seen out = portal(one, Method::delete_, "/session");
  EXPECT_EQ(out.status(), 204);
  EXPECT_THAT(out.header("Set-Cookie"), HasSubstr("Max-Age=0"));
  EXPECT_EQ(portal(one, Method::get, "/devices").verdict(), "401 unauthenticated");
  EXPECT_EQ(portal({}, Method::delete_, "/session").status(), 204) << "there was none";
  const Browser three = by_passcode();
  EXPECT_EQ(portal(two, Method::delete_, "/sessions").status(), 204);
  EXPECT_EQ(portal(three, Method::get, "/devices").verdict(), "401 unauthenticated");
}

TEST_F(PortalSession, ACodeByMailSignsInFresh) {
  const Seen sent = portal({}, Method::post, "/session/email-code", R"({"user":"anna"})");
  EXPECT_EQ(sent.status(), 202);
  EXPECT_TRUE(sent.at("address").is_null()) << "before sign-in nobody is told where it went";
  const std::string state = sent.text("state");
  const Seen wrong = portal({}, Method::put, "/session/email-code", state_body(state, "xxxxxx"));
  EXPECT_EQ(wrong.response.body, R"({"decision":"reject","attempts_left":4})");
  const Seen right =
      portal({}, Method::put, "/session/email-code", state_body(state, mailed_code()));
  EXPECT_EQ(right.text("decision"), "accept");
  EXPECT_FALSE(right.at("session").as_object().at("fresh_until").is_null());
  EXPECT_EQ(
      portal({}, Method::put, "/session/email-code", state_body(state, mailed_code())).verdict(),
      "410 conversation_expired");
}

TEST_F(PortalSession, AskingForACodeTellsNothingOfWhoExists) {
  const Seen real = portal({}, Method::post, "/session/email-code", R"({"user":"anna"})");
  const Seen ghost = portal({}, Method::post, "/session/email-code", R"({"user":"ghost"})");
  const auto blank = [](const Seen& seen) {
    std::string body = seen.response.body;
    const std::string state = seen.text("state");
    return body.replace(body.find(state), state.size(), std::string(state.size(), '.'));
  };
  EXPECT_EQ(blank(real), blank(ghost));
  EXPECT_EQ(real.response.headers, ghost.response.headers);
  EXPECT_EQ(real.response.hold, kMailAnswerAfter);
  EXPECT_EQ(ghost.response.hold, kMailAnswerAfter);
  EXPECT_EQ(store.newest_mails(10).value().size(), 1U);
}

TEST_F(PortalSession, TheMailIsInTheLanguageOfTheUserOrElseOfTheBrowser) {
  const auto language_asked = [&](const std::string& accepted) {
    Request request = sent_by(
        {}, request_for(Method::post, "/api/v1/portal/session/email-code", R"({"user":"anna"})"));
    request.accept_language = accepted;
    EXPECT_EQ(send(request).status(), 202);
    clock.advance(Seconds(60));
    return store.newest_mails(1).value().at(0).language;
  };
  EXPECT_EQ(language_asked("de-DE, sv-SE;q=0.8, en;q=0.5"), "sv");
  EXPECT_EQ(language_asked("de"), "en");
  EXPECT_EQ(language_asked(""), "en");
  const Browser browser = by_passcode();
  EXPECT_EQ(portal(browser, Method::put, "/language", R"({"language":"sv"})").status(), 204);
  EXPECT_EQ(language_asked("en"), "sv");
}

TEST_F(PortalSession, StepUpGivesAnotherCookie) {
  const Browser browser = by_passcode();
  const Seen sent = portal(browser, Method::post, "/session/step-up");
  EXPECT_EQ(sent.text("address"), "a•••@example.org");
  const Seen done = portal(browser, Method::put, "/session/step-up",
                           state_body(sent.text("state"), mailed_code()));
  const Browser fresh = after(done);
  EXPECT_NE(fresh.cookie, browser.cookie);
  EXPECT_NE(fresh.csrf, browser.csrf);
  EXPECT_EQ(portal(browser, Method::get, "/session").text("state"), "signed_out");
  EXPECT_FALSE(portal(fresh, Method::get, "/session").text("fresh_until").empty());
}

TEST_F(PortalSession, ALinkFromItLeadsToItsTaskAfterACodeByMail) {
  const Seen made = post("/users/anna/link", R"({"serial":"FOB-4411"})");
  EXPECT_EQ(made.status(), 202);
  const Mail mail = store.newest_mails(1).value().at(0);
  const std::string link = open_arguments(*services, mail).value().at("link");
  EXPECT_TRUE(link.starts_with("/portal/link#"));
  EXPECT_THAT(made.response.body, Not(HasSubstr(link.substr(13)))) << "only the mail has it";
  const std::string body = R"({"token":")" + link.substr(13) + R"("})";
  const Seen sent = portal({}, Method::post, "/session/link", body);
  EXPECT_EQ(sent.text("address"), "a•••@example.org");
  const Seen done =
      portal({}, Method::put, "/session/email-code", state_body(sent.text("state"), mailed_code()));
  EXPECT_EQ(done.at("session").at("by").as_string(), "link");
  EXPECT_EQ(done.at("session").at("task").at("serial").as_string(), "FOB-4411");
  EXPECT_EQ(portal({}, Method::post, "/session/link", body).verdict(), "410 conversation_expired");
  EXPECT_EQ(portal({}, Method::post, "/session/link", R"({"token":"forged"})").verdict(),
            "410 conversation_expired");
}

TEST_F(PortalSession, TheHelpDeskEndsAllOfAUser) {
  const Browser browser = by_passcode();
  EXPECT_EQ(remove("/users/anna/sessions").status(), 204);
  EXPECT_EQ(portal(browser, Method::get, "/devices").status(), 401);
  EXPECT_EQ(remove("/users/ghost/sessions").verdict(), "404 not_found");
}

TEST_F(PortalSession, SigningInAnewEndsTheSessionThatTheBrowserHad) {
  const Browser before = by_passcode();
  const Seen anew = portal(before, Method::post, "/session", code_body("anna", shown()));
  EXPECT_EQ(anew.text("decision"), "accept");
  EXPECT_EQ(portal(before, Method::get, "/devices").status(), 401);
  EXPECT_EQ(portal(after(anew), Method::get, "/devices").status(), 200);
}

TEST_F(PortalSession, OneAddressMayNotAskWithoutEnd) {
  Seen seen;
  int let_through = 0;
  for (int i = 0; i < 150 && seen.status() != 429; ++i, ++let_through) {
    seen = portal({}, Method::post, "/session/email-code", R"({"user":"ghost"})");
  }
  EXPECT_EQ(seen.verdict(), "429 too_many_attempts");
  EXPECT_EQ(let_through, 101) << "a hundred at once";
  Request other = sent_by(
      {}, request_for(Method::post, "/api/v1/portal/session/email-code", R"({"user":"ghost"})"));
  other.peer.address = "192.0.2.10";
  EXPECT_EQ(send(other).status(), 202);
}

TEST_F(PortalSession, ItsCallsAreStrictAboutTheirBodies) {
  const Browser browser = by_mail();
  const std::pair<Method, const char*> calls[] = {{Method::post, "/session"},
                                                  {Method::post, "/session/email-code"},
                                                  {Method::put, "/session/step-up"},
                                                  {Method::put, "/session/email-code"},
                                                  {Method::post, "/session/link"},
                                                  {Method::put, "/language"},
                                                  {Method::patch, "/devices/FOB-4411"},
                                                  {Method::post, "/devices/FOB-4411/test"},
                                                  {Method::post, "/devices/FOB-4411/lost"},
                                                  {Method::post, "/help"}};
  for (const auto& [method, path] : calls) {
    for (const char* body : {"", "{", "[]", "null", R"({"nonsense":1})"}) {
      EXPECT_EQ(portal(browser, method, path, body).verdict(), "400 invalid_input") << path << body;
    }
  }
  for (const auto& [method, path] :
       {std::pair(Method::post, "/session/keep"), std::pair(Method::post, "/session/step-up"),
        std::pair(Method::post, "/temporary-code"),
        std::pair(Method::put, "/devices/FOB-4411/primary")}) {
    EXPECT_EQ(portal(browser, method, path, "{}").verdict(), "400 invalid_input") << path;
  }
}

}  // namespace
}  // namespace lockstep
