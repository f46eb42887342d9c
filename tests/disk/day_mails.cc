// SPDX-License-Identifier: Apache-2.0
#include "day_mails.h"

#include <vector>

#include "service/mail_codes.h"
#include "service/mail_desk.h"
#include "service/outgoing_mail.h"
#include "service/user_sessions.h"

namespace lockstep {
namespace {

constexpr std::uint32_t kMailsRead = 20;
constexpr const char* kAddress = "192.0.2.1";

/// Every third mail has to come again.
class MoodyMailer final : public Mailer {
 public:
  DeliveryReport deliver(const OutgoingMail&) override {
    if (++seen_ % 3 != 0) return {Delivery::taken, ""};
    return {Delivery::later, "come again"};
  }
  void stop() override {}

 private:
  int seen_ = 0;
};

}  // namespace

Result<std::optional<MailedCode>> ask_by_mail(Services& services, const UserName& user) {
  const Context context = portal_context(services, kAddress);
  LOCKSTEP_TRY(const MailCodeSent sent, send_mail_code(services, context, {.user = user}));
  LOCKSTEP_TRY(const std::vector<Mail> mails, services.store.newest_mails(kMailsRead));
  for (const Mail& mail : mails) {
    const bool is_new = mail.event == MailEvent::email_code &&
                        mail.created_at == context.now.wall && mail.state == MailState::waiting;
    if (!is_new) continue;
    LOCKSTEP_TRY(const auto arguments, open_arguments(services, mail));
    if (arguments.at("user") == user.text()) return MailedCode{sent.state, arguments.at("code")};
  }
  return std::nullopt;
}

Result<bool> sign_in_by_mail(Services& services, const MailedCode& given) {
  LOCKSTEP_TRY(const MailCodeAnswer answer,
               sign_in_with_mail_code(services, portal_context(services, kAddress),
                                      {given.state, given.code, kAddress}));
  return std::holds_alternative<MailCodeAccepted>(answer);
}

Result<void> send_some_mails(Services& services) {
  MoodyMailer mailer;
  MailDesk desk(services, &mailer, {"", "otp@example.org"});
  LOCKSTEP_CHECK(desk.round());
  return {};
}

}  // namespace lockstep
