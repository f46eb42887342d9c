// SPDX-License-Identifier: Apache-2.0
// Signing in to the portal, staying there, and leaving.
#include <algorithm>
#include <utility>

#include "base/text.h"
#include "front/rest/caller.h"
#include "front/rest/errors.h"
#include "front/rest/portal_json.h"
#include "front/rest/routes.h"
#include "service/links.h"
#include "service/mail_code_rows.h"
#include "service/mail_codes.h"
#include "service/user_sessions.h"

namespace lockstep {
namespace {

Response with_cookie(Response response, const Services& services, const Call& call,
                     std::string_view secret) {
  response.headers.emplace_back("Set-Cookie", portal_cookie(services, call.request(), secret));
  return response;
}

Response accepted(Services& services, const Context& context, const Call& call,
                  const BegunSession& begun) {
  // The browser forgets the session it came with, whoever's it was: nobody could end it any more.
  const Result<std::string> before = portal_secret(services, call.request());
  if (before && !before->empty()) {
    static_cast<void>(end_user_session(services, context, *before));
  }
  return with_cookie(
      json_response(200,
                    {{"decision", "accept"},
                     {"session", session_json(services, context, begun.session, begun.secret)}}),
      services, call, begun.secret);
}

Result<Response> get_settings(Services& services, const Context& context, const Call&) {
  return json_response(200, settings_json(services.portal, context));
}

Result<Response> get_session(Services& services, const Context& context, const Call& call) {
  LOCKSTEP_TRY(const std::string secret, portal_secret(services, call.request()));
  std::optional<UserSession> found;
  if (!secret.empty()) {
    LOCKSTEP_TRY(found, find_user_session(services, secret, Touch::no));
  }
  if (!found) return json_response(200, {{"state", "signed_out"}});
  return json_response(200, session_json(services, context, *found, secret));
}

Result<Response> post_session(Services& services, const Context&, const Call& call) {
  LOCKSTEP_TRY(Body body, Body::of(call));
  PasscodeSignIn request;
  LOCKSTEP_TRY(request.user, body.members().text("user"));
  LOCKSTEP_TRY(request.password, body.members().optional_secret("password"));
  LOCKSTEP_TRY(request.code, body.members().text("code"));
  LOCKSTEP_CHECK(body.members().finish());
  request.about = call.request().peer.address;
  const Context context = portal_context(services, call.request().peer.address);
  LOCKSTEP_TRY(const PasscodeAnswer answer,
               sign_in_with_passcode(services, context, std::move(request)));
  if (answer.begun) return accepted(services, context, call, *answer.begun);
  Response response = json_response(200, {{"decision", "reject"}});
  response.hold = answer.hold;
  return response;
}

Result<Response> delete_session(Services& services, const Context& context, const Call& call) {
  LOCKSTEP_CHECK(expect_no_body(call));
  LOCKSTEP_TRY(const std::string secret, portal_secret(services, call.request()));
  if (!secret.empty()) LOCKSTEP_CHECK(end_user_session(services, context, secret));
  return with_cookie(no_content(), services, call, "");
}

Result<Response> post_keep(Services& services, const Context& context, const Call& call) {
  LOCKSTEP_CHECK(expect_no_body(call));
  LOCKSTEP_TRY(const std::string secret, portal_secret(services, call.request()));
  LOCKSTEP_TRY(const UserSession own, keep_user_session(services, context));
  return json_response(200, session_json(services, context, own, secret));
}

Result<Response> delete_sessions(Services& services, const Context& context, const Call& call) {
  LOCKSTEP_CHECK(expect_no_body(call));
  LOCKSTEP_CHECK(end_own_sessions(services, context));
  return with_cookie(no_content(), services, call, "");
}

// ---- Codes by mail.

/// The first language of the browser's list that the portal speaks.
std::string language_of(const Services& services, const Request& request) {
  std::string_view rest = request.accept_language;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find(','), rest.size());
    const std::string_view one = trim(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
    const std::string_view tag = one.substr(0, one.find_first_of(";-"));
    for (const std::string& known : services.portal.languages) {
      if (known.substr(0, known.find('-')) == tag) return known;
    }
  }
  return services.portal.default_language;
}

Response sent_response(const MailCodeSent& sent, const std::string& address,
                       const Context& context) {
  boost::json::object body{{"state", sent.state}};
  if (!address.empty()) body["address"] = address;
  body["expires_at"] = json_time(sent.expires_at);
  body["resend_at"] = json_time(sent.resend_at);
  body["server_time"] = json_time(context.now.wall);
  return json_response(202, body);
}

Result<Response> post_email_code(Services& services, const Context&, const Call& call) {
  LOCKSTEP_TRY(Body body, Body::of(call));
  LOCKSTEP_TRY(const std::string user, body.members().text("user"));
  LOCKSTEP_CHECK(body.members().finish());
  MailCodeOrder order;
  if (auto name = UserName::parse(user)) order.user = *std::move(name);
  order.language = language_of(services, call.request());
  const Context context = portal_context(services, call.request().peer.address);
  LOCKSTEP_TRY(const MailCodeSent sent, send_mail_code(services, context, order));
  Response response = sent_response(sent, "", context);
  response.hold = hold_after_mail(services, context);
  return response;
}

Result<Response> post_step_up(Services& services, const Context& context, const Call& call) {
  LOCKSTEP_CHECK(expect_no_body(call));
  LOCKSTEP_TRY(const UserSession own, own_user_session(services, context));
  MailCodeOrder order;
  order.purpose = MailCodePurpose::step_up;
  order.user = own.user.name;
  order.language = language_of(services, call.request());
  LOCKSTEP_TRY(const MailCodeSent sent, send_mail_code(services, context, order));
  return sent_response(sent, masked_address(own.user.email), context);
}

Result<Response> post_link(Services& services, const Context&, const Call& call) {
  LOCKSTEP_TRY(Body body, Body::of(call));
  LOCKSTEP_TRY(const std::string token, body.members().text("token"));
  LOCKSTEP_CHECK(body.members().finish());
  const Context context = portal_context(services, call.request().peer.address);
  LOCKSTEP_TRY(const auto followed,
               follow_link(services, context, token, language_of(services, call.request())));
  if (!followed) return problem(Reason::conversation_expired, {});
  return sent_response(followed->sent, followed->address, context);
}

Result<GivenMailCode> read_given(const Call& call) {
  LOCKSTEP_TRY(Body body, Body::of(call));
  GivenMailCode given;
  LOCKSTEP_TRY(given.state, body.members().text("state"));
  LOCKSTEP_TRY(given.code, body.members().text("code"));
  LOCKSTEP_CHECK(body.members().finish());
  given.about = call.request().peer.address;
  return given;
}

Response answer_response(Services& services, const Context& context, const Call& call,
                         const MailCodeAnswer& answer) {
  if (const auto* done = std::get_if<MailCodeAccepted>(&answer)) {
    return accepted(services, context, call, done->begun);
  }
  if (const auto* rejected = std::get_if<MailCodeRejected>(&answer)) {
    return json_response(200, {{"decision", "reject"}, {"attempts_left", rejected->attempts_left}});
  }
  return problem(Reason::conversation_expired, {});
}

Result<Response> put_email_code(Services& services, const Context&, const Call& call) {
  LOCKSTEP_TRY(const GivenMailCode given, read_given(call));
  const Context context = portal_context(services, call.request().peer.address);
  LOCKSTEP_TRY(const MailCodeAnswer answer, sign_in_with_mail_code(services, context, given));
  return answer_response(services, context, call, answer);
}

Result<Response> put_step_up(Services& services, const Context& context, const Call& call) {
  LOCKSTEP_TRY(const GivenMailCode given, read_given(call));
  LOCKSTEP_TRY(const MailCodeAnswer answer, step_up(services, context, given));
  return answer_response(services, context, call, answer);
}

Result<Response> put_language(Services& services, const Context& context, const Call& call) {
  LOCKSTEP_TRY(Body body, Body::of(call));
  LOCKSTEP_TRY(const std::string language, body.members().text("language"));
  LOCKSTEP_CHECK(body.members().finish());
  LOCKSTEP_CHECK(set_language(services, context, language));
  return no_content();
}

}  // namespace

void add_portal_session_routes(RestRoutes& routes) {
  using enum RestRoutes::Fresh;
  routes.add_portal_open(Method::get, "/settings", get_settings);
  routes.add_portal_open(Method::get, "/session", get_session);
  routes.add_portal_open(Method::post, "/session", post_session);
  routes.add_portal_open(Method::delete_, "/session", delete_session);
  routes.add_portal(Method::post, "/session/keep", no, post_keep);
  routes.add_portal(Method::delete_, "/sessions", no, delete_sessions);
  routes.add_portal_open(Method::post, "/session/email-code", post_email_code);
  routes.add_portal_open(Method::put, "/session/email-code", put_email_code);
  routes.add_portal(Method::post, "/session/step-up", no, post_step_up);
  routes.add_portal(Method::put, "/session/step-up", no, put_step_up);
  routes.add_portal_open(Method::post, "/session/link", post_link);
  routes.add_portal(Method::put, "/language", no, put_language);
}

}  // namespace lockstep
