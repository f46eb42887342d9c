// SPDX-License-Identifier: Apache-2.0
#include "core/model/reason.h"

#include <array>

#include "base/assert.h"

namespace lockstep {
namespace {

// In the order of the enumerators.
constexpr std::array<std::string_view, 36> kNames = {
    "none",
    "malformed",
    "wrong_length",
    "same_code",
    "no_match",
    "next_code",
    "one_more_code",
    "wrong_order",
    "not_consecutive",
    "already_used",
    "clock_set_back",
    "outside_window",
    "implausible_jump",
    "wrong_parameters",
    "wrong_seed_encoding",
    "typo_likely",
    "with_pin",
    "wrong_factor",
    "pin_expired",
    "locked",
    "suspended",
    "lost",
    "faulty",
    "token_locked",
    "revoked",
    "expired_token",
    "not_assigned",
    "user_disabled",
    "no_group",
    "unknown_user",
    "too_many_attempts",
    "conversation_expired",
    "kind_not_supported",
    "not_allowed",
    "step_up_required",
    "clock_unhealthy",
};
static_assert(static_cast<std::size_t>(Reason::clock_unhealthy) + 1 == kNames.size());

}  // namespace

std::string_view name_of(Reason reason) {
  const auto index = static_cast<std::size_t>(reason);
  LOCKSTEP_ASSERT(index < kNames.size());
  return kNames[index];
}

std::optional<Reason> parse_reason(std::string_view name) {
  for (int i = 0; i <= static_cast<int>(Reason::clock_unhealthy); ++i) {
    if (name_of(static_cast<Reason>(i)) == name) return static_cast<Reason>(i);
  }
  return std::nullopt;
}

}  // namespace lockstep
