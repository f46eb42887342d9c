// SPDX-License-Identifier: Apache-2.0
#include "service/operator_sessions.h"

#include <utility>

#include "front/rest/caller.h"
#include "front/rest/errors.h"
#include "front/rest/routes.h"
#include "service/operator_setup.h"
#include "service/operators.h"

namespace lockstep {
namespace {

constexpr std::size_t kAboutBytesMax = 150;

/// What the person is told whose session it becomes. Names of browsers are sent by browsers: only
/// what is plain is kept.
std::string about(const Call& call) {
  const std::string& address = call.request().peer.address;
  return address.empty() ? "this machine" : address.substr(0, kAboutBytesMax);
}

boost::json::object own_json(const Operator& account, const Session& session, WallTime now) {
  boost::json::array permissions;
  const Permissions may = permissions_of(account);
  for (std::size_t i = 0; i < kPermissionCount; ++i) {
    const auto one = static_cast<Permission>(i);
    if (may.has(one)) permissions.push_back(json_text(name_of(one)));
  }
  return {{"operator", operator_json(account)},
          {"permissions", std::move(permissions)},
          {"session", session_json(session)},
          {"ends_at", json_time(session.created_at + kSessionLifeMax)},
          {"server_time", json_time(now)}};
}

/// These bytes and nothing else, whatever the cause.
Response refused(Micros hold) {
  Response response = problem(Error{Errc::unauthenticated, "not accepted"});
  response.hold = hold;
  return response;
}

Response with_cookie(Response response, const std::string& secret) {
  response.headers.emplace_back("Set-Cookie", session_cookie(secret));
  return response;
}

Result<Secret> read_password(JsonObject& members) {
  LOCKSTEP_TRY(std::optional<Secret> password, members.optional_secret("password"));
  if (!password) return fail(Errc::invalid_input, "\"password\" is missing");
  return *std::move(password);
}

Result<Response> post_session(Services& services, const Context&, const Call& call) {
  LOCKSTEP_CHECK(check_same_origin(call.request()));
  LOCKSTEP_TRY(Body body, Body::of(call));
  SignInRequest request;
  LOCKSTEP_TRY(request.name, body.members().text("name"));
  LOCKSTEP_TRY(request.password, read_password(body.members()));
  LOCKSTEP_TRY(request.code, body.members().text("code"));
  LOCKSTEP_CHECK(body.members().finish());
  request.about = about(call);
  const Context console = console_context(services, call.request().peer.address);
  LOCKSTEP_TRY(const SignInAnswer answer, sign_in(services, console, request));
  if (!answer.signed_in) return refused(answer.hold);
  const SignedIn& done = *answer.signed_in;
  return with_cookie(json_response(201, own_json(done.account, done.session, console.now.wall)),
                     done.secret);
}

Result<Response> get_own(Services& services, const Context& context, const Call&) {
  LOCKSTEP_TRY(const OwnSession own, own_session(services, context));
  return json_response(200, own_json(own.account, own.session, context.now.wall));
}

Result<Response> delete_own(Services& services, const Context& context, const Call& call) {
  LOCKSTEP_CHECK(expect_no_body(call));
  LOCKSTEP_CHECK(sign_out(services, context));
  return with_cookie(no_content(), "");
}

Result<Response> delete_all_own(Services& services, const Context& context, const Call& call) {
  LOCKSTEP_CHECK(expect_no_body(call));
  LOCKSTEP_TRY(const OwnSession own, own_session(services, context));
  LOCKSTEP_CHECK(end_sessions(services, context, own.account.name));
  return with_cookie(no_content(), "");
}

Result<Response> post_setup(Services& services, const Context&, const Call& call) {
  LOCKSTEP_CHECK(check_same_origin(call.request()));
  LOCKSTEP_TRY(Body body, Body::of(call));
  SetupRequest request;
  LOCKSTEP_TRY(request.secret, body.members().text("secret"));
  LOCKSTEP_TRY(request.password, read_password(body.members()));
  LOCKSTEP_TRY(request.code, body.members().text("code"));
  LOCKSTEP_CHECK(body.members().finish());
  const Context console = console_context(services, call.request().peer.address);
  LOCKSTEP_TRY(const SetupAnswer answer, set_up_operator(services, console, request));
  if (answer.verdict == SetupVerdict::refused) return refused(answer.hold);
  return no_content();
}

}  // namespace

void add_operator_session_routes(RestRoutes& routes) {
  const Permissions anybody;
  routes.add_open_post("/operator-sessions", post_session);
  routes.add_open_post("/operator-setup", post_setup);
  routes.add(Method::get, "/operator-sessions/current", anybody, get_own);
  routes.add(Method::delete_, "/operator-sessions/current", anybody, delete_own);
  routes.add(Method::delete_, "/operator-sessions", anybody, delete_all_own);
}

}  // namespace lockstep
