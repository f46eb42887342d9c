// SPDX-License-Identifier: Apache-2.0
#include "service/mail_codes.h"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "base/hex.h"
#include "formats/json.h"
#include "service/events.h"
#include "service/first_factor.h"
#include "service/mail_code_rows.h"
#include "service/name_turn.h"
#include "service/outgoing_mail.h"
#include "service/retry.h"
#include "service/tickets.h"

namespace lockstep {
namespace {

constexpr std::uint64_t kCodes = 1'000'000;
constexpr std::size_t kStateBytesMax = 64;

// Those that a state can be for; with `log_in` there is a conversation instead.
constexpr std::array kPurposes = {MailCodePurpose::sign_in, MailCodePurpose::step_up,
                                  MailCodePurpose::link};

/// The user of that name, or nobody.
Result<User> find_user(Services& services, const std::optional<UserName>& name) {
  LOCKSTEP_TRY(Situation situation,
               services.store.situation(Subject(name.value_or(nobody_to_mail().name))));
  if (!name || !situation.user) return nobody_to_mail();
  return *std::move(situation.user);
}

std::string data_of(const MailCodeOrder& order, const User& user) {
  boost::json::object data{{"purpose", std::string(name_of(order.purpose))},
                           {"user", user.name.text()},
                           {"known", user.id != UserId(0)},
                           {"tries", kMailCodeTries}};
  if (order.task) data["task"] = order.task->text();
  if (order.link) data["link"] = to_hex(*order.link);
  return to_json(data);
}

/// A state as it is kept.
struct Asked {
  Ticket ticket;
  MailCodePurpose purpose = MailCodePurpose::sign_in;
  std::optional<UserName> user;
  std::uint32_t tries = 0;  ///< that are left
  std::optional<Serial> task;
  std::optional<TicketHash> link;
};

Result<TicketHash> parse_hash(const std::string& text) {
  LOCKSTEP_TRY(const Bytes bytes, parse_hex(text));
  TicketHash hash{};
  if (bytes.size() != hash.size()) return fail(Errc::corrupt, "a hash has another length");
  std::ranges::copy(bytes, hash.begin());
  return hash;
}

Result<Asked> read(Ticket ticket) {
  LOCKSTEP_TRY(const boost::json::value data, parse_json(ticket.data));
  LOCKSTEP_TRY(JsonObject members, JsonObject::of(data));
  LOCKSTEP_TRY(const std::string purpose, members.text("purpose"));
  LOCKSTEP_TRY(const std::string user, members.text("user"));
  LOCKSTEP_TRY(const std::optional<bool> known, members.optional_flag("known"));
  LOCKSTEP_TRY(const std::int64_t tries, members.number("tries", {0, kMailCodeTries}));
  LOCKSTEP_TRY(const std::optional<std::string> task, members.optional_text("task"));
  LOCKSTEP_TRY(const std::optional<std::string> link, members.optional_text("link"));
  Asked asked;
  const auto named =
      std::ranges::find_if(kPurposes, [&](MailCodePurpose one) { return name_of(one) == purpose; });
  if (named == kPurposes.end()) return fail(Errc::corrupt, "a state is not what was written");
  asked.purpose = *named;
  if (known.value_or(false)) {
    LOCKSTEP_TRY(asked.user, UserName::parse(user));
  }
  asked.tries = static_cast<std::uint32_t>(tries);
  if (task) {
    LOCKSTEP_TRY(asked.task, Serial::parse(*task));
  }
  if (link) {
    LOCKSTEP_TRY(asked.link, parse_hash(*link));
  }
  asked.ticket = std::move(ticket);
  return asked;
}

/// The state that is good for something still.
Result<std::optional<Asked>> find_asked(Services& services, const Context& context,
                                        const std::string& state) {
  if (state.size() > kStateBytesMax) return std::nullopt;
  LOCKSTEP_TRY(std::optional<Ticket> ticket,
               find_ticket(services, state, TicketKind::mail_code, context.now.wall));
  if (!ticket) return std::nullopt;
  LOCKSTEP_TRY(Asked asked, read(*std::move(ticket)));
  if (asked.tries == 0) return std::nullopt;
  return asked;
}

/// Whether the right code would be taken with this state: only then is a wrong one a guess.
bool is_open(const Context& context, const Asked& asked, const User& user, const MailCode& kept) {
  return kept.code && kept.state == asked.ticket.hash && context.now.wall < kept.expires_at &&
         kept.wrong_in_day < kWrongMailCodesPerDay && user.status == UserStatus::enabled;
}

/// Whether the code is the one that was sent with this state. The MAC is worked out in any case.
bool is_right(const Services& services, const Context& context, const Asked& asked,
              const User& user, const MailCode& kept, const std::string& typed) {
  const PinMac none{};
  const bool matches =
      mac_matches(services, kept.code ? *kept.code : none, mail_code_digits(typed));
  return matches && is_open(context, asked, user, kept);
}

AuditEvent about(const Context& context, EventKind kind, const User& user,
                 MailCodePurpose purpose) {
  AuditEvent made = event(context, kind);
  if (user.id != UserId(0)) made.user = user.name;
  made.details.emplace_back("for", name_of(purpose));
  return made;
}

Result<MailCodeAnswer> reject(Services& services, const Context& context, const Asked& asked,
                              const User& user, MailCode kept) {
  LOCKSTEP_TRY(boost::json::value data, parse_json(asked.ticket.data));
  data.as_object()["tries"] = asked.tries - 1;
  Ticket ticket = asked.ticket;
  ticket.data = to_json(data);
  AuditEvent made = about(context, EventKind::mail_code_refused, user, asked.purpose);
  made.reason = Reason::no_match;
  ChangeSet set{{UpdateTicket{std::move(ticket)}}, {std::move(made)}};
  // With any other state there is nothing to guess, and nothing of the user's to contend for: many
  // at once would take longer for a user who exists.
  if (is_open(context, asked, user, kept)) {
    ++kept.wrong_in_day;
    set.changes.emplace_back(PutMailCode{std::move(kept)});
  }
  LOCKSTEP_CHECK(services.store.commit(std::move(set)));
  return MailCodeRejected{asked.tries - 1};
}

PortalSignIn way_of(const Asked& asked) {
  return asked.purpose == MailCodePurpose::link ? PortalSignIn::link : PortalSignIn::email_code;
}

Result<MailCodeAnswer> accept(Services& services, const Context& context, const Asked& asked,
                              const User& user, MailCode kept, const SessionOrder& order) {
  ChangeSet set{{DeleteTicket{asked.ticket.hash, asked.ticket.version}}, {}};
  kept.code.reset();
  set.changes.emplace_back(PutMailCode{std::move(kept)});
  if (asked.link) {
    LOCKSTEP_TRY(const std::optional<Ticket> link, services.store.ticket(*asked.link));
    if (!link || link->expires_at < context.now.wall) return MailCodeExpired{};
    set.changes.emplace_back(DeleteTicket{link->hash, link->version});
    AuditEvent used = event(context, EventKind::link_used, user.name);
    used.serial = asked.task;
    set.events.push_back(std::move(used));
  }
  set.events.push_back(about(context, EventKind::mail_code_accepted, user, asked.purpose));
  BegunSession begun = begin_session(services, context, user, order, set);
  LOCKSTEP_CHECK(services.store.commit(std::move(set)));
  return MailCodeAccepted{std::move(begun)};
}

/// Looks everything up anew each time: whoever else sent the same state may have used it up.
Result<MailCodeAnswer> confirm_once(Services& services, const Context& context,
                                    const GivenMailCode& given,
                                    const std::optional<UserSession>& own) {
  LOCKSTEP_TRY(const std::optional<Asked> asked, find_asked(services, context, given.state));
  if (!asked || (asked->purpose == MailCodePurpose::step_up) != own.has_value()) {
    return MailCodeExpired{};
  }
  if (own && asked->user != own->user.name) return MailCodeExpired{};
  LOCKSTEP_TRY(const User user, find_user(services, asked->user));
  LOCKSTEP_TRY(MailCode kept, find_mail_code(services, user.id, asked->purpose));
  kept = mail_code_as_of(std::move(kept), context.now.wall);
  if (!is_right(services, context, *asked, user, kept, given.code)) {
    return reject(services, context, *asked, user, std::move(kept));
  }
  SessionOrder order{
      .by = way_of(*asked), .about = given.about, .task = asked->task, .token = {}, .before = {}};
  if (own) {
    order.before = own->session;
    order.task = own->task;
    order.token = own->token;
    if (own->by == PortalSignIn::link) order.by = PortalSignIn::link;
  }
  return accept(services, context, *asked, user, std::move(kept), order);
}

/// Who is overtaken all the time is told what everybody is told.
template <class Once>
Result<MailCodeAnswer> confirmed(const Once& once) {
  Result<MailCodeAnswer> answer = retried({}, once);
  if (!answer && answer.error().code == Errc::conflict) return MailCodeExpired{};
  return answer;
}

}  // namespace

Result<MailCodeSent> send_mail_code(Services& services, const Context& context,
                                    const MailCodeOrder& order) {
  if (!services.portal.email_code) {
    return fail(Errc::not_allowed, "there are no codes by mail here");
  }
  const NameTurn turn(order.user ? order.user->text() : "");
  return retried({}, [&]() -> Result<MailCodeSent> {
    const WallTime now = context.now.wall;
    const WallTime expires_at = now + kMailCodeLife;
    LOCKSTEP_TRY(User user, find_user(services, order.user));
    LOCKSTEP_TRY(MailCode kept, find_mail_code(services, user.id, order.purpose));
    kept = mail_code_as_of(std::move(kept), now);
    const bool sent = may_be_mailed(user, kept, now);
    if (user.language.empty()) user.language = order.language;
    const TicketSecret state = make_ticket_secret(services.random);
    const std::string code = fmt::format("{:06}", services.random.id() % kCodes);
    const PinMac mac = make_pin_mac(services, Secret::copy_of(code));
    LOCKSTEP_TRY(
        std::optional<Change> mail,
        mail_to_user(services, context, user, MailEvent::email_code,
                     {{"code", code}, {"minutes", std::to_string(kMailCodeLife.count() / 60)}},
                     expires_at));
    AuditEvent made = about(context, EventKind::mail_code_asked, user, order.purpose);
    made.details.emplace_back("sent", sent ? "yes" : "no");
    ChangeSet set{{InsertTicket{Ticket{.hash = state.hash,
                                       .kind = TicketKind::mail_code,
                                       .data = data_of(order, user),
                                       .sealed = {},
                                       .expires_at = expires_at,
                                       .version = {}}}},
                  {std::move(made)}};
    if (sent && mail) {
      kept.code = mac;
      kept.state = state.hash;
      kept.expires_at = expires_at;
      kept.sent_at = now;
      ++kept.sent_in_hour;
      set.changes.emplace_back(PutMailCode{std::move(kept)});
      set.changes.push_back(*std::move(mail));
    }
    LOCKSTEP_CHECK(services.store.commit(std::move(set)));
    return MailCodeSent{state.text, expires_at, now + kMailCodeEach};
  });
}

Result<MailCodeAnswer> sign_in_with_mail_code(Services& services, const Context& context,
                                              const GivenMailCode& given) {
  return confirmed([&] { return confirm_once(services, context, given, std::nullopt); });
}

Result<MailCodeAnswer> step_up(Services& services, const Context& context,
                               const GivenMailCode& given) {
  return confirmed([&]() -> Result<MailCodeAnswer> {
    // Each time: what was signed out meanwhile must not come back with another secret.
    LOCKSTEP_TRY(const UserSession own, own_user_session(services, context));
    return confirm_once(services, context, given, own);
  });
}

std::string masked_address(const std::string& email) {
  const std::size_t at = email.rfind('@');
  if (at == std::string::npos || at == 0) return "";
  // The whole first character, which may be several bytes.
  std::size_t first = 1;
  while (first < at && (static_cast<unsigned char>(email[first]) & 0xc0U) == 0x80U) ++first;
  return email.substr(0, first) + "•••" + email.substr(at);
}

}  // namespace lockstep
