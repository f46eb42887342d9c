// SPDX-License-Identifier: Apache-2.0
// A log-in that takes more than one request: what is kept between two of them. It lies in the store
// as a ticket, so that any server may take the next one.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <boost/json/value.hpp>

#include "base/result.h"
#include "core/model/names.h"
#include "core/model/user.h"
#include "formats/json.h"
#include "service/authenticate.h"
#include "service/first_factor.h"
#include "service/tickets.h"

namespace lockstep {

/// What `request` gives beside its code. `user` may be null: nobody. Errors: as FirstFactor::check.
[[nodiscard]] Result<FirstFactor> first_factor_of(Services& services, const User* user,
                                                  const LoginRequest& request);

/// Where `request` comes from.
[[nodiscard]] Source source_of(const Context& context, const LoginRequest& request);

/// How a conversation ended, kept for a moment, and what it was asked for last.
struct Ending {
  std::string asked;  ///< tells one request from another, and nothing about its code
  LoginAnswer answer;
};

/// The ending in a ticket's data; nullopt, while there is none. Errors: corrupt, invalid_input.
[[nodiscard]] Result<std::optional<Ending>> read_ending(JsonObject& data);

/// What is kept of every conversation, whatever it waits for.
struct Kept {
  Ticket ticket;
  boost::json::value data;  ///< all of the ticket's, for what only some keep
  std::string user;
  std::string caller;
  std::string factors;  ///< the user's password and PIN when it began
  Source origin;        ///< where it began
  std::optional<Ending> ended;
};

/// The conversation that `state` belongs to, if it waits for `purpose`; empty: for a token's code.
/// Whose it is, is left to look at. Errors: corrupt, and those of the store.
[[nodiscard]] Result<std::optional<Kept>> find_kept(Services& services, const Context& context,
                                                    std::string_view state,
                                                    std::string_view purpose);

/// The conversation that a request continues.
struct Conversation {
  Ticket ticket;
  Source origin;               ///< where it began
  FirstFactor::Carried given;  ///< the first factor so far; none, if it was changed meanwhile
  std::string factors;         ///< the user's password and PIN when it began
  std::string prompt;          ///< what was asked for, as in LoginAnswer
  std::optional<Ending> ended;
};

/// The conversation of `request.state`; nullopt when there is none between this caller and this
/// user any more. Errors: corrupt.
[[nodiscard]] Result<std::optional<Conversation>> find_conversation(Services& services,
                                                                    const Context& context,
                                                                    const LoginRequest& request,
                                                                    const UserName& user);

/// What of the first factor still counts for this user, as they are now.
[[nodiscard]] FirstFactor::Carried carried(const std::optional<Conversation>& conversation,
                                           const std::optional<User>& user);

/// The secret of what follows `request`. Where that may come again by another way, it follows from
/// what was asked, so that both get the same: who knows the one is told the other anyway.
[[nodiscard]] TicketSecret next_secret(Services& services, const LoginRequest& request);

/// A ticket for the request to come.
[[nodiscard]] Ticket conversation_ticket(const Context& context, const UserName& user,
                                         const Source& origin, const Situation& now,
                                         FirstFactor::Carried given, const std::string& prompt,
                                         const TicketSecret& secret);

/// How long an answer is kept for who asks the same again by another way: the client's second
/// server, when the first one's answer was lost.
inline constexpr Seconds kRedeliverWithin{10};

/// What ends the conversation of `ticket`: it goes, or it stays for a moment with `answer`, where
/// the request may come again. Either way a second answer to it is a conflict. A PIN that is shown
/// is shown once: its conversation goes.
[[nodiscard]] Change ending(const Context& context, const Ticket& ticket,
                            const LoginRequest& request, const LoginAnswer& answer);

/// The answer that a conversation ended with, if `request` asks just the same again in time.
/// Errors: as Store::situation.
[[nodiscard]] Result<std::optional<LoginAnswer>> redelivered(Services& services,
                                                             const Ending& ended,
                                                             const LoginRequest& request,
                                                             const UserName& user);

}  // namespace lockstep
