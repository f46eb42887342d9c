// SPDX-License-Identifier: Apache-2.0
#include "service/resync_conversation.h"

#include "core/sync/sighting.h"
#include "formats/json.h"
#include "formats/seed_text.h"
#include "service/clock_desk.h"
#include "service/events.h"
#include "service/resync_answers.h"
#include "service/resync_case.h"
#include "service/tickets.h"
#include "service/tokens.h"

namespace lockstep {

namespace {

constexpr std::size_t kTypedBytesMax = 64;

/// A conversation as it is kept: whose token, and the sealed codes given so far.
struct Kept {
  Ticket ticket;
  UserName user;
  Serial serial;
  std::vector<GivenCode> codes;
  boost::json::object data;
};

/// What was decided with the last code: an answer that its caller may not have seen.
constexpr const char* kDecided = "decided";
/// Begun by a session of the portal: only its user goes on.
constexpr const char* kPortal = "portal";

ResyncRefusal refused(Reason reason) { return ResyncRefusal{reason, 0, {}, {}}; }

Result<std::optional<Kept>> find(Services& services, const Context& context,
                                 const std::string& id) {
  LOCKSTEP_TRY(std::optional<Ticket> ticket,
               find_ticket(services, id, TicketKind::resync, context.now.wall));
  if (!ticket) return std::nullopt;
  LOCKSTEP_TRY(const boost::json::value data, parse_json(ticket->data));
  LOCKSTEP_TRY(JsonObject object, JsonObject::of(data));
  LOCKSTEP_TRY(const std::string user_text, object.text("user"));
  LOCKSTEP_TRY(const std::string serial_text, object.text("serial"));
  LOCKSTEP_TRY(UserName user, UserName::parse(user_text));
  LOCKSTEP_TRY(Serial serial, Serial::parse(serial_text));
  const bool of_portal = data.get_object().contains(kPortal);
  if ((of_portal || context.caller.user) && context.caller.user != user) return std::nullopt;
  std::vector<GivenCode> codes;
  if (ticket->sealed) {
    LOCKSTEP_TRY(const Secret packed, services.vault.open(SealPurpose::typed_code,
                                                          seal_id(ticket->hash), *ticket->sealed));
    LOCKSTEP_TRY(codes, unpack_codes(packed));
  }
  return Kept{*std::move(ticket), std::move(user), std::move(serial), std::move(codes),
              data.get_object()};
}

Result<Ticket> with_codes(Services& services, Ticket ticket, const std::vector<GivenCode>& codes) {
  LOCKSTEP_TRY(ticket.sealed, services.vault.seal(SealPurpose::typed_code, seal_id(ticket.hash),
                                                  pack_codes(codes)));
  return ticket;
}

/// How long a code of an event token stays on its display, where its model says so.
Result<std::optional<Seconds>> shown_for_of(Services& services, const Token& token) {
  if (token.spec.kind != TokenKind::hotp || token.model.empty()) return std::nullopt;
  LOCKSTEP_TRY(const std::optional<TokenModel> model, services.store.token_model(token.model));
  if (!model || model->shown_for == Seconds(0)) return std::nullopt;
  return model->shown_for;
}

/// Why a conversation about this token cannot begin or go on, if so.
Reason closed(const Services& services, const ResyncCase& it, const UserName& user, WallTime now) {
  const Token& token = it.token();
  if (!it.owner() || it.owner()->name != user) return Reason::not_assigned;
  if (it.owner()->status == UserStatus::disabled) return Reason::user_disabled;
  if (const Reason why = closed_reason(token, now); why != Reason::none) return why;
  return is_undecidable(services, token) ? Reason::clock_unhealthy : Reason::none;
}

/// A slip of form costs nothing: the user is told at once and types again.
bool is_form(Reason reason) {
  return reason == Reason::malformed || reason == Reason::wrong_length ||
         reason == Reason::same_code;
}

/// The code with which the conversation goes on, or what is wrong with its form.
GivenCode read_code(const Token& token, const Context& context, const std::string& code) {
  return given_code(code.size() > kTypedBytesMax ? std::string_view() : std::string_view(code),
                    token.spec.digits, context.now);
}

/// What becomes of the ticket: it keeps what was decided, for who sends the same code again because
/// they have not seen the answer. After a slip of form it stays as it is.
Result<void> add_ticket_change(Services& services, const Kept& kept,
                               const std::vector<GivenCode>& codes, const ResyncAnswer& answer,
                               ChangeSet& set) {
  const auto* refusal = std::get_if<ResyncRefusal>(&answer);
  if (refusal != nullptr && is_form(refusal->reason)) return {};
  LOCKSTEP_TRY(Ticket decided, with_codes(services, kept.ticket, codes));
  boost::json::object data = kept.data;
  data[kDecided] = answer_to_json(answer);
  decided.data = to_json(data);
  set.changes.emplace_back(UpdateTicket{std::move(decided)});
  return {};
}

bool is_same(const GivenCode& before, const std::string& typed, const Context& context) {
  if (!before.code || !before.digits) return false;
  const GivenCode now = given_code(typed.substr(0, kTypedBytesMax), *before.digits, context.now);
  return now.code && now.code->value() == before.code->value();
}

/// The answer to the code number `number`, if it was given before; conversation_expired, if the
/// conversation cannot go on with it. nullopt: it can.
Result<std::optional<ResyncAnswer>> decided_before(const Kept& kept, const Context& context,
                                                   const std::string& code, std::size_t number) {
  const boost::json::value* decided = kept.data.if_contains(kDecided);
  if (decided == nullptr) {
    if (kept.codes.size() + 1 == number) return std::nullopt;
    return refused(Reason::conversation_expired);
  }
  LOCKSTEP_TRY(ResyncAnswer answer, parse_answer(*decided));
  if (kept.codes.size() == number && is_same(kept.codes.back(), code, context)) return answer;
  const auto* refusal = std::get_if<ResyncRefusal>(&answer);
  const bool waits = refusal != nullptr && refusal->reason == Reason::one_more_code;
  if (waits && kept.codes.size() + 1 == number && number <= 3) return std::nullopt;
  return refused(Reason::conversation_expired);
}

/// One try at deciding with one more code; a conflict means to look again.
Result<ResyncAnswer> decide_once(Services& services, const Context& context, const Kept& kept,
                                 const std::string& code) {
  LOCKSTEP_TRY(ResyncCase it, ResyncCase::read(services, context, kept.serial));
  if (const Reason why = closed(services, it, kept.user, context.now.wall); why != Reason::none) {
    return refused(why);
  }
  ResyncRequest request;
  request.codes = kept.codes;
  request.codes.push_back(read_code(it.token(), context, code));
  request.authority = ResyncAuthority::self_service;
  request.at = context.now;
  ResyncDecision decision = it.decide(request);
  ChangeSet set = it.changes(context, decision, kind_of(decision));
  set.events.back().details.emplace_back("by", "portal");
  LOCKSTEP_CHECK(add_resync_mail(services, context, it, decision, "user", set));
  const EventKind kind = kind_of(decision);
  const Reason reason = decision.reason;
  ResyncAnswer answer = it.answer(context, std::move(decision));
  LOCKSTEP_CHECK(add_ticket_change(services, kept, request.codes, answer, set));
  LOCKSTEP_CHECK(services.store.commit(std::move(set)));
  services.meter.resync(ResyncBy::self_service, kind, reason);
  return answer;
}

/// Decides with the code number `number` of the conversation.
Result<ResyncAnswer> go_on(Services& services, const Context& context, const std::string& id,
                           const std::string& code, std::size_t number) {
  for (int i = 0; i < kResyncTriesMax; ++i) {
    // Looked up anew each time: whoever else sent the same step may have used it up.
    LOCKSTEP_TRY(const std::optional<Kept> kept, find(services, context, id));
    if (!kept) return refused(Reason::conversation_expired);
    LOCKSTEP_TRY(const auto before, decided_before(*kept, context, code, number));
    if (before) return *before;
    Result<ResyncAnswer> answer = decide_once(services, context, *kept, code);
    if (answer || answer.error().code != Errc::conflict) return answer;
  }
  return fail(Errc::unavailable, "the token is in use all the time");
}

}  // namespace

Result<std::variant<ConversationStarted, ResyncRefusal>> start_conversation(Services& services,
                                                                            const Context& context,
                                                                            const UserName& user,
                                                                            const Serial& serial) {
  const Result<ResyncCase> it = ResyncCase::read(services, context, serial);
  if (!it && it.error().code == Errc::not_found) return refused(Reason::not_assigned);
  if (!it) return std::unexpected(it.error());
  if (const Reason why = closed(services, *it, user, context.now.wall); why != Reason::none) {
    return refused(why);
  }
  const ResyncFailures& failures = it->token().progress.resync_failures;
  if (const auto until = paused_until(failures, context.now); until) {
    return ResyncRefusal{Reason::too_many_attempts, 0, until, {}};
  }
  const TicketSecret secret = make_ticket_secret(services.random);
  const WallTime expires_at = context.now.wall + kResyncConversation;
  boost::json::object data{{"user", user.text()}, {"serial", serial.text()}};
  if (context.caller.user) data[kPortal] = true;
  AuditEvent made = event(context, EventKind::resync_started, serial);
  made.user = user;
  LOCKSTEP_CHECK(services.store.commit(ChangeSet{{InsertTicket{Ticket{.hash = secret.hash,
                                                                      .kind = TicketKind::resync,
                                                                      .data = to_json(data),
                                                                      .sealed = {},
                                                                      .expires_at = expires_at,
                                                                      .version = {}}}},
                                                 {std::move(made)}}));
  LOCKSTEP_TRY(const std::optional<Seconds> shown_for, shown_for_of(services, it->token()));
  return ConversationStarted{.id = secret.text,
                             .spec = it->token().spec,
                             .expires_at = expires_at,
                             .server_time = context.now.wall,
                             .attempts_left = attempts_left(failures, context.now),
                             .shown_for = shown_for};
}

Result<std::variant<FirstTaken, ResyncRefusal>> give_first(Services& services,
                                                           const Context& context,
                                                           const std::string& id,
                                                           const std::string& code) {
  LOCKSTEP_TRY(std::optional<Kept> kept, find(services, context, id));
  if (!kept || kept->data.contains(kDecided)) return refused(Reason::conversation_expired);
  LOCKSTEP_TRY(const TokenRow row, get_token(services, kept->serial));
  if (is_undecidable(services, row.token)) return refused(Reason::clock_unhealthy);
  const GivenCode given = read_code(row.token, context, code);
  if (given.reason != Reason::none) return refused(given.reason);
  const WallTime accept_until = kept->ticket.expires_at;
  LOCKSTEP_TRY(Ticket ticket, with_codes(services, std::move(kept->ticket), {given}));
  const Result<void> done = services.store.commit(ChangeSet{{UpdateTicket{std::move(ticket)}}, {}});
  // A conflict is the same step sent twice, or a conversation that ended meanwhile.
  if (!done && done.error().code == Errc::conflict) return refused(Reason::conversation_expired);
  if (!done) return std::unexpected(done.error());
  FirstTaken taken{{}, accept_until};
  if (row.token.spec.kind == TokenKind::totp) taken.next_within = row.token.spec.step;
  return taken;
}

Result<ResyncAnswer> complete_conversation(Services& services, const Context& context,
                                           const std::string& id, const std::string& code) {
  return go_on(services, context, id, code, 2);
}

Result<ResyncAnswer> give_third(Services& services, const Context& context, const std::string& id,
                                const std::string& code) {
  return go_on(services, context, id, code, 3);
}

}  // namespace lockstep
