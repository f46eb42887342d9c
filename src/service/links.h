// SPDX-License-Identifier: Apache-2.0
// Links from IT: somebody at the help desk sends a user a link that leads to the resynchronisation
// of one token. It is good for a day and once, and by itself opens nothing: who follows it is sent
// a code by mail.
#pragma once

#include <optional>
#include <string>

#include "base/result.h"
#include "service/mail_codes.h"
#include "service/services.h"

namespace lockstep {

inline constexpr Seconds kLinkLife{24 * 3'600};

/// Mails `user` a link to the resynchronisation of their token `serial`. Returns until when it is
/// good. Permission: users_help. Errors: not_found; conflict, when the user has no address or is
/// disabled; not_allowed, where the settings have no codes by mail or no resynchronisation.
[[nodiscard]] Result<WallTime> send_link(Services& services, const Context& context,
                                         const UserName& user, const Serial& serial);

struct LinkFollowed {
  MailCodeSent sent;
  std::string address;  ///< masked
};

/// Somebody has the link with this secret: a code goes to its user. nullopt, when it is unknown,
/// used, or over. Public. Errors: as send_mail_code.
[[nodiscard]] Result<std::optional<LinkFollowed>> follow_link(Services& services,
                                                              const Context& context,
                                                              const std::string& secret,
                                                              const std::string& language);

}  // namespace lockstep
