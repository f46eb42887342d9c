// SPDX-License-Identifier: Apache-2.0
#include "service/resync_answers.h"

#include <limits>

#include "formats/json.h"

namespace lockstep {
namespace {

constexpr NumberRange kAny{std::numeric_limits<std::int64_t>::min(),
                           std::numeric_limits<std::int64_t>::max()};

template <class Span>
Result<std::optional<Span>> optional_span(JsonObject& members, std::string_view name) {
  LOCKSTEP_TRY(const auto count, members.optional_number(name, kAny));
  if (!count) return std::optional<Span>();
  return std::optional<Span>(Span(*count));
}

Result<ResyncAnswer> parse_success(JsonObject& members) {
  ResyncSuccess success;
  LOCKSTEP_TRY(const std::int64_t is_time, members.number("time", {0, 1}));
  success.kind = is_time == 1 ? TokenKind::totp : TokenKind::hotp;
  LOCKSTEP_TRY(const std::int64_t amount, members.number("amount", {}));
  success.moved.amount = static_cast<std::uint64_t>(amount);
  LOCKSTEP_TRY(const std::int64_t direction, members.number("direction", {0, 2}));
  success.moved.direction = static_cast<Direction>(direction);
  LOCKSTEP_TRY(success.moved.seconds, optional_span<Seconds>(members, "seconds"));
  LOCKSTEP_TRY(success.offset_before, optional_span<Micros>(members, "offset_before"));
  LOCKSTEP_TRY(success.offset_after, optional_span<Micros>(members, "offset_after"));
  return success;
}

boost::json::object success_to_json(const ResyncSuccess& success) {
  boost::json::object object{{"time", success.kind == TokenKind::totp ? 1 : 0},
                             {"amount", success.moved.amount},
                             {"direction", static_cast<int>(success.moved.direction)}};
  if (success.moved.seconds) object["seconds"] = success.moved.seconds->count();
  if (success.offset_before) object["offset_before"] = success.offset_before->count();
  if (success.offset_after) object["offset_after"] = success.offset_after->count();
  return object;
}

}  // namespace

boost::json::object answer_to_json(const ResyncAnswer& answer) {
  if (const auto* success = std::get_if<ResyncSuccess>(&answer)) return success_to_json(*success);
  const auto& refusal = std::get<ResyncRefusal>(answer);
  boost::json::object object{{"reason", std::string(name_of(refusal.reason))},
                             {"attempts_left", refusal.attempts_left}};
  if (refusal.retry_at) object["retry_at"] = refusal.retry_at->time_since_epoch().count();
  return object;
}

Result<ResyncAnswer> parse_answer(const boost::json::value& object) {
  LOCKSTEP_TRY(JsonObject members, JsonObject::of(object));
  LOCKSTEP_TRY(const std::optional<std::string> name, members.optional_text("reason"));
  if (!name) return parse_success(members);
  const auto reason = parse_reason(*name);
  if (!reason) return fail(Errc::invalid_input, "\"reason\" is unknown");
  ResyncRefusal refusal{*reason, 0, {}, {}};
  LOCKSTEP_TRY(const std::int64_t left, members.number("attempts_left", {0, UINT32_MAX}));
  refusal.attempts_left = static_cast<std::uint32_t>(left);
  LOCKSTEP_TRY(const auto retry_at, optional_span<Micros>(members, "retry_at"));
  if (retry_at) refusal.retry_at = WallTime(*retry_at);
  return refusal;
}

}  // namespace lockstep
