// SPDX-License-Identifier: Apache-2.0
#include "modelled_store.h"

#include <fmt/format.h>

#include "adapters/sql/json_codec.h"
#include "base/hex.h"
#include "service/audit_trail.h"

namespace lockstep {
namespace {

constexpr Page kEverything{.limit = Page::kLimitMax, .after = {}};

std::int64_t micros(const std::optional<WallTime>& time) {
  return time ? time->time_since_epoch().count() : -1;
}

std::string line_of(const User& user) {
  const std::string pin = user.pin ? to_hex(user.pin->salt) + to_hex(user.pin->mac) : "";
  return fmt::format("user {} {} '{}' '{}' '{}' {} {} {} {} misses {} {} v{}\n", user.id.value(),
                     user.name.text(), user.first_name, user.last_name, user.email,
                     static_cast<int>(user.status), user.password.value_or(""), pin,
                     micros(user.created_at), user.sync.misses_in_row, to_json(user.sync),
                     user.version.value());
}

std::string line_of(const TokenRow& row) {
  const Token& token = row.token;
  return fmt::format("token {} {} {} '{}' of {} {} to {} made {} seed {} next {} {} v{}\n",
                     token.id.value(), token.serial.text(), static_cast<int>(token.status),
                     token.model, row.owner ? row.owner->text() : "nobody",
                     micros(token.valid_from), micros(token.valid_until), micros(token.created_at),
                     to_hex(token.seed.value()), token.progress.next.value(),
                     to_json(token.progress), token.version.value());
}

std::string line_of(const ApiKey& key) {
  return fmt::format("key {} {} {} {} {} v{}\n", key.id.value(), key.name, to_hex(key.hash),
                     micros(key.created_at), micros(key.revoked_at), key.version.value());
}

std::string line_of(const MailCode& code) {
  const std::string mac = code.code ? to_hex(code.code->salt) + to_hex(code.code->mac) : "used";
  return fmt::format(
      "code by mail of {} for {}: {} {} until {} sent {} {} since {} wrong {} since {} v{}\n",
      code.user.value(), static_cast<int>(code.purpose), mac, to_hex(code.state),
      micros(code.expires_at), micros(code.sent_at), code.sent_in_hour, micros(code.hour_since),
      code.wrong_in_day, micros(code.day_since), code.version.value());
}

Result<std::string> groups_of(Store& store) {
  std::string text;
  LOCKSTEP_TRY(const auto groups, store.groups(kEverything));
  for (const Group& group : groups) {
    text += fmt::format("group {}:", group.name.text());
    LOCKSTEP_TRY(const auto members, store.members(group.name, kEverything));
    for (const UserName& member : members) text += " " + member.text();
    text += "\n";
  }
  return text;
}

Result<std::string> tickets_of(Store& store, const std::vector<TicketHash>& tickets) {
  std::string text;
  for (const TicketHash& hash : tickets) {
    LOCKSTEP_TRY(const auto ticket, store.ticket(hash));
    if (!ticket) continue;
    text += fmt::format("ticket {} {} {} {} {} v{}\n", to_hex(hash), static_cast<int>(ticket->kind),
                        ticket->data, ticket->sealed ? to_hex(ticket->sealed->value()) : "",
                        micros(ticket->expires_at), ticket->version.value());
  }
  return text;
}

/// Mails that wait or were sent, and the codes that are good with them.
Result<std::string> mails_of(Store& store, const std::vector<User>& users) {
  std::string text;
  LOCKSTEP_TRY(const auto mails, store.newest_mails(Page::kLimitMax));
  for (const Mail& mail : mails) {
    text += fmt::format(
        "mail {} to '{}' {} '{}' {} state {} tries {} next {} made {} until {} '{}' v{}\n",
        mail.id.value(), mail.to, name_of(mail.event), mail.language,
        to_hex(mail.arguments.value()), static_cast<int>(mail.state), mail.tries,
        micros(mail.next_try_at), micros(mail.created_at), micros(mail.expires_at), mail.problem,
        mail.version.value());
  }
  for (const User& user : users) {
    for (const MailCodePurpose purpose :
         {MailCodePurpose::sign_in, MailCodePurpose::step_up, MailCodePurpose::link}) {
      LOCKSTEP_TRY(const auto code, store.mail_code(user.id, purpose));
      if (code) text += line_of(*code);
    }
  }
  return text;
}

/// Which secrets are there, and as they are sealed.
Result<std::string> sealed_of(Store& store) {
  std::string text;
  std::optional<SealedPlace> after;
  while (true) {
    LOCKSTEP_TRY(const auto rows, store.sealed(after, Page::kLimitMax));
    if (rows.empty()) return text;
    for (const SealedRow& row : rows) {
      text += fmt::format("sealed {} '{}' {}\n", row.place.index(), row.name,
                          to_hex(row.sealed.value()));
    }
    after = rows.back().place;
  }
}

/// The ends of the chains: whoever has the same end has had the same records in the same order.
Result<std::string> chains_of(Store& store) {
  std::string text;
  LOCKSTEP_TRY(const AuditVerdict verdict, verify_audit(store, {}));
  if (verdict.broken()) return fail(Errc::corrupt, "the audit chain is broken");
  LOCKSTEP_TRY(const auto heads, store.audit_heads());
  for (const auto& [node, head] : heads) {
    text += fmt::format("chain {} {} {}\n", node.value(), head.seq, to_hex(head.hash));
  }
  return text;
}

}  // namespace

Result<std::string> describe(Store& store, const std::vector<TicketHash>& tickets) {
  std::string text;
  LOCKSTEP_TRY(const auto users, store.users({}, kEverything));
  for (const User& user : users) text += line_of(user);
  LOCKSTEP_TRY(const auto tokens, store.tokens({}, kEverything));
  for (const TokenRow& row : tokens) text += line_of(row);
  LOCKSTEP_TRY(const auto keys, store.api_keys(kEverything));
  for (const ApiKey& key : keys) text += line_of(key);
  LOCKSTEP_TRY(const std::string groups, groups_of(store));
  LOCKSTEP_TRY(const std::string open, tickets_of(store, tickets));
  LOCKSTEP_TRY(const std::string mails, mails_of(store, users));
  LOCKSTEP_TRY(const std::string chains, chains_of(store));
  text += groups + open + mails + chains;
  LOCKSTEP_TRY(const auto policy, store.policy());
  if (policy) text += fmt::format("policy {} {}\n", policy->number, policy->document);
  LOCKSTEP_TRY(const std::string sealed, sealed_of(store));
  return text + sealed;
}

ModelledStore::ModelledStore(Store& below, MemoryStore& model, WriterWatch& watch,
                             const Clock& clock, Acknowledged& acknowledged)
    : ForwardingStore(below),
      model_(model),
      watch_(watch),
      clock_(clock),
      acknowledged_(acknowledged) {
  if (acknowledged_.states.empty()) note_until(0);
}

Result<void> take(Store& store, const Step& step) {
  if (const auto* set = std::get_if<ChangeSet>(&step)) return store.commit(*set);
  LOCKSTEP_CHECK(store.delete_expired(std::get<WallTime>(step)));
  return {};
}

Result<void> ModelledStore::commit(ChangeSet set) {
  if (meanwhile_) std::exchange(meanwhile_, nullptr)();
  acknowledged_.under_way = set;
  const Result<void> done = inner().commit(std::move(set));
  if (done) follow();
  note_until(watch_.begun());
  return done;
}

Result<void> ModelledStore::attempt(const Subject& subject, const Decide& decide) {
  acknowledged_.under_way.reset();
  const Result<void> done = inner().attempt(subject, [&](const Situation& situation) {
    Result<ChangeSet> set = decide(situation);
    if (set) acknowledged_.under_way = *set;
    return set;
  });
  if (done) follow();
  note_until(watch_.begun());
  return done;
}

Result<std::uint64_t> ModelledStore::delete_expired(WallTime now) {
  acknowledged_.under_way = now;
  Result<std::uint64_t> done = inner().delete_expired(now);
  if (done) follow();
  note_until(watch_.begun());
  return done;
}

void ModelledStore::follow() {
  if (!acknowledged_.under_way) return;
  const Step& step = acknowledged_.steps.emplace_back(*std::move(acknowledged_.under_way));
  if (const auto* set = std::get_if<ChangeSet>(&step)) {
    for (const Change& change : set->changes) {
      const auto* opened = std::get_if<InsertTicket>(&change);
      if (opened != nullptr) acknowledged_.tickets.push_back(opened->ticket.hash);
    }
  }
  if (!take(model_, step)) ++acknowledged_.impossible;
}

void ModelledStore::note_until(std::uint64_t begun) {
  acknowledged_.under_way.reset();
  watch_.wait_until_idle();
  if (acknowledged_.states.size() > begun) return;
  // A planted fault may leave the model with a signature of a chain that is not its own; then no
  // disk agrees with it, as it should be.
  std::string state =
      describe(model_, acknowledged_.tickets).value_or("the model cannot be described");
  // What must not have been acknowledged leaves nothing that could be equal to it.
  if (acknowledged_.impossible > 0) state = "impossible";
  acknowledged_.states.resize(begun + 1, state);
  acknowledged_.times.resize(begun + 1, clock_.now().wall);
}

}  // namespace lockstep
