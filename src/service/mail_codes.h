// SPDX-License-Identifier: Apache-2.0
// Codes by mail: 6 digits, good for 10 minutes and once. They show that somebody reads a user's
// mail, which a token that is out of step cannot show.
//
// Whoever asks gets a `state`, and gives it back with the code. Before sign-in the answers are the
// same bytes after the same work whether the user exists, has an address, or was sent too many
// mails already: then no mail goes out, and no code is right.
//
// Budgets, for each user and purpose: a mail at most every 30 seconds and 5 in an hour; 5 tries
// with a state; 15 wrong codes in a day, and then none is right until the day is over. Somebody who
// does nothing else for a year guesses a code with a chance of 1 in 180 (15 x 365 of 10^6), and has
// sent the user three mails on each of its days.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include "base/result.h"
#include "core/model/mail_code.h"
#include "service/services.h"
#include "service/user_sessions.h"

namespace lockstep {

inline constexpr Seconds kMailCodeLife{10 * 60};
inline constexpr Seconds kMailCodeEach{30};
inline constexpr std::uint32_t kMailCodesPerHour = 5;
inline constexpr std::uint32_t kMailCodeTries = 5;
inline constexpr std::uint32_t kWrongMailCodesPerDay = 15;

struct MailCodeOrder {
  MailCodePurpose purpose = MailCodePurpose::sign_in;
  std::optional<UserName> user;    ///< none: what was typed is no name
  std::string language;            ///< of the mail, where the user has chosen none
  std::optional<Serial> task;      ///< of a link
  std::optional<TicketHash> link;  ///< the link itself: it is used up with the code
};

struct MailCodeSent {
  std::string state;  ///< a secret: 43 characters
  WallTime expires_at;
  WallTime resend_at;
};

/// Makes a code and puts a mail with it into the queue, where there is somebody to send it to. The
/// code before it, of the same purpose, ends with that. Errors: not_allowed, where the settings
/// have no codes by mail.
[[nodiscard]] Result<MailCodeSent> send_mail_code(Services& services, const Context& context,
                                                  const MailCodeOrder& order);

/// The code was right.
struct MailCodeAccepted {
  BegunSession begun;
};
/// It was not; there is this much left of the state.
struct MailCodeRejected {
  std::uint32_t attempts_left = 0;
};
/// The state is unknown, used up, over, or of something else.
struct MailCodeExpired {};
using MailCodeAnswer = std::variant<MailCodeAccepted, MailCodeRejected, MailCodeExpired>;

struct GivenMailCode {
  std::string state;
  std::string code;   ///< as typed
  std::string about;  ///< address, for the person whose session it becomes
};

/// Signs in with a code for `sign_in` or `link`. Public.
[[nodiscard]] Result<MailCodeAnswer> sign_in_with_mail_code(Services& services,
                                                            const Context& context,
                                                            const GivenMailCode& given);

/// Gives the code for `step_up`: the caller's session gets another secret and is fresh.
/// Errors: unauthenticated.
[[nodiscard]] Result<MailCodeAnswer> step_up(Services& services, const Context& context,
                                             const GivenMailCode& given);

/// "e•••@example.org": enough to know which mailbox to look into. Empty for no address.
[[nodiscard]] std::string masked_address(const std::string& email);

}  // namespace lockstep
