// SPDX-License-Identifier: Apache-2.0
#include "service/mail_desk.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/assert.h"
#include "service/events.h"
#include "service/outgoing_mail.h"

namespace lockstep {
namespace {

constexpr const char* kNoServer = "no mail server is configured";

/// As much of `text`, which is ASCII, as is kept.
std::string shortened(std::string text) {
  if (text.size() > Mail::kProblemBytesMax) text.resize(Mail::kProblemBytesMax);
  return text;
}

Context sender_context(const Services& services) {
  return begin(services, Caller{Actor("system"), {}, {}});
}

}  // namespace

std::string_view name_of(MailReport::Kind kind) {
  switch (kind) {
    case MailReport::Kind::off:
      return "off";
    case MailReport::Kind::working:
      return "working";
    case MailReport::Kind::failing:
      return "failing";
  }
  LOCKSTEP_ASSERT(false);
}

Seconds pause_after(std::uint32_t tries) {
  Seconds pause = MailDesk::kPauseMin;
  for (std::uint32_t i = 1; i < tries && pause < MailDesk::kPauseMax; ++i) pause *= 2;
  return std::min(pause, MailDesk::kPauseMax);
}

Result<MailText> mail_text_of(Services& services, const Mail& mail) {
  LOCKSTEP_TRY(const auto arguments, open_arguments(services, mail));
  const PortalSettings& portal = services.portal;
  const MailSetting setting{.organisation = portal.organisation,
                            .portal_url = portal.url,
                            .help_phone = portal.help.phone,
                            .default_language = portal.default_language};
  return mail_text(mail.event, mail.language, MailValues(arguments.begin(), arguments.end()),
                   setting);
}

Result<std::vector<Mail>> list_mails(Services& services, std::uint32_t limit) {
  return services.store.newest_mails(limit);
}

Result<std::uint32_t> MailDesk::round() {
  LOCKSTEP_TRY(const std::vector<Mail> due,
               services_.store.due_mails(services_.clock.now().wall, kRoundMax));
  std::uint32_t handled = 0;
  failures_ = 0;
  for (const Mail& mail : due) {
    // The mails before it took their time.
    LOCKSTEP_TRY(const bool mine, handle(sender_context(services_), mail));
    if (mine) ++handled;
    if (failures_ >= kFailingMin) break;
  }
  return handled;
}

/// False, where another server was faster.
Result<bool> MailDesk::handle(const Context& context, Mail mail) {
  const WallTime now = context.now.wall;
  Result<void> done;
  if (now >= mail.expires_at) {
    done = give_up(context, mail, mail.problem.empty() ? "it was too late for it" : mail.problem);
  } else if (mailer_ == nullptr) {
    done = postpone(mail);
  } else {
    ++mail.tries;
    mail.next_try_at = now + kTaken;
    done = services_.store.commit({{UpdateMail{mail}}, {}});
    if (done) {
      mail.version = RowVersion(mail.version.value() + 1);
      const Result<MailText> text = mail_text_of(services_, mail);
      done = text ? settle(context, mail, deliver(mail, *text))
                  : give_up(context, mail, "what it says cannot be opened");
    }
  }
  if (!done && done.error().code == Errc::conflict) return false;
  LOCKSTEP_CHECK(done);
  return true;
}

/// Until it is too old: nothing changes before that, and others behind it may be too old already.
Result<void> MailDesk::postpone(Mail mail) {
  mail.next_try_at = mail.expires_at;
  mail.problem = kNoServer;
  return services_.store.commit({{UpdateMail{std::move(mail)}}, {}});
}

DeliveryReport MailDesk::deliver(const Mail& mail, const MailText& text) {
  const Result<std::string> message = mail_message(
      {.from = from_,
       .to = mail.to,
       .date = mail.created_at,
       .id = fmt::format("{:016x}", mail.id.value()),
       .language = mail.language.empty() ? services_.portal.default_language : mail.language},
      text);
  if (!message) return {Delivery::never, message.error().context};
  return mailer_->deliver({from_.address, mail.to, *message});
}

Result<void> MailDesk::settle(const Context& context, Mail mail, const DeliveryReport& report) {
  count(report);
  if (report.delivery == Delivery::never) return give_up(context, std::move(mail), report.why);
  const bool taken = report.delivery == Delivery::taken;
  mail.problem = shortened(report.why);
  if (taken) {
    mail.state = MailState::sent;
  } else {
    // Its last moment is a moment to look as well: then it is given up.
    mail.next_try_at = std::min(context.now.wall + pause_after(mail.tries), mail.expires_at);
  }
  return services_.store.commit({{UpdateMail{std::move(mail), taken}}, {}});
}

Result<void> MailDesk::give_up(const Context& context, Mail mail, const std::string& why) {
  AuditEvent made = event(context, EventKind::mail_given_up);
  if (const auto arguments = open_arguments(services_, mail)) {
    const auto user = arguments->find("user");
    if (user != arguments->end()) {
      if (auto name = UserName::parse(user->second)) made.user = *std::move(name);
    }
  }
  const bool is_left_out = mail.problem == Mail::kQueueFull;
  mail.state = MailState::given_up;
  mail.problem = shortened(why);
  made.details = {{"mail", std::string(name_of(mail.event))},
                  {"tries", std::to_string(mail.tries)},
                  {"why", mail.problem}};
  LOCKSTEP_CHECK(services_.store.commit({{UpdateMail{std::move(mail), true}}, {made}}));
  const std::scoped_lock lock(mutex_);
  ++report_.given_up;
  if (is_left_out) ++report_.left_out;
  return {};
}

void MailDesk::count(const DeliveryReport& report) {
  const bool failed = report.delivery == Delivery::later;
  failures_ = failed ? failures_ + 1 : 0;
  const std::scoped_lock lock(mutex_);
  if (failed) ++report_.failed;
  if (report.delivery == Delivery::taken) ++report_.sent;
  in_row_ = failed ? in_row_ + 1 : 0;
  report_.kind = in_row_ >= kFailingMin ? MailReport::Kind::failing : MailReport::Kind::working;
  report_.why = failed ? report.why : "";
}

Result<DeliveryReport> MailDesk::send_test(const Context& context, const std::string& to) {
  if (!is_mail_address(to)) return fail(Errc::invalid_input, "'to' is no mail address");
  if (mailer_ == nullptr) {
    return fail(Errc::not_allowed, std::string(kNoServer) + ": see [mail] in the configuration");
  }
  const MailText text =
      fill_in_mail("A test mail from Lockstep",
                   "Mails from Lockstep reach this address.\n\nSomebody who sets it up has asked "
                   "for this mail; there is nothing to do.",
                   {}, "en");
  Mail mail;
  mail.id = MailId(services_.random.id());
  mail.to = to;
  mail.language = "en";
  mail.created_at = context.now.wall;
  return deliver(mail, text);
}

MailReport MailDesk::report() const {
  const std::scoped_lock lock(mutex_);
  return report_;
}

}  // namespace lockstep
