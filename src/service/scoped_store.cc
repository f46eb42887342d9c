// SPDX-License-Identifier: Apache-2.0
#include "service/scoped_store.h"

#include <algorithm>
#include <type_traits>

namespace lockstep {

namespace {

/// Changes of rows that only `inside` shows: whoever has their id and version was shown them.
template <class One>
constexpr bool kOfRowsShown =
    std::is_same_v<One, UpdateUser> || std::is_same_v<One, UpdateUserSync> ||
    std::is_same_v<One, DeleteUser> || std::is_same_v<One, InsertToken> ||
    std::is_same_v<One, UpdateToken> || std::is_same_v<One, UpdateProgress> ||
    std::is_same_v<One, DeleteToken>;

/// Changes of what belongs to the caller alone: whoever has the secret of a ticket or a session.
template <class One>
constexpr bool kOfTheCallers =
    std::is_same_v<One, InsertTicket> || std::is_same_v<One, UpdateTicket> ||
    std::is_same_v<One, DeleteTicket> || std::is_same_v<One, DeleteSession> ||
    std::is_same_v<One, InsertMail> || std::is_same_v<One, InsertApproval> ||
    std::is_same_v<One, DeleteApproval>;

std::unexpected<Error> beyond() {
  return fail(Errc::not_allowed, "this concerns everybody, and the caller's scope is narrower");
}

}  // namespace

ScopedStore::ScopedStore(Store& inner, const Caller& caller)
    : inner_(inner),
      caller_(caller),
      has_stock_(caller.permissions.has(Permission::tokens_manage) ||
                 caller.permissions.has(Permission::tokens_write)) {
  LOCKSTEP_ASSERT(!caller.scope.empty());
}

bool ScopedStore::has(const GroupName& group) const {
  return std::ranges::find(caller_.scope, group) != caller_.scope.end();
}

Situation ScopedStore::inside(Situation situation) const {
  if (!situation.user) return has_stock_ ? situation : Situation{};
  const bool shared =
      std::ranges::any_of(situation.groups, [&](const GroupName& one) { return has(one); });
  return shared ? situation : Situation{};
}

Result<void> ScopedStore::check(const ChangeSet& set, std::optional<OperatorId> own) const {
  const auto may = [this, own](const auto& change) -> Result<void> {
    using One = std::remove_cvref_t<decltype(change)>;
    if constexpr (kOfRowsShown<One> || kOfTheCallers<One>) {
      return {};
    } else if constexpr (std::is_same_v<One, AddMember> || std::is_same_v<One, RemoveMember>) {
      if (has(change.group)) return {};
      return fail(Errc::not_found, "no such user or group");
    } else if constexpr (std::is_same_v<One, DeleteSessionsOf>) {
      // A user's: whoever has the id was shown the row. An operator's are everybody's business,
      // but for one's own.
      const bool theirs =
          change.kind == SessionKind::portal || (own && own->value() == change.subject);
      return theirs ? Result<void>() : beyond();
    } else if constexpr (std::is_same_v<One, InsertUser>) {
      // The same whether the user is outside or nowhere: a new user is in no group yet.
      return fail(Errc::not_found, "no such user");
    } else {
      return beyond();
    }
  };
  for (const Change& change : set.changes) LOCKSTEP_CHECK(std::visit(may, change));
  return {};
}

Result<void> ScopedStore::check(const AuditQuery& query) {
  if (!query.user && !query.serial) return beyond();
  if (query.user) {
    LOCKSTEP_TRY(const Situation about, situation(Subject(*query.user)));
    if (!about.user) return fail(Errc::not_found, "no such user");
  }
  if (query.serial) {
    LOCKSTEP_TRY(const Situation about, situation(Subject(*query.serial)));
    if (about.tokens.empty()) return fail(Errc::not_found, "no such token");
  }
  return {};
}

// ---- Writing.

Result<void> ScopedStore::commit(ChangeSet set) {
  std::optional<OperatorId> own;
  for (const Change& change : set.changes) {
    const auto* sessions = std::get_if<DeleteSessionsOf>(&change);
    if (sessions == nullptr || sessions->kind != SessionKind::console) continue;
    LOCKSTEP_TRY(const auto account, find_operator(OperatorId(sessions->subject)));
    if (account) own = account->id;
  }
  LOCKSTEP_CHECK(check(set, own));
  return inner_.commit(std::move(set));
}

Result<void> ScopedStore::attempt(const Subject& subject, const Decide& decide) {
  return inner_.attempt(subject, [&](const Situation& now) -> Result<ChangeSet> {
    LOCKSTEP_TRY(ChangeSet set, decide(inside(now)));
    LOCKSTEP_CHECK(check(set));
    return set;
  });
}

// ---- Users, tokens, groups.

Result<Situation> ScopedStore::situation(const Subject& subject) {
  LOCKSTEP_TRY(Situation found, inner_.situation(subject));
  return inside(std::move(found));
}

Result<std::vector<User>> ScopedStore::users(const UserQuery& query, const Page& page) {
  UserQuery narrow = query;
  narrow.within = caller_.scope;
  return inner_.users(narrow, page);
}

Result<std::uint64_t> ScopedStore::count_users(const UserQuery& query) {
  UserQuery narrow = query;
  narrow.within = caller_.scope;
  return inner_.count_users(narrow);
}

Result<std::vector<UserFacts>> ScopedStore::user_facts(std::span<const User> users) {
  return inner_.user_facts(users);  // Of rows that only `users` shows.
}

std::optional<TokenQuery> ScopedStore::inside(TokenQuery query) const {
  query.within = caller_.scope;
  if (has_stock_) return query;
  if (query.assigned == false) return std::nullopt;
  query.assigned = true;
  return query;
}

Result<std::vector<TokenRow>> ScopedStore::tokens(const TokenQuery& query, const Page& page) {
  const std::optional<TokenQuery> narrow = inside(query);
  if (!narrow) return std::vector<TokenRow>();
  return inner_.tokens(*narrow, page);
}

Result<std::uint64_t> ScopedStore::count_tokens(const TokenQuery& query) {
  const std::optional<TokenQuery> narrow = inside(query);
  if (!narrow) return 0;
  return inner_.count_tokens(*narrow);
}

Result<std::vector<TokenRow>> ScopedStore::tokens_by_serials(std::span<const Serial> serials) {
  LOCKSTEP_TRY(const std::vector<TokenRow> rows, inner_.tokens_by_serials(serials));
  std::vector<TokenRow> found;
  for (const TokenRow& row : rows) {
    LOCKSTEP_TRY(const Situation about, situation(Subject(row.token.serial)));
    if (!about.tokens.empty()) found.push_back(row);
  }
  return found;
}

Result<std::vector<Group>> ScopedStore::groups(const Page& page) {
  std::vector<Group> found;
  Page all{Page::kLimitMax, page.after};
  for (;;) {
    LOCKSTEP_TRY(std::vector<Group> rows, inner_.groups(all));
    for (const Group& row : rows) {
      if (found.size() < page.limit && has(row.name)) found.push_back(row);
    }
    if (rows.size() < all.limit || found.size() == page.limit) return found;
    all.after = rows.back().name.text();
  }
}

Result<std::vector<UserName>> ScopedStore::members(const GroupName& group, const Page& page) {
  if (!has(group)) return fail(Errc::not_found, "no such group");
  return inner_.members(group, page);
}

// ---- What everybody may see who has the permission for it.

Result<std::optional<PolicyRevision>> ScopedStore::policy() { return inner_.policy(); }

Result<std::vector<PolicyRevision>> ScopedStore::policies(std::uint64_t before,
                                                          std::uint32_t limit) {
  return inner_.policies(before, limit);
}

Result<std::optional<PolicyDraft>> ScopedStore::policy_draft() { return inner_.policy_draft(); }

Result<std::vector<TokenModel>> ScopedStore::token_models(const Page& page) {
  return inner_.token_models(page);
}

Result<std::optional<TokenModel>> ScopedStore::token_model(const std::string& name) {
  return inner_.token_model(name);
}

// ---- What is the caller's own.

Result<std::optional<Operator>> ScopedStore::find_operator(const UserName& name) {
  LOCKSTEP_TRY(std::optional<Operator> found, inner_.find_operator(name));
  if (!found || Actor("operator:" + found->name.text()) != caller_.actor) return std::nullopt;
  return found;
}

Result<std::optional<Operator>> ScopedStore::find_operator(OperatorId id) {
  LOCKSTEP_TRY(std::optional<Operator> found, inner_.find_operator(id));
  if (!found || Actor("operator:" + found->name.text()) != caller_.actor) return std::nullopt;
  return found;
}

Result<std::optional<Session>> ScopedStore::session(const SessionHash& hash) {
  if (caller_.session != hash) return std::nullopt;
  return inner_.session(hash);
}

Result<std::optional<Ticket>> ScopedStore::ticket(const TicketHash& hash) {
  return inner_.ticket(hash);
}

Result<std::vector<Approval>> ScopedStore::approvals() {
  LOCKSTEP_TRY(std::vector<Approval> found, inner_.approvals());
  std::erase_if(found, [&](const Approval& one) { return one.asked_by != caller_.actor; });
  return found;
}

// ---- The audit, of one user or token inside.

Result<std::vector<AuditRecord>> ScopedStore::audit(const AuditQuery& query) {
  LOCKSTEP_CHECK(check(query));
  AuditQuery narrow = query;
  narrow.within = caller_.scope;
  return inner_.audit(narrow);
}

Result<std::vector<AuditCount>> ScopedStore::audit_counts(const AuditQuery& query) {
  LOCKSTEP_CHECK(check(query));
  AuditQuery narrow = query;
  narrow.within = caller_.scope;
  return inner_.audit_counts(narrow);
}

// ---- What concerns everybody.

Result<std::vector<ApiKey>> ScopedStore::api_keys(const Page&) { return beyond(); }
Result<std::optional<ApiKey>> ScopedStore::api_key(const std::array<std::uint8_t, 32>&) {
  return beyond();
}
Result<std::vector<Operator>> ScopedStore::operators(const Page&) { return beyond(); }
Result<std::vector<Session>> ScopedStore::sessions_of(SessionKind, std::uint64_t) {
  return beyond();
}
Result<std::vector<Mail>> ScopedStore::due_mails(WallTime, std::uint32_t) { return beyond(); }
Result<std::vector<Mail>> ScopedStore::newest_mails(std::uint32_t) { return beyond(); }
Result<MailCounts> ScopedStore::mail_counts() { return beyond(); }
Result<std::optional<MailCode>> ScopedStore::mail_code(UserId, MailCodePurpose) { return beyond(); }
Result<std::optional<Sealed>> ScopedStore::service_key(const std::string&) { return beyond(); }
Result<std::vector<SealedRow>> ScopedStore::sealed(const std::optional<SealedPlace>&,
                                                   std::uint32_t) {
  return beyond();
}
Result<std::map<KeyId, std::uint64_t>> ScopedStore::sealed_by_key() { return beyond(); }
Result<void> ScopedStore::audit_scan(const std::function<Result<void>(const AuditRecord&)>&) {
  return beyond();
}
Result<std::vector<AuditRecord>> ScopedStore::audit_chain(NodeId, std::uint64_t, std::uint32_t) {
  return beyond();
}
Result<std::vector<NodeId>> ScopedStore::audit_nodes() { return beyond(); }
Result<std::vector<std::pair<NodeId, ChainHead>>> ScopedStore::audit_heads() { return beyond(); }
Result<std::vector<SignedHead>> ScopedStore::signed_heads() { return beyond(); }
Result<std::vector<SignedHead>> ScopedStore::audit_checkpoints() { return beyond(); }
Result<std::uint64_t> ScopedStore::audit_seq_before(NodeId, WallTime) { return beyond(); }
OwnChain ScopedStore::own_chain() { return inner_.own_chain(); }
Result<std::uint64_t> ScopedStore::prune_audit(NodeId, std::uint32_t) { return beyond(); }
Result<std::uint64_t> ScopedStore::delete_expired(WallTime) { return beyond(); }

}  // namespace lockstep
