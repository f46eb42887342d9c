// SPDX-License-Identifier: Apache-2.0
// A code by mail in the middle of a log-in, in place of a token's:
//
//     wish ──▶ challenge "mail_code" ──code──▶ accept, or a challenge for a new PIN
//                                    └─else──▶ reject
//
// Whoever wishes is answered by the same challenge. A mail goes out only where the policy lets its
// user log in this way ("login.mail_code"), the first factor was right or is not asked for, the
// client's group conditions hold and the account is not locked; else no code is right.
//
// The budgets are those of service/mail_codes.h, apart from those of the portal, and a code has 8
// digits: of whoever may try 15 in a day one in 18,000 guesses one within a year (15 x 365 of
// 10^8), which is less than policies allow for tokens
// (docs/decisions/0031-codes-by-mail-as-log-ins.md). A code is good once, for any log-in of its
// user that waits for one: a gateway that asked twice, or two log-ins begun at once, end with the
// one mail that was sent.
//
// A mail that comes tells who reads the mailbox that the first factor was right. So a wrong one
// costs as much as three wrong codes: five in a day, and then neither mail nor code is good until
// it is over.
#pragma once

#include <optional>

#include "base/result.h"
#include "core/model/names.h"
#include "service/authenticate.h"
#include "service/conversation.h"
#include "service/services.h"

namespace lockstep {

/// Answers `request.mail`: within `conversation`, where there is one, which ends with it.
/// Errors: conflict, when somebody else went on with it; those of the store and the vault.
[[nodiscard]] Result<LoginAnswer> ask_for_mail_code(
    Services& services, const Context& context, const LoginRequest& request, const UserName& name,
    const std::optional<Conversation>& conversation);

/// Goes on with the log-in that `request.state` waits with for a code by mail; nullopt, when it
/// waits for something else. A rejection counts against its source, which is the caller's to do.
/// Errors: as authenticate.
[[nodiscard]] Result<std::optional<LoginAnswer>> go_on_with_mail_code(Services& services,
                                                                      const Context& context,
                                                                      const LoginRequest& request,
                                                                      const UserName& name);

}  // namespace lockstep
