// SPDX-License-Identifier: Apache-2.0
// Codes by mail, and who sends the mails of a day.
#pragma once

#include <optional>
#include <string>

#include "base/result.h"
#include "service/services.h"

namespace lockstep {

/// What somebody who reads their mail has: the state of the page they asked on, and the code.
struct MailedCode {
  std::string state;
  std::string code;
};

/// Asks for a code for `user` and reads it in the mail; nullopt, where none was sent. Errors: those
/// of the store.
[[nodiscard]] Result<std::optional<MailedCode>> ask_by_mail(Services& services,
                                                            const UserName& user);

/// Whether it signs in. Errors: those of the store.
[[nodiscard]] Result<bool> sign_in_by_mail(Services& services, const MailedCode& given);

/// One round of who empties the queue: a mail server that takes some mails and puts others off.
[[nodiscard]] Result<void> send_some_mails(Services& services);

}  // namespace lockstep
