// SPDX-License-Identifier: Apache-2.0
#include "front/rest/lab.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "core/sync/clock_model.h"
#include "front/rest/routes.h"
#include "front/rest/token_json.h"
#include "service/audit_trail.h"
#include "service/authenticate.h"
#include "service/mail_desk.h"
#include "service/tokens.h"

namespace lockstep {
namespace {

/// The gateway that the lab's sign-in form stands for.
constexpr const char* kGateway = "lab-vpn";
constexpr std::uint32_t kOutboxMax = 50;

boost::json::object token_json(const LabToken& token) {
  boost::json::object result;
  for (const auto& member : spec_json(token.spec)) {
    if (member.key() != "t0_seconds") result[member.key()] = member.value();
  }
  result["serial"] = token.serial.text();
  result["user"] = token.user;
  result["user_name"] = token.user_name;
  result["model"] = token.model;
  result["seed"] = token.seed_hex;
  result["counter"] = token.counter;
  return result;
}

Result<Response> get_world(const LabWorld& world, const Context& context) {
  boost::json::array tokens;
  for (const LabToken& token : world.tokens) tokens.push_back(token_json(token));
  return json_response(
      200, {{"tokens", std::move(tokens)}, {"server_time", json_time(context.now.wall)}});
}

/// How far the server looks for this token: for one code, and for two in a row.
std::pair<std::uint32_t, std::uint32_t> reach_of(const Token& token, const Policy& policy) {
  if (token.spec.kind == TokenKind::hotp) {
    return {event_accept(policy, token.spec.digits), policy.event.next_code};
  }
  const TimeZones& zones = time_zones(policy, token.form);
  return {zones.accept, zones.next_code};
}

/// Only of the lab's own tokens. Errors: not_found.
Result<Response> get_belief(const LabWorld& world, Services& services, const Context& context,
                            const Call& call) {
  LOCKSTEP_TRY(const Serial serial, Serial::parse(call.path("serial")));
  if (std::ranges::find(world.tokens, serial, &LabToken::serial) == world.tokens.end()) {
    return fail(Errc::not_found, "the lab has no such token");
  }
  LOCKSTEP_TRY(const TokenRow row, get_token(services, serial));
  const Token& token = row.token;
  const Policy& policy = context.policy->of(token);
  const auto [accept, pair] = reach_of(token, policy);
  boost::json::object belief{{"next", token.progress.next.value()},
                             {"accept", accept},
                             {"pair", pair},
                             {"server_time", json_time(context.now.wall)}};
  if (token.spec.kind == TokenKind::totp) {
    belief["offset"] = whole_seconds(predicted_offset(token.progress));
  }
  if (!token.progress.remembered.empty()) {
    const Remembered& newest = *std::ranges::max_element(
        token.progress.remembered, {}, [](const Remembered& one) { return one.at.wall; });
    if (elapsed(newest.at, context.now) < Micros(policy.pair_within)) {
      belief["remembered"] = newest.position.value();
      belief["remembered_until"] = json_time(newest.at.wall + policy.pair_within);
    }
  }
  return json_response(200, belief);
}

/// What the audit wrote down about a sign-in, and a gateway is never told.
Result<boost::json::object> why_of(Services& services, const Context& context) {
  AuditQuery query;
  query.actor = context.caller.actor;
  query.limit = 1;
  LOCKSTEP_TRY(const std::vector<AuditRecord> records, query_audit(services.store, query));
  boost::json::object why;
  if (records.empty()) return why;
  const AuditEvent& event = records.front().event;
  if (event.reason != Reason::none) why["reason"] = json_text(name_of(event.reason));
  for (const auto& [name, value] : event.details) {
    std::int64_t off = 0;
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), off);
    if (name == "off" && error == std::errc() && end == value.data() + value.size()) {
      why["off"] = off;
    }
  }
  if (event.kind == EventKind::login_accepted_resynced) why["moved"] = true;
  return why;
}

Result<Response> post_sign_in(Services& services, const Call& call) {
  LOCKSTEP_TRY(Body body, Body::of(call));
  LoginRequest login;
  LOCKSTEP_TRY(login.user, body.members().text("user"));
  LOCKSTEP_TRY(login.code, body.members().text("code"));
  LOCKSTEP_CHECK(body.members().finish());
  login.client = kGateway;
  const Context context =
      begin(services, Caller{Actor(std::string("key:") + kGateway), {}, kGateway});
  LOCKSTEP_TRY(const LoginAnswer answer, authenticate(services, context, std::move(login)));
  LOCKSTEP_TRY(boost::json::object result, why_of(services, context));
  result["decision"] = answer.verdict == Verdict::accept ? "accept" : "reject";
  return json_response(200, result);
}

Result<Response> get_outbox(Services& services) {
  LOCKSTEP_TRY(const std::vector<Mail> mails, list_mails(services, kOutboxMax));
  boost::json::array items;
  for (const Mail& mail : mails) {
    const Result<MailText> text = mail_text_of(services, mail);
    if (!text) continue;
    items.push_back(boost::json::object{
        {"id", std::to_string(mail.id.value())},
        {"at", json_time(mail.created_at)},
        {"to", mail.to},
        {"event", json_text(name_of(mail.event))},
        {"language", mail.language.empty() ? services.portal.default_language : mail.language},
        {"subject", text->subject},
        {"text", text->text}});
  }
  return list_response(std::move(items), std::nullopt);
}

}  // namespace

void add_lab_routes(RestRoutes& routes, const LabWorld& world) {
  routes.add_open(Method::get, "/lab/world",
                  [&world](Services&, const Context& context, const Call&) {
                    return get_world(world, context);
                  });
  routes.add_open(Method::get, "/lab/tokens/{serial}",
                  [&world](Services& services, const Context& context, const Call& call) {
                    return get_belief(world, services, context, call);
                  });
  routes.add_open(Method::post, "/lab/sign-in",
                  [](Services& services, const Context&, const Call& call) {
                    return post_sign_in(services, call);
                  });
  routes.add_open(Method::get, "/lab/outbox", [](Services& services, const Context&, const Call&) {
    return get_outbox(services);
  });
}

}  // namespace lockstep
