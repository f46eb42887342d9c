// SPDX-License-Identifier: Apache-2.0
// The API in process, as a browser reaches it, before an organisation with operators.
#pragma once

#include "front/rest/api_fixture.h"

namespace lockstep {

class ConsoleTest : public ApiTest {
 protected:
  static constexpr const char* kPassword = "a long enough phrase";

  /// From a page of our own, over the network. `cookie` is as Set-Cookie gave it, or "".
  Seen browse(const std::string& cookie, Method method, const std::string& path,
              const std::string& body = "") {
    return send(browser(cookie, request_for(method, "/api/v1" + path, body)));
  }
  static Request browser(const std::string& cookie, Request request) {
    request.peer = {PeerKind::tls, "192.0.2.9", std::nullopt};
    request.cookie = cookie.substr(0, cookie.find(';'));
    request.lockstep = "1";
    return request;
  }

  /// Makes the operator `name`, whose second factor is a new card of the user `name`.
  void add_operator(const std::string& name, const std::string& role,
                    const std::string& scope = "") {
    add_user(name);
    cards_.emplace(name, add_card(name, name + "-CARD"));
    const std::string more = scope.empty() ? "" : R"(,"scope":[")" + scope + R"("])";
    const Seen made = post("/operators", R"({"name":")" + name + R"(","role":")" + role +
                                             R"(","tokens_of":")" + name + R"(")" + more + "}");
    ASSERT_EQ(made.status(), 201) << made.response.body;
    const std::string link(made.at("setup").at("path").as_string().c_str());
    const Seen done =
        browse("", Method::post, "/operator-setup",
               R"({"secret":")" + link.substr(link.find('#') + 1) + R"(","password":")" +
                   kPassword + R"(","code":")" + cards_.at(name).press() + R"("})");
    ASSERT_EQ(done.status(), 204) << done.response.body;
  }

  static std::string sign_in_body(const std::string& name, const std::string& password,
                                  const std::string& code) {
    return R"({"name":")" + name + R"(","password":")" + password + R"(","code":")" + code +
           R"("})";
  }
  Seen sign_in(const std::string& name, const std::string& password, const std::string& code) {
    return browse("", Method::post, "/operator-sessions", sign_in_body(name, password, code));
  }
  /// The cookie of a new session.
  std::string cookie_of(const std::string& name) {
    const Seen seen = sign_in(name, kPassword, cards_.at(name).press());
    EXPECT_EQ(seen.status(), 201) << seen.response.body;
    return seen.header("Set-Cookie");
  }

  std::map<std::string, SimulatedToken> cards_;
};

}  // namespace lockstep
