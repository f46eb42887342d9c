// SPDX-License-Identifier: Apache-2.0
// What the ways to a code by mail share: the row that a user has for each, and its budgets.
#pragma once

#include <optional>
#include <string_view>

#include "base/result.h"
#include "base/secret.h"
#include "core/model/mail_code.h"
#include "core/model/user.h"
#include "service/services.h"

namespace lockstep {

/// Longer than the two rows of a mail take to be written, unless the disk is in trouble.
inline constexpr Micros kMailAnswerAfter{100'000};

/// The stable name, for records: "sign_in".
[[nodiscard]] std::string_view name_of(MailCodePurpose purpose);

/// Who cannot be found: has an address, so that as much is done for them. Has the id 0.
[[nodiscard]] User nobody_to_mail();

/// What a user has for a purpose; a new row for who has nothing yet. Errors: those of the store.
[[nodiscard]] Result<MailCode> find_mail_code(Services& services, UserId user,
                                              MailCodePurpose purpose);

/// The row with hours and days that are over begun anew.
[[nodiscard]] MailCode mail_code_as_of(MailCode code, WallTime now);

/// Whether a mail may go to this user by now.
[[nodiscard]] bool may_be_mailed(const User& user, const MailCode& code, WallTime now);

/// How much longer an answer has to wait that must not tell by its time whether a mail was written:
/// all of them go out kMailAnswerAfter after `context` began.
[[nodiscard]] Micros hold_after_mail(const Services& services, const Context& context);

/// What was typed: blanks and hyphens between the digits do not count.
[[nodiscard]] Secret mail_code_digits(std::string_view typed);

}  // namespace lockstep
