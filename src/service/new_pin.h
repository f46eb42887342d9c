// SPDX-License-Identifier: Apache-2.0
// A PIN whose time is over, or that an operator set, is changed in the middle of a log-in:
//
//     everything right ──▶ challenge "new_pin" ──PIN PIN──▶ accept
//                              │    ▲  problem          ▲
//                              PIN  └─────── other ─────┤
//                              ▼                        │
//                          challenge "new_pin_again" ──PIN
//
// The code of the first step is used up whatever becomes of the rest. Where the server makes PINs
// up, the first challenge brings one, and typing it is the answer. Each challenge is good once, by
// the client and for the user that it was made for. A client that cannot prompt gets a rejection
// like any other; the audit says pin_expired.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/result.h"
#include "core/model/user.h"
#include "core/policy/policy.h"
#include "service/authenticate.h"
#include "service/services.h"
#include "service/tickets.h"

namespace lockstep {

/// What is needed to ask, made before the store's writer decides whether to.
struct PinOffer {
  TicketSecret state;
  std::optional<std::string> given;  ///< a PIN that the server made up, where it does
  std::optional<PinMac> given_mac;
};
[[nodiscard]] PinOffer make_pin_offer(Services& services, const LoginRequest& request,
                                      const PinRules& rules);

/// Where a log-in stands that waits for a PIN.
struct PinWait {
  Source origin;
  std::optional<Serial> serial;   ///< of the token that let in; none: a temporary code did
  std::uint32_t round = 0;        ///< how often was asked
  std::optional<PinMac> pending;  ///< typed once, or given: to be typed again
};

/// Asks for a PIN: adds the conversation's ticket to `set` and returns the challenge.
/// `wait.pending` is only looked at where nothing is given.
[[nodiscard]] LoginAnswer ask_for_pin(const Context& context, const User& user, PinWait wait,
                                      const PinRules& rules, const PinOffer& offer,
                                      std::optional<PinProblem> problem, ChangeSet& set);

/// So often is asked within one log-in, and so long each question stands.
inline constexpr std::uint32_t kPinRoundsMax = 6;
inline constexpr Seconds kPinAnswerWithin{300};

/// Goes on with the log-in that `request.state` waits with for a PIN; nullopt, when it waits for
/// something else. A rejection counts against its source, which is the caller's to do.
/// Errors: as authenticate.
[[nodiscard]] Result<std::optional<LoginAnswer>> go_on_with_pin(Services& services,
                                                                const Context& context,
                                                                const LoginRequest& request,
                                                                const UserName& name);

}  // namespace lockstep
