// SPDX-License-Identifier: Apache-2.0
#include "core/model/mail.h"

#include <array>

#include "base/assert.h"

namespace lockstep {
namespace {

// In the order of the enumerators.
constexpr std::array<std::string_view, 11> kEvents = {
    "email_code", "resynchronised", "lost",    "temporary_code", "primary", "suspended",
    "help_desk",  "link",           "revoked", "unassigned",     "replaced"};
static_assert(static_cast<std::size_t>(MailEvent::replaced) + 1 == kEvents.size());

}  // namespace

std::string_view name_of(MailEvent event) {
  const auto index = static_cast<std::size_t>(event);
  LOCKSTEP_ASSERT(index < kEvents.size());
  return kEvents[index];
}

std::optional<MailEvent> parse_mail_event(std::string_view name) {
  for (std::size_t i = 0; i < kEvents.size(); ++i) {
    if (kEvents[i] == name) return static_cast<MailEvent>(i);
  }
  return std::nullopt;
}

}  // namespace lockstep
