// SPDX-License-Identifier: Apache-2.0
#include "service/conversation.h"

#include <algorithm>
#include <array>
#include <span>

#include "base/hex.h"
#include "crypto/digest.h"
#include "formats/base64.h"
#include "formats/json.h"

namespace lockstep {
namespace {

using Carried = FirstFactor::Carried;

constexpr std::array<std::string_view, 3> kGiven = {"none", "right", "wrong"};
constexpr std::array<std::string_view, 3> kVerdicts = {"accept", "reject", "challenge"};

/// Tells one password and PIN of a user from another, and nothing about them.
std::string factors_of(const std::optional<User>& user) {
  Bytes stored;
  const auto add = [&](ByteView part) {
    stored.push_back(static_cast<std::uint8_t>(part.size()));
    stored.insert(stored.end(), part.begin(), part.end());
  };
  if (user && user->password) add(bytes_of(*user->password));
  if (user && user->pin) {
    add(user->pin->salt);
    add(user->pin->mac);
  }
  return to_hex(sha256(stored));
}

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

Result<void> read_answer(JsonObject& object, Conversation& conversation) {
  LOCKSTEP_TRY(conversation.answered, object.optional_text("answered"));
  if (!conversation.answered) return {};
  LOCKSTEP_TRY(const std::string verdict, object.text("verdict"));
  LOCKSTEP_TRY(const std::string serial, object.text("serial"));
  const auto known = named<Verdict>(kVerdicts, verdict);
  if (!known) return fail(Errc::corrupt, "a conversation ended in no way we know");
  conversation.answer.verdict = *known;
  if (!serial.empty()) {
    LOCKSTEP_TRY(conversation.answer.serial, Serial::parse(serial));
  }
  return {};
}

}  // namespace

Source source_of(const Context& context, const LoginRequest& request) {
  if (request.client.empty()) return Source(context.caller.source);
  return Source(context.caller.source + " " + request.client);
}

Result<std::optional<Conversation>> find_conversation(Services& services, const Context& context,
                                                      const LoginRequest& request,
                                                      const UserName& user) {
  LOCKSTEP_TRY(std::optional<Ticket> ticket, find_ticket(services, request.state.value_or(""),
                                                         TicketKind::challenge, context.now.wall));
  if (!ticket) return std::nullopt;
  LOCKSTEP_TRY(const boost::json::value data, parse_json(ticket->data));
  LOCKSTEP_TRY(JsonObject object, JsonObject::of(data));
  LOCKSTEP_TRY(const std::string owner, object.text("user"));
  LOCKSTEP_TRY(const std::string caller, object.text("caller"));
  LOCKSTEP_TRY(std::string origin, object.text("origin"));
  LOCKSTEP_TRY(std::string factors, object.text("factors"));
  // Servers of an earlier version, which may share the store, began none but with a right one.
  LOCKSTEP_TRY(const std::optional<std::string> given, object.optional_text("given"));
  LOCKSTEP_TRY(std::optional<std::string> prompt, object.optional_text("prompt"));
  const auto known = named<Carried>(kGiven, given.value_or("right"));
  if (!known) return fail(Errc::corrupt, "a conversation holds a first factor of no known kind");
  if (owner != user.text() || caller != context.caller.source) return std::nullopt;
  Conversation found{.ticket = *std::move(ticket),
                     .origin = Source(std::move(origin)),
                     .given = *known,
                     .factors = std::move(factors),
                     .prompt = std::move(prompt).value_or("next_code"),
                     .answered = {},
                     .answer = {}};
  LOCKSTEP_CHECK(read_answer(object, found));
  return found;
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
                           const std::optional<User>& now, Carried given, const std::string& prompt,
                           const TicketSecret& secret) {
  return Ticket{.hash = secret.hash,
                .kind = TicketKind::challenge,
                .data = to_json({{"user", user.text()},
                                 {"caller", context.caller.source},
                                 {"origin", origin.value()},
                                 {"factors", factors_of(now)},
                                 {"prompt", prompt},
                                 {"given", kGiven.at(static_cast<std::size_t>(given))}}),
                .sealed = {},
                .expires_at = context.now.wall + context.policy->policy.pair_within,
                .version = {}};
}

Change ending(const Context& context, const Conversation& conversation, const LoginRequest& request,
              const LoginAnswer& answer) {
  if (request.redelivery == Redelivery::refused) {
    return DeleteTicket{conversation.ticket.hash, conversation.ticket.version};
  }
  LOCKSTEP_ASSERT(!conversation.answered);
  Ticket ended = conversation.ticket;
  const auto data = parse_json(ended.data);
  LOCKSTEP_ASSERT(data && data->is_object());
  boost::json::object object = data->as_object();
  object["answered"] = to_hex(asked(request, "answered"));
  object["verdict"] = kVerdicts.at(static_cast<std::size_t>(answer.verdict));
  object["serial"] = answer.serial ? answer.serial->text() : "";
  ended.data = to_json(object);
  ended.expires_at = context.now.wall + kRedeliverWithin;
  return UpdateTicket{std::move(ended)};
}

std::optional<LoginAnswer> redelivered(Services& services, const Conversation& conversation,
                                       const LoginRequest& request) {
  if (!conversation.answered || request.redelivery == Redelivery::refused) return std::nullopt;
  if (*conversation.answered != to_hex(asked(request, "answered"))) return std::nullopt;
  LoginAnswer answer = conversation.answer;
  if (answer.verdict == Verdict::challenge) {
    answer.state = next_secret(services, request).text;
    answer.prompt = "next_code";
  }
  return answer;
}

}  // namespace lockstep
