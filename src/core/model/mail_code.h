// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "base/time.h"
#include "core/model/ids.h"
#include "core/model/user.h"

namespace lockstep {

/// What a code by mail is for. Each has a budget of its own: who asks for codes at the sign-in page
/// of somebody else ends none of the codes that this person asks for when signed in.
enum class MailCodePurpose {
  sign_in,  ///< asked for by anybody who knows the user's name
  step_up,  ///< by somebody who is signed in
  link,     ///< by somebody who has a link from IT
  log_in,   ///< in the middle of a log-in, in place of a token's
};

/// The code by mail that a user has for one purpose, and what was asked for before it. Zero or one
/// for each user and purpose.
struct MailCode {
  UserId user;
  MailCodePurpose purpose = MailCodePurpose::sign_in;
  std::optional<PinMac> code;            ///< keyed hash; none: used, or its time is over
  std::array<std::uint8_t, 32> state{};  ///< of the ticket it has to come with
  WallTime expires_at;                   ///< of the code
  WallTime sent_at;                      ///< the last mail
  WallTime hour_since;                   ///< when the hour began in which mails are counted
  std::uint32_t sent_in_hour = 0;
  WallTime day_since;  ///< when the day began in which wrong codes are counted
  std::uint32_t wrong_in_day = 0;
  RowVersion version;

  friend bool operator==(const MailCode&, const MailCode&) = default;
};

}  // namespace lockstep
