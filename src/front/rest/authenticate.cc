// SPDX-License-Identifier: Apache-2.0
#include "service/authenticate.h"

#include <utility>

#include "front/rest/routes.h"

namespace lockstep {
namespace {

Result<LoginRequest> read_login(const Call& call) {
  LOCKSTEP_TRY(Body body, Body::of(call));
  JsonObject& members = body.members();
  LoginRequest login;
  LOCKSTEP_TRY(login.user, members.text("user"));
  LOCKSTEP_TRY(login.password, members.optional_secret("password"));
  LOCKSTEP_TRY(login.code, members.text("code"));
  LOCKSTEP_TRY(std::optional<std::string> client, members.optional_text("client"));
  LOCKSTEP_TRY(login.state, members.optional_text("state"));
  LOCKSTEP_TRY(const std::optional<bool> can_prompt, members.optional_flag("can_prompt"));
  LOCKSTEP_TRY(const std::optional<std::string> group, members.optional_text("group"));
  LOCKSTEP_CHECK(members.finish());

  login.client = std::move(client).value_or("");
  login.prompting = can_prompt.value_or(false) ? Prompting::possible : Prompting::impossible;
  if (group) {
    LOCKSTEP_TRY(login.group, GroupName::parse(*group));
  }
  return login;
}

/// A rejection is these bytes and this header, whatever its cause.
Response rejected(const LoginAnswer& answer) {
  Response response = json_response(200, {{"decision", "reject"}});
  response.hold = answer.hold;
  return response;
}

Response accepted(const LoginAnswer& answer) {
  boost::json::object body = {{"decision", "accept"}};
  if (answer.serial) body["serial"] = answer.serial->text();
  return json_response(200, body);
}

boost::json::object asked_pin_json(const AskedPin& pin) {
  boost::json::object result{{"length_min", pin.length_min}, {"length_max", pin.length_max}};
  if (pin.given) result["given"] = *pin.given;
  if (pin.problem) result["problem"] = json_text(name_of(*pin.problem));
  return result;
}

Response challenged(const LoginAnswer& answer) {
  boost::json::object body = {{"decision", "challenge"}, {"prompt", answer.prompt}};
  if (answer.state) body["state"] = *answer.state;
  if (answer.pin) body["pin"] = asked_pin_json(*answer.pin);
  return json_response(200, body);
}

Result<Response> post_authenticate(Services& services, const Context& context, const Call& call) {
  LOCKSTEP_TRY(LoginRequest login, read_login(call));
  LOCKSTEP_TRY(const LoginAnswer answer, authenticate(services, context, std::move(login)));
  switch (answer.verdict) {
    case Verdict::accept:
      return accepted(answer);
    case Verdict::challenge:
      return challenged(answer);
    case Verdict::reject:
      return rejected(answer);
  }
  LOCKSTEP_ASSERT(false);
}

}  // namespace

void add_authenticate_routes(RestRoutes& routes) {
  routes.add(Method::post, "/authenticate", {Permission::authenticate}, post_authenticate);
}

}  // namespace lockstep
