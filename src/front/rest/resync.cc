// SPDX-License-Identifier: Apache-2.0
// The portal's resynchronisation, in steps.
#include <utility>

#include "front/rest/errors.h"
#include "front/rest/routes.h"
#include "front/rest/token_json.h"
#include "service/resync_conversation.h"

namespace lockstep {
namespace {

Response started_response(const ConversationStarted& started) {
  boost::json::object body;
  body["id"] = started.id;
  body["method"] = "two_codes";
  for (const auto& member : spec_json(started.spec)) {
    if (member.key() != "algorithm" && member.key() != "t0_seconds") {
      body[member.key()] = member.value();
    }
  }
  body["expires_at"] = json_time(started.expires_at);
  body["server_time"] = json_time(started.server_time);
  body["attempts_left"] = started.attempts_left;
  if (started.shown_for) body["display_seconds"] = started.shown_for->count();
  return json_response(201, body);
}

Result<Response> post_start(Services& services, const Context& context, const Call& call) {
  LOCKSTEP_TRY(Body body, Body::of(call));
  std::optional<UserName> user = context.caller.user;
  if (!user) {
    LOCKSTEP_TRY(const std::string text, body.members().text("user"));
    LOCKSTEP_TRY(user, UserName::parse(text));
  }
  LOCKSTEP_TRY(const std::string serial_text, body.members().text("serial"));
  LOCKSTEP_CHECK(body.members().finish());
  if (context.caller.user && !services.portal.allow.resync) {
    return problem(Reason::not_allowed, {});
  }
  if (context.caller.user && !is_fresh(context)) return problem(Reason::step_up_required, {});
  LOCKSTEP_TRY(const Serial serial, Serial::parse(serial_text));
  LOCKSTEP_TRY(const auto answer, start_conversation(services, context, *user, serial));
  if (const auto* started = std::get_if<ConversationStarted>(&answer)) {
    return started_response(*started);
  }
  return refusal_response(std::get<ResyncRefusal>(answer), context);
}

/// The only member of a body.
Result<std::string> read_code(const Call& call, std::string_view name) {
  LOCKSTEP_TRY(Body body, Body::of(call));
  LOCKSTEP_TRY(std::string code, body.members().text(name));
  LOCKSTEP_CHECK(body.members().finish());
  return code;
}

Result<Response> put_first(Services& services, const Context& context, const Call& call) {
  LOCKSTEP_TRY(const std::string code, read_code(call, "code"));
  LOCKSTEP_TRY(const auto answer, give_first(services, context, call.path("id"), code));
  if (const auto* refusal = std::get_if<ResyncRefusal>(&answer)) {
    return refusal_response(*refusal, context);
  }
  const FirstTaken& taken = std::get<FirstTaken>(answer);
  boost::json::object body;
  if (taken.next_within) body["next_within_seconds"] = taken.next_within->count();
  body["accept_until"] = json_time(taken.accept_until);
  return json_response(202, body);
}

/// Where another code decides, the wizard goes on: to it that is an answer and not a problem.
Response decided_response(const ResyncAnswer& answer, const Context& context) {
  const auto* refusal = std::get_if<ResyncRefusal>(&answer);
  if (refusal == nullptr || refusal->reason != Reason::one_more_code) {
    return resync_response(answer, context);
  }
  return json_response(200,
                       {{"reason", "one_more_code"}, {"attempts_left", refusal->attempts_left}});
}

Result<Response> post_complete(Services& services, const Context& context, const Call& call) {
  LOCKSTEP_TRY(const std::string code, read_code(call, "code2"));
  LOCKSTEP_TRY(const ResyncAnswer answer,
               complete_conversation(services, context, call.path("id"), code));
  return decided_response(answer, context);
}

Result<Response> put_next(Services& services, const Context& context, const Call& call) {
  LOCKSTEP_TRY(const std::string code, read_code(call, "code"));
  LOCKSTEP_TRY(const ResyncAnswer answer, give_third(services, context, call.path("id"), code));
  return decided_response(answer, context);
}

}  // namespace

void add_resync_routes(RestRoutes& routes) {
  const Permissions needs{Permission::self_service};
  routes.add(Method::post, "/resync", needs, post_start);
  routes.add(Method::put, "/resync/{id}/first", needs, put_first);
  routes.add(Method::post, "/resync/{id}/complete", needs, post_complete);
  routes.add(Method::put, "/resync/{id}/next", needs, put_next);
}

}  // namespace lockstep
