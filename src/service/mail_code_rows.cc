// SPDX-License-Identifier: Apache-2.0
#include "service/mail_code_rows.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "service/mail_codes.h"

namespace lockstep {
namespace {

constexpr std::size_t kTypedBytesMax = 64;
constexpr Seconds kHour{3'600};
constexpr Seconds kDay{24 * 3'600};

// In the order of the enumerators.
constexpr std::array<std::string_view, 4> kPurposes = {"sign_in", "step_up", "link", "log_in"};
static_assert(static_cast<std::size_t>(MailCodePurpose::log_in) + 1 == kPurposes.size());

}  // namespace

std::string_view name_of(MailCodePurpose purpose) {
  return kPurposes.at(static_cast<std::size_t>(purpose));
}

User nobody_to_mail() {
  User user{.id = UserId(0), .name = UserName::parse("nobody").value()};
  user.email = "nobody@localhost";
  user.status = UserStatus::disabled;
  return user;
}

Result<MailCode> find_mail_code(Services& services, UserId user, MailCodePurpose purpose) {
  LOCKSTEP_TRY(const std::optional<MailCode> found, services.store.mail_code(user, purpose));
  if (found) return *found;
  MailCode none;
  none.user = user;
  none.purpose = purpose;
  return none;
}

MailCode mail_code_as_of(MailCode code, WallTime now) {
  if (now - code.hour_since >= kHour) {
    code.hour_since = now;
    code.sent_in_hour = 0;
  }
  if (now - code.day_since >= kDay) {
    code.day_since = now;
    code.wrong_in_day = 0;
  }
  return code;
}

bool may_be_mailed(const User& user, const MailCode& code, WallTime now) {
  return user.status == UserStatus::enabled && !user.email.empty() &&
         now - code.sent_at >= kMailCodeEach && code.sent_in_hour < kMailCodesPerHour &&
         code.wrong_in_day < kWrongMailCodesPerDay;
}

Micros hold_after_mail(const Services& services, const Context& context) {
  const Micros taken = elapsed(context.now, services.clock.now());
  return std::max(kMailAnswerAfter - taken, Micros::zero());
}

Secret mail_code_digits(std::string_view typed) {
  std::string digits(typed.substr(0, kTypedBytesMax));
  std::erase_if(digits, [](char c) { return c == ' ' || c == '-'; });
  return Secret::copy_of(digits);
}

}  // namespace lockstep
