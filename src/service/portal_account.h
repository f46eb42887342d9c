// SPDX-License-Identifier: Apache-2.0
// What users do for themselves in the portal beside their tokens: codes that stand in for one, what
// has happened, and a word to the help desk. Errors of all: unauthenticated, for who is no user of
// the portal; not_allowed, for what the settings have turned off.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/result.h"
#include "core/audit/chain.h"
#include "service/services.h"
#include "service/temporary_access.h"

namespace lockstep {

/// Gives codes as the settings say, in the place of those before; mailed that it happened.
[[nodiscard]] Result<GivenCodes> take_temporary_codes(Services& services, const Context& context);

/// The codes work no more. None: no change.
[[nodiscard]] Result<void> end_temporary_codes(Services& services, const Context& context);

/// Whether "This was not me" makes sense for an entry.
enum class NotMe { possible, reported, no };

/// Something that happened to the caller's account, from the audit.
struct Activity {
  NodeId node;
  std::uint64_t seq = 0;
  WallTime at;
  std::string what;  ///< a name of the contract: "sign_in", "resync" …
  bool ok = true;
  Reason reason = Reason::none;
  std::optional<Serial> serial;
  std::string by;      ///< "user", "operator" or "system"
  std::string client;  ///< what the caller named, as "vpn-gw-1"; may be empty
  std::string source;  ///< the address it came from; may be empty
  NotMe not_me = NotMe::no;
};

inline constexpr std::size_t kActivitiesMax = 20;

/// The last ones, newest first.
[[nodiscard]] Result<std::vector<Activity>> own_activity(Services& services,
                                                         const Context& context);

/// Which tokens were suspended; or step_up_required.
using NotMeAnswer = std::variant<std::vector<Serial>, Reason>;

/// "This was not me": suspends the token of the entry (all tokens, where it names none), ends
/// temporary codes and the caller's other sessions, and tells the help desk. Once for each entry;
/// again: the same answer. Who has shown no code by mail lately may say so of the token alone that
/// they signed in with: it may be a thief who does. Errors: not_found, when it is no entry of the
/// caller's that could be somebody else's doing.
[[nodiscard]] Result<NotMeAnswer> report_not_me(Services& services, const Context& context,
                                                NodeId node, std::uint64_t seq);

struct HelpRequest {
  std::string about;  ///< "replacement", "resync" or "other"
  std::optional<Serial> serial;
  std::string note;  ///< at most kNoteBytesMax
};
inline constexpr std::uint64_t kHelpRequestsPerDay = 5;

/// Mails the help desk. False, when the caller has asked too often today. Errors: invalid_input,
/// for the note; not_found, when the token is not the caller's.
[[nodiscard]] Result<bool> ask_for_help(Services& services, const Context& context,
                                        const HelpRequest& request);

}  // namespace lockstep
