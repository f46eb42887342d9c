// SPDX-License-Identifier: Apache-2.0
// Mails on their way into the queue, and what the sender finds there. Their texts are made when
// they are sent (templates by event and language); the queue holds what the texts need.
//
// Arguments by event; all have "user" (the name), "person" (first and last name, or the user's
// name) and "at" (RFC 3339, UTC):
//
//     email_code      code, minutes, and of one for a log-in: for ("log_in")
//     resynchronised  device ("…4411"), name, by ("user", "operator" or "sign_in"), source
//     lost            device, name, how ("lost", "stolen" or "operator"), source
//     temporary_code  until, by, source
//     primary         device, name, by, source
//     suspended       devices ("…4411, …0030"), by, source
//     revoked         device, name
//     unassigned      device, name
//     replaced        device, name, new_device
//     help_desk       about ("replacement", "resync", "other", "not_me" or "lost"), source, and
//                     where there is one serial, note, entry (of the audit), how, device, name
//     link            link (a whole address where the portal's is known, else its path), device,
//                     hours
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "core/model/mail.h"
#include "core/model/user.h"
#include "service/services.h"

namespace lockstep {

using MailArguments = std::vector<std::pair<std::string, std::string>>;

/// So long a mail is worth sending, but for codes and links, which have a time of their own.
inline constexpr Seconds kMailWanted{24 * 3'600};

/// The change that puts a mail to `user` into the queue, with `arguments` beside those that all
/// have; nullopt, where the user has no address or the caller is quiet. `expires_at`: nullopt for
/// kMailWanted from now. Errors: those of KeyVault::seal.
[[nodiscard]] Result<std::optional<Change>> mail_to_user(
    Services& services, const Context& context, const User& user, MailEvent event,
    MailArguments arguments, std::optional<WallTime> expires_at = std::nullopt);

/// The same to the help desk, about `user`; nullopt, where its address is not set.
[[nodiscard]] Result<std::optional<Change>> mail_to_help_desk(Services& services,
                                                              const Context& context,
                                                              const User& user,
                                                              MailArguments arguments);

/// What a mail's text needs, by name. Errors: corrupt, when it cannot be opened; not_found, when it
/// was wiped.
[[nodiscard]] Result<std::map<std::string, std::string>> open_arguments(Services& services,
                                                                        const Mail& mail);

/// "…4411": how a token is called in mails and on pages, where more is nobody's business.
[[nodiscard]] std::string short_serial(const Serial& serial);

}  // namespace lockstep
