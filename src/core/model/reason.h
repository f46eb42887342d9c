// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>

namespace lockstep {

/// Why a code or a resynchronisation was not accepted: stable names that clients, help pages and
/// audit rely on. What each means and what to do is in docs/reference/reasons.md.
enum class Reason {
  none,                 ///< accepted
  malformed,            ///< not digits
  wrong_length,         ///< digits, but no token of the user shows so many
  same_code,            ///< the same code twice
  no_match,             ///< not found anywhere
  next_code,            ///< found; a second code has to confirm it
  one_more_code,        ///< several pairs fit
  wrong_order,          ///< both found, the older one given last
  not_consecutive,      ///< both found, too far apart
  already_used,         ///< at or below high water, and accepted before
  clock_set_back,       ///< at or below high water, never accepted: the device's clock went back
  outside_window,       ///< found, too far from where it should be
  implausible_jump,     ///< found, but a hardware clock cannot have moved so far
  wrong_parameters,     ///< matches with another step, number of digits, hash or T0
  wrong_seed_encoding,  ///< matches with the seed read in another alphabet
  typo_likely,          ///< one code fits, the other is a slip of the finger away
  with_pin,             ///< fits after the user's PIN is taken away
  wrong_factor,         ///< PIN or password wrong or missing
  pin_expired,          ///< right, and its owner has to choose another one first
  locked,               ///< too many misses: an operator or an explicit resync has to open it
  suspended,
  lost,
  faulty,
  token_locked,  ///< by the server: right codes came with wrong PINs
  revoked,
  expired_token,  ///< outside its dates
  not_assigned,   ///< the token has no owner, or the user no token
  user_disabled,
  no_group,  ///< the user is in none of the groups asked for
  unknown_user,
  too_many_attempts,     ///< paused; evidence says until when
  conversation_expired,  ///< the conversation took too long or is unknown
  kind_not_supported,
  not_allowed,
  step_up_required,  ///< who is signed in has to show once more, another way, who they are
  clock_unhealthy,   ///< the server's own clock is in doubt: of time tokens nothing is decided
};

/// The stable name, as written in the API: "no_match".
[[nodiscard]] std::string_view name_of(Reason reason);
[[nodiscard]] std::optional<Reason> parse_reason(std::string_view name);

}  // namespace lockstep
