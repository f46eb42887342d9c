// SPDX-License-Identifier: Apache-2.0
#include "service/operator_setup.h"

#include <utility>

#include "base/hex.h"
#include "crypto/digest.h"
#include "formats/json.h"
#include "formats/seed_text.h"
#include "service/authenticate.h"
#include "service/operators.h"
#include "service/retry.h"
#include "service/tickets.h"

namespace lockstep {

namespace {

/// Tells one password of an account from another, and nothing about it.
std::string mark_of(const Operator& account) {
  return to_hex(sha256(bytes_of(account.password.value_or(""))));
}

/// Where the link is named that was made last. Hashed twice, so that no link's secret leads here.
TicketHash place_of_newest(OperatorId id) {
  return sha256(sha256(bytes_of("setup link of operator " + std::to_string(id.value()))));
}

std::string newest_is(const TicketHash& link) { return to_json({{"newest", to_hex(link)}}); }

/// Makes all links before `link` void: whoever got one that was lost has it still.
Result<void> add_newest(Services& services, OperatorId id, const Ticket& link, ChangeSet& set) {
  LOCKSTEP_TRY(std::optional<Ticket> newest, services.store.ticket(place_of_newest(id)));
  const bool is_first = !newest;
  if (is_first) {
    newest = Ticket{.hash = place_of_newest(id),
                    .kind = TicketKind::setup,
                    .data = {},
                    .sealed = {},
                    .expires_at = {},
                    .version = {}};
  }
  newest->data = newest_is(link.hash);
  newest->expires_at = link.expires_at;
  set.changes.push_back(is_first ? Change(InsertTicket{*std::move(newest)})
                                 : Change(UpdateTicket{*std::move(newest)}));
  return {};
}

struct Link {
  Ticket ticket;
  Operator account;
};

/// What `secret` is the link of, while it may be used.
Result<std::optional<Link>> find_link(Services& services, const Context& context,
                                      const std::string& secret) {
  LOCKSTEP_TRY(std::optional<Ticket> ticket,
               find_ticket(services, secret, TicketKind::setup, context.now.wall));
  if (!ticket) return std::nullopt;
  LOCKSTEP_TRY(const boost::json::value data, parse_json(ticket->data));
  LOCKSTEP_TRY(JsonObject object, JsonObject::of(data));
  LOCKSTEP_TRY(const std::int64_t id, object.number("operator", {}));
  LOCKSTEP_TRY(const std::string mark, object.text("password"));
  LOCKSTEP_TRY(std::optional<Operator> account,
               services.store.find_operator(OperatorId(static_cast<std::uint64_t>(id))));
  if (!account || account->status != OperatorStatus::enabled || mark_of(*account) != mark) {
    return std::nullopt;
  }
  LOCKSTEP_TRY(const auto newest, services.store.ticket(place_of_newest(account->id)));
  if (newest && newest->data != newest_is(ticket->hash)) return std::nullopt;
  return Link{*std::move(ticket), *std::move(account)};
}

SetupAnswer refused(Services& services, const Context& context) {
  const Source source(context.caller.source);
  services.sources.refused(source, context.now);
  return SetupAnswer{SetupVerdict::refused, services.sources.hold(source, context.now)};
}

Result<void> keep_password(Services& services, const Context& context, Link link,
                           std::string hash) {
  Operator& account = link.account;
  account.password = std::move(hash);
  account.wrong_passwords = 0;
  account.wrong_at.reset();
  AuditEvent made = event_about(context, EventKind::operator_changed, account.name);
  made.actor = actor_of(account);
  made.details.emplace_back("password", "set");
  const std::uint64_t id = account.id.value();
  return services.store.commit(
      ChangeSet{{DeleteTicket{link.ticket.hash, link.ticket.version},
                 UpdateOperator{std::move(account)}, DeleteSessionsOf{SessionKind::console, id}},
                {std::move(made)}});
}

}  // namespace

PreparedSetup prepare_setup(Services& services, const Context& context, const Operator& account) {
  const TicketSecret secret = make_ticket_secret(services.random);
  const WallTime until = context.now.wall + kSetupLinkLife;
  return PreparedSetup{
      SetupLink{"/console/setup#" + secret.text, until},
      Ticket{.hash = secret.hash,
             .kind = TicketKind::setup,
             .data = to_json({{"operator", account.id.value()}, {"password", mark_of(account)}}),
             .sealed = {},
             .expires_at = until,
             .version = {}}};
}

Result<SetupLink> renew_setup(Services& services, const Context& context, const UserName& name) {
  return retried({}, [&]() -> Result<SetupLink> {
    LOCKSTEP_TRY(const Operator account, get_operator(services, name));
    LOCKSTEP_CHECK(check_has_all(context, account.role));
    PreparedSetup setup = prepare_setup(services, context, account);
    AuditEvent made = event_about(context, EventKind::operator_changed, name);
    made.details.emplace_back("setup_link", "made");
    ChangeSet set{{InsertTicket{setup.ticket}}, {std::move(made)}};
    LOCKSTEP_CHECK(add_newest(services, account.id, setup.ticket, set));
    LOCKSTEP_CHECK(services.store.commit(std::move(set)));
    return std::move(setup.link);
  });
}

Result<SetupAnswer> set_up_operator(Services& services, const Context& context,
                                    const SetupRequest& request) {
  LOCKSTEP_TRY(std::optional<Link> link, find_link(services, context, request.secret));
  if (!link) return refused(services, context);
  LOCKSTEP_CHECK(check_operator_password(request.password, link->account.name));
  if (!link->account.tokens_of) {
    return fail(Errc::conflict, "the account has no second factor yet: ask who made it");
  }
  LoginRequest login;
  login.user = link->account.tokens_of->text();
  login.code = request.code;
  login.vouched = Vouched::right;  // The link stands for the password that is not there yet.
  LOCKSTEP_TRY(const LoginAnswer answer, authenticate(services, context, std::move(login)));
  if (answer.verdict != Verdict::accept) return SetupAnswer{SetupVerdict::refused, answer.hold};
  LOCKSTEP_TRY(std::string hash, services.passwords.hash(request.password));
  const Result<void> kept = keep_password(services, context, *std::move(link), std::move(hash));
  // The link was used by somebody else at the same time, or the account was changed.
  if (!kept && kept.error().code == Errc::conflict) return refused(services, context);
  LOCKSTEP_CHECK(kept);
  return SetupAnswer{SetupVerdict::done, Micros(0)};
}

}  // namespace lockstep
