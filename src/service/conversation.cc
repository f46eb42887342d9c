// SPDX-License-Identifier: Apache-2.0
#include "service/conversation.h"

#include <algorithm>
#include <array>
#include <limits>
#include <span>
#include <utility>

#include "base/hex.h"
#include "crypto/digest.h"
#include "formats/base64.h"
#include "formats/json.h"

namespace lockstep {
namespace {

using Carried = FirstFactor::Carried;

constexpr std::array<std::string_view, 3> kGiven = {"none", "right", "wrong"};
constexpr NumberRange kProblems{0, std::to_underlying(PinProblem::different)};
constexpr std::array<std::string_view, 3> kVerdicts = {"accept", "reject", "challenge"};

template <class Enum>
std::optional<Enum> named(std::span<const std::string_view> names, std::string_view name) {
  const auto found = std::ranges::find(names, name);
  if (found == names.end()) return std::nullopt;
  return static_cast<Enum>(found - names.begin());
}

/// Tells one code typed in this conversation from another; without the state, which the store does
/// not know, it tells nothing about the code.
Sha256Digest asked(const LoginRequest& request, std::string_view purpose) {
  const Secret key = Secret::copy_of(request.state.value_or(""));
  return hmac_sha256(key, bytes_of(std::string(purpose) + ' ' + request.code));
}

std::string hex_asked(const LoginRequest& request) { return to_hex(asked(request, "answered")); }

Result<std::optional<AskedPin>> read_pin(JsonObject& data) {
  constexpr NumberRange kLength{0, std::numeric_limits<std::uint32_t>::max()};
  LOCKSTEP_TRY(const auto length_min, data.optional_number("pin_min", kLength));
  LOCKSTEP_TRY(const auto length_max, data.optional_number("pin_max", kLength));
  LOCKSTEP_TRY(const auto problem, data.optional_number("pin_problem", kProblems));
  if (!length_min || !length_max) return std::nullopt;
  AskedPin pin{
      static_cast<std::uint32_t>(*length_min), static_cast<std::uint32_t>(*length_max), {}, {}};
  if (problem) pin.problem = static_cast<PinProblem>(*problem);
  return pin;
}

}  // namespace

Result<std::optional<Ending>> read_ending(JsonObject& data) {
  LOCKSTEP_TRY(std::optional<std::string> about, data.optional_text("answered"));
  if (!about) return std::nullopt;
  Ending ended{*std::move(about), {}};
  LOCKSTEP_TRY(const std::string verdict, data.text("verdict"));
  LOCKSTEP_TRY(const std::string serial, data.text("ended_serial"));
  LOCKSTEP_TRY(ended.answer.prompt, data.text("ended_with"));
  LOCKSTEP_TRY(ended.answer.pin, read_pin(data));
  const auto known = named<Verdict>(kVerdicts, verdict);
  if (!known) return fail(Errc::corrupt, "a conversation ended in no way we know");
  ended.answer.verdict = *known;
  if (!serial.empty()) {
    LOCKSTEP_TRY(ended.answer.serial, Serial::parse(serial));
  }
  return ended;
}

Result<FirstFactor> first_factor_of(Services& services, const User* user,
                                    const LoginRequest& request) {
  if (request.vouched != Vouched::no) {
    return FirstFactor::vouched(user, request.vouched == Vouched::right);
  }
  LOCKSTEP_TRY(FirstFactor factor, FirstFactor::check(services, user, request.password));
  if (request.first_factor == FirstFactorRule::not_asked) factor.ask_for_nothing();
  return factor;
}

Source source_of(const Context& context, const LoginRequest& request) {
  if (request.client.empty()) return Source(context.caller.source);
  return Source(context.caller.source + " " + request.client);
}

Result<std::optional<Kept>> find_kept(Services& services, const Context& context,
                                      std::string_view state, std::string_view purpose) {
  LOCKSTEP_TRY(std::optional<Ticket> ticket,
               find_ticket(services, state, TicketKind::challenge, context.now.wall));
  if (!ticket) return std::nullopt;
  LOCKSTEP_TRY(boost::json::value data, parse_json(ticket->data));
  LOCKSTEP_TRY(JsonObject object, JsonObject::of(data));
  LOCKSTEP_TRY(const std::optional<std::string> waits_for, object.optional_text("for"));
  if (waits_for.value_or("") != purpose) return std::nullopt;
  Kept kept{*std::move(ticket), {}, {}, {}, {}, {}, {}};
  LOCKSTEP_TRY(kept.user, object.text("user"));
  LOCKSTEP_TRY(kept.caller, object.text("caller"));
  LOCKSTEP_TRY(kept.factors, object.text("factors"));
  LOCKSTEP_TRY(std::string origin, object.text("origin"));
  kept.origin = Source(std::move(origin));
  LOCKSTEP_TRY(kept.ended, read_ending(object));
  kept.data = std::move(data);
  return kept;
}

Result<std::optional<Conversation>> find_conversation(Services& services, const Context& context,
                                                      const LoginRequest& request,
                                                      const UserName& user) {
  LOCKSTEP_TRY(std::optional<Kept> kept,
               find_kept(services, context, request.state.value_or(""), ""));
  if (!kept) return std::nullopt;
  LOCKSTEP_TRY(JsonObject object, JsonObject::of(kept->data));
  // Servers of an earlier version, which may share the store, began none but with a right one.
  LOCKSTEP_TRY(const std::optional<std::string> given, object.optional_text("given"));
  LOCKSTEP_TRY(std::optional<std::string> prompt, object.optional_text("prompt"));
  const auto known = named<Carried>(kGiven, given.value_or("right"));
  if (!known) return fail(Errc::corrupt, "a conversation holds a first factor of no known kind");
  if (kept->user != user.text() || kept->caller != context.caller.source) return std::nullopt;
  return Conversation{.ticket = std::move(kept->ticket),
                      .origin = std::move(kept->origin),
                      .given = *known,
                      .factors = std::move(kept->factors),
                      .prompt = std::move(prompt).value_or("next_code"),
                      .ended = std::move(kept->ended)};
}

Carried carried(const std::optional<Conversation>& conversation, const std::optional<User>& user) {
  if (!conversation) return Carried::none;
  // What was right when the conversation began is right no more once it was changed.
  if (conversation->given == Carried::right && conversation->factors != factors_of(user)) {
    return Carried::none;
  }
  return conversation->given;
}

TicketSecret next_secret(Services& services, const LoginRequest& request) {
  if (request.redelivery == Redelivery::refused || !request.state || request.state->empty()) {
    return make_ticket_secret(services.random);
  }
  TicketSecret secret{to_base64url(asked(request, "next")), {}};
  secret.hash = ticket_hash(secret.text);
  return secret;
}

Ticket conversation_ticket(const Context& context, const UserName& user, const Source& origin,
                           const Situation& now, Carried given, const std::string& prompt,
                           const TicketSecret& secret) {
  const Seconds within = context.policy->of_member(now.groups).policy.pair_within;
  return Ticket{.hash = secret.hash,
                .kind = TicketKind::challenge,
                .data = to_json({{"user", user.text()},
                                 {"caller", context.caller.source},
                                 {"origin", origin.value()},
                                 {"factors", factors_of(now.user)},
                                 {"prompt", prompt},
                                 {"given", kGiven.at(static_cast<std::size_t>(given))}}),
                .sealed = {},
                .expires_at = context.now.wall + within,
                .version = {}};
}

Change ending(const Context& context, const Ticket& ticket, const LoginRequest& request,
              const LoginAnswer& answer) {
  const bool is_shown_once = answer.pin && answer.pin->given;
  if (request.redelivery == Redelivery::refused || is_shown_once) {
    return DeleteTicket{ticket.hash, ticket.version};
  }
  Ticket ended = ticket;
  const auto data = parse_json(ended.data);
  LOCKSTEP_ASSERT(data && data->is_object());
  boost::json::object object = data->as_object();
  LOCKSTEP_ASSERT(!object.contains("answered"));
  object["answered"] = hex_asked(request);
  object["verdict"] = kVerdicts.at(static_cast<std::size_t>(answer.verdict));
  object["ended_serial"] = answer.serial ? answer.serial->text() : "";
  object["ended_with"] = answer.prompt;
  if (answer.pin) {
    object["pin_min"] = answer.pin->length_min;
    object["pin_max"] = answer.pin->length_max;
    if (answer.pin->problem) object["pin_problem"] = std::to_underlying(*answer.pin->problem);
  }
  ended.data = to_json(object);
  ended.expires_at = context.now.wall + kRedeliverWithin;
  return UpdateTicket{std::move(ended)};
}

Result<std::optional<LoginAnswer>> redelivered(Services& services, const Ending& ended,
                                               const LoginRequest& request, const UserName& user) {
  if (request.redelivery == Redelivery::refused || ended.asked != hex_asked(request)) {
    return std::nullopt;
  }
  LoginAnswer answer = ended.answer;
  if (answer.verdict == Verdict::challenge) answer.state = next_secret(services, request).text;
  if (answer.verdict == Verdict::accept) {
    LOCKSTEP_TRY(Situation now, services.store.situation(Subject(user)));
    answer.groups = std::move(now.groups);
  }
  return answer;
}

}  // namespace lockstep
