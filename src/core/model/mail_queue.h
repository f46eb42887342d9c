// SPDX-License-Identifier: Apache-2.0
// Which mails go before which, and which have room, where not all can: every store keeps to it.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>

#include "core/model/mail.h"

namespace lockstep {

/// Sent before all others that are due: somebody waits for it, or may have to act upon it.
inline constexpr std::array kUrgentMails = {MailEvent::email_code,     MailEvent::link,
                                            MailEvent::lost,           MailEvent::suspended,
                                            MailEvent::temporary_code, MailEvent::help_desk};

[[nodiscard]] constexpr bool is_urgent(MailEvent event) {
  return std::ranges::find(kUrgentMails, event) != kUrgentMails.end();
}

/// Whether it takes the place of one like it to the same address that waits still: what a user can
/// do as often as they like is worth one mail at a time, the newest.
[[nodiscard]] constexpr bool replaces_its_like(MailEvent event) {
  return event == MailEvent::temporary_code || event == MailEvent::primary;
}

/// How many mails may wait, this one among them. Anybody who knows names asks for codes: the last
/// places are for what else there is to tell.
[[nodiscard]] constexpr std::uint32_t room_for(MailEvent event) {
  constexpr std::uint32_t kWithoutCodes = 1'000;
  return event == MailEvent::email_code ? Mail::kWaitingMax - kWithoutCodes : Mail::kWaitingMax;
}

}  // namespace lockstep
