// SPDX-License-Identifier: Apache-2.0
#include "service/act_mails.h"

#include <utility>

#include "base/assert.h"
#include "service/outgoing_mail.h"

namespace lockstep {
namespace {

constexpr const char* kOperator = "operator";

MailArguments about(const Token& token) {
  return {{"device", short_serial(token.serial)},
          {"name", token.label.empty() ? token.model : token.label},
          {"by", kOperator}};
}

Result<void> tell(Services& services, const Context& context, const User& owner, MailEvent event,
                  MailArguments arguments, ChangeSet& set) {
  LOCKSTEP_TRY(auto mail, mail_to_user(services, context, owner, event, std::move(arguments)));
  if (mail) set.changes.push_back(*std::move(mail));
  return {};
}

}  // namespace

Result<void> tell_status(Services& services, const Context& context, const User& owner,
                         const Token& token, TokenStatus now, ChangeSet& set) {
  MailArguments arguments = about(token);
  switch (now) {
    case TokenStatus::lost:
      arguments.emplace_back("how", kOperator);
      return tell(services, context, owner, MailEvent::lost, std::move(arguments), set);
    case TokenStatus::suspended:
      arguments.emplace_back("devices", short_serial(token.serial));
      return tell(services, context, owner, MailEvent::suspended, std::move(arguments), set);
    case TokenStatus::revoked:
      return tell(services, context, owner, MailEvent::revoked, std::move(arguments), set);
    case TokenStatus::enabled:
    case TokenStatus::faulty:
    case TokenStatus::locked:
      return {};
  }
  LOCKSTEP_ASSERT(false);
}

Result<void> tell_unassigned(Services& services, const Context& context, const User& owner,
                             const Token& token, ChangeSet& set) {
  return tell(services, context, owner, MailEvent::unassigned, about(token), set);
}

Result<void> tell_replaced(Services& services, const Context& context, const User& owner,
                           const Token& token, const Token& by, ChangeSet& set) {
  MailArguments arguments = about(token);
  arguments.emplace_back("new_device", short_serial(by.serial));
  return tell(services, context, owner, MailEvent::replaced, std::move(arguments), set);
}

Result<void> tell_primary(Services& services, const Context& context, const User& owner,
                          const Token& token, ChangeSet& set) {
  return tell(services, context, owner, MailEvent::primary, about(token), set);
}

}  // namespace lockstep
