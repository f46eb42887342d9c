// SPDX-License-Identifier: Apache-2.0
// What users are told by mail about what an operator did to their tokens. This is the one place
// that decides it:
//
//     made lost, suspended or revoked      lost, suspended, revoked
//     taken back into stock, or deleted    unassigned
//     given another one in its place       replaced
//     made the one that is offered first   primary
//
// A token that is resumed, or is faulty and in the operator's hands, is no news. What brings a
// token back into step, and a temporary code, mail from where they are decided (resync_case.h,
// temporary_access.h). What a user does in the portal mails from there, in words of its own. No
// mail says who the operator is or where from, and none holds a code.
#pragma once

#include "base/result.h"
#include "service/services.h"

namespace lockstep {

/// Each adds a mail to `owner` about `token` to `set`; none, where it is nothing to be told, or the
/// user has no address. Errors: those of KeyVault::seal.
[[nodiscard]] Result<void> tell_status(Services& services, const Context& context,
                                       const User& owner, const Token& token, TokenStatus now,
                                       ChangeSet& set);
[[nodiscard]] Result<void> tell_unassigned(Services& services, const Context& context,
                                           const User& owner, const Token& token, ChangeSet& set);
[[nodiscard]] Result<void> tell_replaced(Services& services, const Context& context,
                                         const User& owner, const Token& token, const Token& by,
                                         ChangeSet& set);
[[nodiscard]] Result<void> tell_primary(Services& services, const Context& context,
                                        const User& owner, const Token& token, ChangeSet& set);

}  // namespace lockstep
