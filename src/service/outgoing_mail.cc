// SPDX-License-Identifier: Apache-2.0
#include "service/outgoing_mail.h"

#include "formats/mail_arguments.h"

namespace lockstep {
namespace {

constexpr std::size_t kSerialShown = 4;

std::string person_of(const User& user) {
  std::string person = user.first_name;
  if (!person.empty() && !user.last_name.empty()) person += ' ';
  person += user.last_name;
  return person.empty() ? user.name.text() : person;
}

/// Whom it goes to, and what it is about.
struct Envelope {
  std::string to;
  std::string language;
  MailEvent event;
  WallTime expires_at;
};

Result<std::optional<Change>> queued(Services& services, const Context& context, const User& about,
                                     Envelope envelope, MailArguments arguments) {
  if (envelope.to.empty() || envelope.to.size() > Mail::kToBytesMax) return std::nullopt;
  arguments.emplace_back("user", about.name.text());
  arguments.emplace_back("person", person_of(about));
  arguments.emplace_back("at", to_rfc3339(context.now.wall));
  Mail mail;
  mail.id = MailId(services.random.id());
  LOCKSTEP_TRY(mail.arguments,
               services.vault.seal(SealPurpose::mail, mail.id.value(), pack_arguments(arguments)));
  mail.to = std::move(envelope.to);
  mail.event = envelope.event;
  mail.language = std::move(envelope.language);
  mail.next_try_at = context.now.wall;
  mail.created_at = context.now.wall;
  mail.expires_at = envelope.expires_at;
  return Change(InsertMail{std::move(mail)});
}

}  // namespace

Result<std::optional<Change>> mail_to_user(Services& services, const Context& context,
                                           const User& user, MailEvent event,
                                           MailArguments arguments,
                                           std::optional<WallTime> expires_at) {
  if (context.caller.quiet) return std::nullopt;
  return queued(
      services, context, user,
      {user.email, user.language, event, expires_at.value_or(context.now.wall + kMailWanted)},
      std::move(arguments));
}

Result<std::optional<Change>> mail_to_help_desk(Services& services, const Context& context,
                                                const User& user, MailArguments arguments) {
  return queued(services, context, user,
                {services.portal.help.email, services.portal.default_language, MailEvent::help_desk,
                 context.now.wall + kMailWanted},
                std::move(arguments));
}

Result<std::map<std::string, std::string>> open_arguments(Services& services, const Mail& mail) {
  if (mail.arguments.value().empty()) return fail(Errc::not_found, "the mail was wiped");
  LOCKSTEP_TRY(const Secret packed,
               services.vault.open(SealPurpose::mail, mail.id.value(), mail.arguments));
  return unpack_arguments(packed);
}

std::string short_serial(const Serial& serial) {
  const std::string& text = serial.text();
  return text.size() <= kSerialShown ? text : "…" + text.substr(text.size() - kSerialShown);
}

}  // namespace lockstep
