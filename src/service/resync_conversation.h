// SPDX-License-Identifier: Apache-2.0
// The portal's resynchronisation, a step at a time, on behalf of a user who has proven by another
// method who they are:
//
//     start --id--> give_first --> complete --> done
//                                     |  one_more_code
//                                     +-----> give_third --> done
//
// The id is a secret, valid for kResyncConversation. Each step counts once, also when it is sent
// twice at the same time; who sends the code of a decision again gets the same answer again. A
// conversation that a session of the portal has begun is of no use to anybody but its user.
#pragma once

#include <optional>
#include <string>
#include <variant>

#include "base/result.h"
#include "core/model/names.h"
#include "service/resynchronise.h"
#include "service/services.h"

namespace lockstep {

inline constexpr Seconds kResyncConversation{180};

struct ConversationStarted {
  std::string id;
  CodeSpec spec;
  WallTime expires_at;
  WallTime server_time;
  std::uint32_t attempts_left = 0;
  std::optional<Seconds> shown_for;  ///< event tokens: how long a code stays on the display
};

/// Begins for the token `serial` of `user`. Permission: self_service, as for all in this file.
/// Refusals: not_assigned (also for unknown users and serials), user_disabled, suspended, lost,
/// expired_token, too_many_attempts; clock_unhealthy, as in all steps: nothing is kept or counted,
/// and a conversation that has begun goes on once the clock is trusted again.
[[nodiscard]] Result<std::variant<ConversationStarted, ResyncRefusal>> start_conversation(
    Services& services, const Context& context, const UserName& user, const Serial& serial);

/// The first code was kept. The same answer after the same work, whether it is right or wrong.
struct FirstTaken {
  std::optional<Seconds> next_within;  ///< time tokens: the next code shows within this time
  WallTime accept_until;
};

/// Keeps the first code and the time it came. May be sent again with another code.
/// Refusals: malformed, wrong_length (the conversation goes on); conversation_expired.
[[nodiscard]] Result<std::variant<FirstTaken, ResyncRefusal>> give_first(Services& services,
                                                                         const Context& context,
                                                                         const std::string& id,
                                                                         const std::string& code);

/// Decides with the second code. Refusals: any reason; after malformed, wrong_length, same_code and
/// one_more_code the conversation goes on, after others it is over. conversation_expired, also
/// when no first code was given.
[[nodiscard]] Result<ResyncAnswer> complete_conversation(Services& services, const Context& context,
                                                         const std::string& id,
                                                         const std::string& code);

/// Decides with a third code, after one_more_code. Refusals as for complete_conversation.
[[nodiscard]] Result<ResyncAnswer> give_third(Services& services, const Context& context,
                                              const std::string& id, const std::string& code);

}  // namespace lockstep
