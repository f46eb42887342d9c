// SPDX-License-Identifier: Apache-2.0
#include "service/links.h"

#include <algorithm>
#include <array>
#include <utility>

#include "formats/base64.h"
#include "formats/json.h"
#include "service/events.h"
#include "service/outgoing_mail.h"
#include "service/tickets.h"

namespace lockstep {
namespace {

constexpr std::size_t kSecretBytes = 16;
constexpr std::size_t kSecretTextMax = 64;
constexpr const char* kPath = "/portal/link#";

}  // namespace

Result<WallTime> send_link(Services& services, const Context& context, const UserName& user,
                           const Serial& serial) {
  if (!services.portal.email_code || !services.portal.allow.resync) {
    return fail(Errc::not_allowed, "the portal has no resynchronisation, or no codes by mail");
  }
  LOCKSTEP_TRY(const Situation situation, services.store.situation(Subject(user)));
  if (!situation.user) return fail(Errc::not_found, "no such user");
  if (std::ranges::find(situation.tokens, serial, &Token::serial) == situation.tokens.end()) {
    return fail(Errc::not_found, "the token is not this user's");
  }
  if (situation.user->status != UserStatus::enabled) {
    return fail(Errc::conflict, "the user is disabled");
  }
  std::array<std::uint8_t, kSecretBytes> bytes{};
  services.random.fill(bytes);
  const std::string secret = to_base64url(bytes);
  const WallTime expires_at = context.now.wall + kLinkLife;
  LOCKSTEP_TRY(std::optional<Change> mail,
               mail_to_user(services, context, *situation.user, MailEvent::link,
                            {{"link", services.portal.url + kPath + secret},
                             {"device", short_serial(serial)},
                             {"hours", std::to_string(kLinkLife.count() / 3'600)}},
                            expires_at));
  if (!mail) return fail(Errc::conflict, "the user has no address to send a link to");
  AuditEvent made = event(context, EventKind::link_created, serial);
  made.user = user;
  const std::string data = to_json({{"user", user.text()}, {"serial", serial.text()}});
  LOCKSTEP_CHECK(services.store.commit(ChangeSet{{InsertTicket{Ticket{.hash = ticket_hash(secret),
                                                                      .kind = TicketKind::link,
                                                                      .data = data,
                                                                      .sealed = {},
                                                                      .expires_at = expires_at,
                                                                      .version = {}}},
                                                  *std::move(mail)},
                                                 {std::move(made)}}));
  return expires_at;
}

Result<std::optional<LinkFollowed>> follow_link(Services& services, const Context& context,
                                                const std::string& secret,
                                                const std::string& language) {
  if (secret.size() > kSecretTextMax) return std::nullopt;
  LOCKSTEP_TRY(const std::optional<Ticket> ticket,
               find_ticket(services, secret, TicketKind::link, context.now.wall));
  if (!ticket) return std::nullopt;
  LOCKSTEP_TRY(const boost::json::value data, parse_json(ticket->data));
  LOCKSTEP_TRY(JsonObject members, JsonObject::of(data));
  LOCKSTEP_TRY(const std::string user_text, members.text("user"));
  LOCKSTEP_TRY(const std::string serial_text, members.text("serial"));
  MailCodeOrder order;
  order.purpose = MailCodePurpose::link;
  LOCKSTEP_TRY(order.user, UserName::parse(user_text));
  LOCKSTEP_TRY(order.task, Serial::parse(serial_text));
  order.language = language;
  order.link = ticket->hash;
  LOCKSTEP_TRY(const Situation situation, services.store.situation(Subject(*order.user)));
  if (!situation.user) return std::nullopt;
  LOCKSTEP_TRY(MailCodeSent sent, send_mail_code(services, context, order));
  return LinkFollowed{std::move(sent), masked_address(situation.user->email)};
}

}  // namespace lockstep
