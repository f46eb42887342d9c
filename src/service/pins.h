// SPDX-License-Identifier: Apache-2.0
// What a policy asks of PINs, wherever one is set: by an operator, by the server, by its owner in
// the middle of a log-in (service/new_pin.h).
#pragma once

#include <optional>
#include <string>

#include "base/result.h"
#include "base/secret.h"
#include "core/model/user.h"
#include "core/policy/policy.h"
#include "formats/pin_text.h"
#include "service/services.h"

namespace lockstep {

/// What is wrong with `pin` as the next one of `user`; nullopt, when nothing is.
[[nodiscard]] std::optional<PinProblem> pin_problem_of(const Services& services, const User& user,
                                                       const Secret& pin, const PinRules& rules);

/// Errors: invalid_input, naming the problem, when an operator may not set `pin`: the policy has no
/// PINs, or lets the server make them up, or there is a problem with this one.
[[nodiscard]] Result<void> check_operators_pin(const Services& services, const User& user,
                                               const Secret& pin, const PinRules& rules);

/// When the PIN of `user` ends; nullopt, when there is none or it does not. One of before its age
/// was kept counts from the day that its owner was added.
[[nodiscard]] std::optional<WallTime> pin_expires_at(const User& user, const PinRules& rules);

/// Whether the owner has to have another PIN before anything else.
[[nodiscard]] bool is_pin_due(const User& user, const PinRules& rules, WallTime now);

/// Puts `pin` into the place of the user's, which becomes a former one as far as the policy
/// remembers those.
enum class PinLasts { as_policy_says, until_next_login };
void replace_pin(User& user, const PinMac& pin, const PinRules& rules, WallTime now,
                 PinLasts lasts);
/// Takes the PIN away.
void drop_pin(User& user, const PinRules& rules);

/// A PIN of digits that `rules` take.
[[nodiscard]] std::string draw_pin(Random& random, const PinRules& rules);

/// Shown this once; the store holds only its MAC.
struct GivenPin {
  std::string pin;
  bool must_change = false;
};

/// Gives `user` a PIN that the server makes up, in the place of the one they have: a first one, or
/// one for who forgot theirs. Permission: users_help. Errors: not_found; invalid_input, when the
/// policy has no PINs; conflict, when the user is being changed by others.
[[nodiscard]] Result<GivenPin> give_pin(Services& services, const Context& context,
                                        const UserName& user);

}  // namespace lockstep
