// SPDX-License-Identifier: Apache-2.0
#include "core/model/reason.h"

#include "base/assert.h"

namespace lockstep {

std::string_view name_of(Reason reason) {
  switch (reason) {
    case Reason::none:
      return "none";
    case Reason::malformed:
      return "malformed";
    case Reason::wrong_length:
      return "wrong_length";
    case Reason::same_code:
      return "same_code";
    case Reason::no_match:
      return "no_match";
    case Reason::next_code:
      return "next_code";
    case Reason::one_more_code:
      return "one_more_code";
    case Reason::wrong_order:
      return "wrong_order";
    case Reason::not_consecutive:
      return "not_consecutive";
    case Reason::already_used:
      return "already_used";
    case Reason::clock_set_back:
      return "clock_set_back";
    case Reason::outside_window:
      return "outside_window";
    case Reason::implausible_jump:
      return "implausible_jump";
    case Reason::wrong_parameters:
      return "wrong_parameters";
    case Reason::wrong_seed_encoding:
      return "wrong_seed_encoding";
    case Reason::typo_likely:
      return "typo_likely";
    case Reason::with_pin:
      return "with_pin";
    case Reason::wrong_factor:
      return "wrong_factor";
    case Reason::locked:
      return "locked";
    case Reason::suspended:
      return "suspended";
    case Reason::lost:
      return "lost";
    case Reason::expired_token:
      return "expired_token";
    case Reason::not_assigned:
      return "not_assigned";
    case Reason::user_disabled:
      return "user_disabled";
    case Reason::no_group:
      return "no_group";
    case Reason::unknown_user:
      return "unknown_user";
    case Reason::too_many_attempts:
      return "too_many_attempts";
    case Reason::conversation_expired:
      return "conversation_expired";
    case Reason::kind_not_supported:
      return "kind_not_supported";
    case Reason::not_allowed:
      return "not_allowed";
  }
  assertion_failed("a Reason outside its enumerators", __FILE__, __LINE__);
}

std::optional<Reason> parse_reason(std::string_view name) {
  for (int i = 0; i <= static_cast<int>(Reason::not_allowed); ++i) {
    if (name_of(static_cast<Reason>(i)) == name) return static_cast<Reason>(i);
  }
  return std::nullopt;
}

}  // namespace lockstep
