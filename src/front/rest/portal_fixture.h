// SPDX-License-Identifier: Apache-2.0
// The API in process, as the portal's pages reach it: "anna" has a mailbox and a fob, and the help
// desk has an address.
#pragma once

#include <algorithm>

#include "front/rest/api_fixture.h"
#include "service/outgoing_mail.h"

namespace lockstep {

/// What a browser keeps of a session.
struct Browser {
  std::string cookie;  ///< "name=secret"
  std::string csrf = "none";
};

class PortalTest : public ApiTest {
 protected:
  PortalTest() : fob_((add_person("anna"), add_fob("anna", "FOB-4411"))) {
    services->portal.help.email = "help@example.org";
  }

  void add_person(const std::string& name) {
    UserPatch patch;
    patch.first_name = "Anna";
    patch.email = name + "@example.org";
    ASSERT_TRUE(upsert_user(*services, owner(), user_name(name), patch, {}));
  }

  /// Over TLS; `path` is behind "/api/v1".
  Seen browse(const Browser& browser, Method method, const std::string& path,
              const std::string& body = "") {
    return send(sent_by(browser, request_for(method, "/api/v1" + path, body)));
  }
  static Request sent_by(const Browser& browser, Request request) {
    request.peer = {PeerKind::tls, "192.0.2.9", std::nullopt};
    request.cookie = browser.cookie;
    request.csrf = browser.csrf;
    return request;
  }
  Seen portal(const Browser& browser, Method method, const std::string& path,
              const std::string& body = "") {
    return browse(browser, method, "/portal" + path, body);
  }

  std::string shown() { return fob_.shows(clock.now().wall); }
  std::string mailed_code() {
    const std::vector<Mail> mails = store.newest_mails(100).value();
    const auto mail = std::ranges::find(mails, MailEvent::email_code, &Mail::event);
    return mail == mails.end() ? "" : open_arguments(*services, *mail).value().at("code");
  }

  /// What a browser keeps after this answer.
  static Browser after(const Seen& seen) {
    const std::string cookie = seen.header("Set-Cookie");
    const boost::json::value session = seen.at("session");
    EXPECT_TRUE(session.is_object()) << seen.response.body;
    if (!session.is_object()) return {};
    return {cookie.substr(0, cookie.find(';')), session.at("csrf").as_string().c_str()};
  }
  static std::string code_body(const std::string& user, const std::string& code) {
    return R"({"user":")" + user + R"(","code":")" + code + R"("})";
  }
  static std::string state_body(const std::string& state, const std::string& code) {
    return R"({"state":")" + state + R"(","code":")" + code + R"("})";
  }
  Browser by_passcode() {
    const Seen seen = portal({}, Method::post, "/session", code_body("anna", shown()));
    clock.advance(Seconds(30));
    return after(seen);
  }
  Browser by_mail(const std::string& name = "anna") {
    const Seen sent =
        portal({}, Method::post, "/session/email-code", R"({"user":")" + name + R"("})");
    EXPECT_EQ(sent.status(), 202) << sent.response.body;
    return after(portal({}, Method::put, "/session/email-code",
                        state_body(sent.text("state"), mailed_code())));
  }

  SimulatedToken fob_;
};

}  // namespace lockstep
