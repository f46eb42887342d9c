// SPDX-License-Identifier: Apache-2.0
#include "testing/memory_store.h"

#include <algorithm>
#include <set>
#include <string_view>
#include <tuple>
#include <utility>

#include "base/text.h"
#include "testing/page_limit.h"

namespace lockstep {
namespace {

/// `rows` in order of their key, those behind `page.after`, at most as many as the page takes.
template <class Row, class Key>
std::vector<Row> cut_page(std::vector<Row> rows, const Page& page, const Key& key) {
  std::ranges::sort(rows, {}, key);
  std::erase_if(rows, [&](const Row& row) { return key(row) <= page.after; });
  if (rows.size() > page.limit) rows.erase(rows.begin() + page.limit, rows.end());
  return rows;
}

/// Whether what was searched for, folded, is part of `text`. Rows hold only text that folds.
bool holds(const std::string& text, const std::string& folded) {
  const auto in = fold_for_search(text);
  return in && in->find(folded) != std::string::npos;
}

/// Whether the user is a member of one of `groups`; of none asked for, anybody is.
bool is_within(const MemoryRows& rows, UserId user, const std::vector<GroupName>& groups) {
  return groups.empty() || std::ranges::any_of(groups, [&](const GroupName& name) {
           const auto group = rows.groups.find(name);
           return group != rows.groups.end() && group->second.contains(user);
         });
}

/// Whether nothing was written to `now` since it was `seen`.
bool has_same_versions(const Situation& seen, const Situation& now) {
  const auto version_of = [](const auto& row) { return std::pair(row.id, row.version); };
  return seen.user.transform(version_of) == now.user.transform(version_of) &&
         std::ranges::equal(seen.tokens, now.tokens, {}, version_of, version_of) &&
         seen.groups == now.groups;
}

bool matches(const MemoryRows& rows, const User& user, const UserQuery& query,
             const std::string& folded) {
  if (query.group) {
    const auto group = rows.groups.find(*query.group);
    if (group == rows.groups.end() || !group->second.contains(user.id)) return false;
  }
  if (!is_within(rows, user.id, query.within)) return false;
  if (query.status && user.status != *query.status) return false;
  if (query.misses_from && user.sync.misses_in_row < *query.misses_from) return false;
  const Situation situation = rows.situation(user.name);
  if (query.has_token && *query.has_token == situation.tokens.empty()) return false;
  if (query.has_group && *query.has_group == situation.groups.empty()) return false;
  if (holds(user.name.text(), folded) || holds(user.first_name + " " + user.last_name, folded) ||
      holds(user.email, folded)) {
    return true;
  }
  const auto serial = Serial::parse(query.search);
  const Token* token = serial ? rows.find(*serial) : nullptr;
  return token != nullptr && token->owner == user.id;
}

bool matches(const Token& token, const TokenQuery& query, const std::string& folded) {
  if (query.status && token.status != *query.status) return false;
  if (query.assigned && token.owner.has_value() != *query.assigned) return false;
  if (query.kind && token.spec.kind != *query.kind) return false;
  if (query.model && token.model != *query.model) return false;
  if (query.batch && token.batch != *query.batch) return false;
  if (query.ends_before && (!token.valid_until || *token.valid_until >= *query.ends_before)) {
    return false;
  }
  if (query.sync && token.progress.sync != *query.sync) return false;
  const std::vector<Used>& used = token.progress.used;
  if (query.unused_since && !used.empty() && used.back().at >= *query.unused_since) return false;
  return holds(token.serial.text(), folded) || holds(token.model, folded) ||
         holds(token.batch, folded);
}

std::vector<SealedRow> all_sealed(const MemoryRows& rows) {
  std::vector<SealedRow> found;
  for (const auto& [id, token] : rows.tokens)
    found.push_back({id, std::nullopt, token.seed, token.serial.text()});

  for (const auto& [hash, ticket] : rows.tickets) {
    if (ticket.sealed) found.push_back({hash, ticket.kind, *ticket.sealed, {}});
  }
  for (const auto& [name, sealed] : rows.service_keys) {
    found.push_back({name, std::nullopt, sealed, name});
  }
  for (const auto& [id, mail] : rows.mails) {
    if (!mail.arguments.value().empty()) found.push_back({id, std::nullopt, mail.arguments, {}});
  }
  return found;
}

Result<void> check_keys(const std::set<KeyId>& retired, const ChangeSet& set) {
  for (const Change& change : set.changes) {
    const Sealed* brought = sealed_in(change);
    if (brought != nullptr && retired.contains(key_id_in(*brought))) {
      return fail(Errc::unavailable, "sealed under a key that was replaced: try again");
    }
  }
  return {};
}

}  // namespace

Result<void> MemoryStore::commit_locked(ChangeSet set) {
  LOCKSTEP_CHECK(check_keys(rows_.retired_keys, set));
  MemoryRows rows = rows_;
  for (const Change& change : set.changes) LOCKSTEP_CHECK(rows.apply(change));
  rows_ = std::move(rows);
  for (AuditEvent& event : set.events) {
    audit_.push_back(link(node_, head_, std::move(event)));
    head_ = ChainHead{audit_.back().seq, audit_.back().hash};
  }
  return {};
}

Result<void> MemoryStore::commit(ChangeSet set) {
  if (before_commit) before_commit();
  const std::scoped_lock lock(mutex_);
  return commit_locked(std::move(set));
}

Result<void> MemoryStore::attempt(const Subject& subject, const Decide& decide) {
  const std::scoped_lock lock(mutex_);
  LOCKSTEP_TRY(ChangeSet set, decide(rows_.situation(subject)));
  return commit_locked(std::move(set));
}

Result<void> MemoryStore::attempt_from(const Subject& subject, const Situation& seen,
                                       const Decide& decide) {
  const std::scoped_lock lock(mutex_);
  LOCKSTEP_TRY(ChangeSet set, decide(seen));
  const Situation now = rows_.situation(subject);
  if (!has_same_versions(seen, now)) {
    LOCKSTEP_TRY(set, decide(now));
  }
  return commit_locked(std::move(set));
}

Result<Situation> MemoryStore::situation(const Subject& subject) {
  const std::scoped_lock lock(mutex_);
  return rows_.situation(subject);
}

Result<std::vector<User>> MemoryStore::users(const UserQuery& query, const Page& page) {
  LOCKSTEP_CHECK(check_limit(page.limit));
  LOCKSTEP_TRY(const std::string folded, fold_for_search(query.search));
  const std::scoped_lock lock(mutex_);
  std::vector<User> found;
  for (const auto& [id, user] : rows_.users) {
    if (matches(rows_, user, query, folded)) found.push_back(user);
  }
  return cut_page(std::move(found), page, [](const User& user) { return user.name.text(); });
}

Result<std::vector<TokenRow>> MemoryStore::tokens(const TokenQuery& query, const Page& page) {
  LOCKSTEP_CHECK(check_limit(page.limit));
  LOCKSTEP_TRY(const std::string folded, fold_for_search(query.search));
  const std::scoped_lock lock(mutex_);
  std::vector<TokenRow> found;
  for (const auto& [id, token] : rows_.tokens) {
    if (!matches(token, query, folded)) continue;
    if (token.owner && !is_within(rows_, *token.owner, query.within)) continue;
    TokenRow row{token, std::nullopt};
    if (token.owner) row.owner = rows_.users.at(*token.owner).name;
    found.push_back(std::move(row));
  }
  return cut_page(std::move(found), page,
                  [](const TokenRow& row) { return row.token.serial.text(); });
}

Result<std::vector<TokenRow>> MemoryStore::tokens_by_serials(std::span<const Serial> serials) {
  if (serials.size() > Page::kLimitMax) return fail(Errc::invalid_input, "more than 1000 serials");
  const std::set<Serial> wanted(serials.begin(), serials.end());
  const std::scoped_lock lock(mutex_);
  std::vector<TokenRow> found;
  for (const Serial& one : wanted) {
    const Token* token = rows_.find(one);
    if (token == nullptr) continue;
    TokenRow row{*token, std::nullopt};
    if (token->owner) row.owner = rows_.users.at(*token->owner).name;
    found.push_back(std::move(row));
  }
  return found;
}

Result<std::uint64_t> MemoryStore::count_users(const UserQuery& query) {
  LOCKSTEP_TRY(const std::string folded, fold_for_search(query.search));
  const std::scoped_lock lock(mutex_);
  std::uint64_t count = 0;
  for (const auto& [id, user] : rows_.users) {
    if (matches(rows_, user, query, folded)) ++count;
  }
  return count;
}

Result<std::uint64_t> MemoryStore::count_tokens(const TokenQuery& query) {
  LOCKSTEP_TRY(const std::string folded, fold_for_search(query.search));
  const std::scoped_lock lock(mutex_);
  std::uint64_t count = 0;
  for (const auto& [id, token] : rows_.tokens) {
    const bool inside = !token.owner || is_within(rows_, *token.owner, query.within);
    if (inside && matches(token, query, folded)) ++count;
  }
  return count;
}

Result<std::vector<Group>> MemoryStore::groups(const Page& page) {
  LOCKSTEP_CHECK(check_limit(page.limit));
  const std::scoped_lock lock(mutex_);
  std::vector<Group> found;
  for (const auto& [name, members] : rows_.groups) found.push_back(Group{name, members.size()});
  return cut_page(std::move(found), page, [](const Group& group) { return group.name.text(); });
}

Result<std::vector<UserName>> MemoryStore::members(const GroupName& group, const Page& page) {
  LOCKSTEP_CHECK(check_limit(page.limit));
  const std::scoped_lock lock(mutex_);
  const auto members = rows_.groups.find(group);
  if (members == rows_.groups.end()) return fail(Errc::not_found, "no such group");
  std::vector<UserName> found;
  for (const UserId id : members->second) found.push_back(rows_.users.at(id).name);
  return cut_page(std::move(found), page, [](const UserName& name) { return name.text(); });
}

Result<std::vector<ApiKey>> MemoryStore::api_keys(const Page& page) {
  LOCKSTEP_CHECK(check_limit(page.limit));
  const std::scoped_lock lock(mutex_);
  std::vector<ApiKey> found;
  for (const auto& [id, key] : rows_.api_keys) found.push_back(key);
  return cut_page(std::move(found), page, [](const ApiKey& key) { return key.name; });
}

Result<std::optional<ApiKey>> MemoryStore::api_key(const std::array<std::uint8_t, 32>& hash) {
  const std::scoped_lock lock(mutex_);
  for (const auto& [id, key] : rows_.api_keys) {
    if (key.hash == hash) return key;
  }
  return std::nullopt;
}

Result<std::optional<PolicyRevision>> MemoryStore::policy() {
  const std::scoped_lock lock(mutex_);
  if (rows_.policies.empty()) return std::nullopt;
  return rows_.policies.back();
}

Result<std::vector<PolicyRevision>> MemoryStore::policies(std::uint64_t before,
                                                          std::uint32_t limit) {
  LOCKSTEP_CHECK(check_limit(limit));
  const std::scoped_lock lock(mutex_);
  std::vector<PolicyRevision> found;
  for (auto one = rows_.policies.rbegin(); one != rows_.policies.rend(); ++one) {
    if (before != 0 && one->number >= before) continue;
    if (found.size() < limit) found.push_back(*one);
  }
  return found;
}

Result<std::optional<PolicyDraft>> MemoryStore::policy_draft() {
  const std::scoped_lock lock(mutex_);
  return rows_.policy_draft;
}

Result<std::vector<TokenModel>> MemoryStore::token_models(const Page& page) {
  LOCKSTEP_CHECK(check_limit(page.limit));
  const std::scoped_lock lock(mutex_);
  std::vector<TokenModel> found;
  for (const auto& [name, model] : rows_.token_models) found.push_back(model);
  return cut_page(std::move(found), page, [](const TokenModel& model) { return model.name; });
}

Result<std::optional<TokenModel>> MemoryStore::token_model(const std::string& name) {
  const std::scoped_lock lock(mutex_);
  const auto found = rows_.token_models.find(name);
  if (found == rows_.token_models.end()) return std::nullopt;
  return found->second;
}

Result<std::vector<Operator>> MemoryStore::operators(const Page& page) {
  LOCKSTEP_CHECK(check_limit(page.limit));
  const std::scoped_lock lock(mutex_);
  std::vector<Operator> found;
  for (const auto& [id, one] : rows_.operators) found.push_back(one);
  return cut_page(std::move(found), page, [](const Operator& one) { return one.name.text(); });
}

Result<std::optional<Operator>> MemoryStore::find_operator(const UserName& name) {
  const std::scoped_lock lock(mutex_);
  for (const auto& [id, one] : rows_.operators) {
    if (one.name == name) return one;
  }
  return std::nullopt;
}

Result<std::optional<Operator>> MemoryStore::find_operator(OperatorId id) {
  const std::scoped_lock lock(mutex_);
  const auto found = rows_.operators.find(id);
  if (found == rows_.operators.end()) return std::nullopt;
  return found->second;
}

Result<std::optional<Session>> MemoryStore::session(const SessionHash& hash) {
  const std::scoped_lock lock(mutex_);
  const auto found = rows_.sessions.find(hash);
  if (found == rows_.sessions.end()) return std::nullopt;
  return found->second;
}

Result<std::vector<Session>> MemoryStore::sessions_of(SessionKind kind, std::uint64_t subject) {
  const std::scoped_lock lock(mutex_);
  std::vector<Session> found;
  for (const auto& [hash, one] : rows_.sessions) {
    if (one.kind == kind && one.subject == subject) found.push_back(one);
  }
  std::ranges::stable_sort(found, std::ranges::greater{}, &Session::created_at);
  if (found.size() > Page::kLimitMax) found.resize(Page::kLimitMax);
  return found;
}

Result<std::vector<Approval>> MemoryStore::approvals() {
  const std::scoped_lock lock(mutex_);
  std::vector<Approval> found;
  for (const auto& [id, one] : rows_.approvals) found.push_back(one);
  std::ranges::sort(found, {}, [](const Approval& one) { return std::pair(one.asked_at, one.id); });
  return found;
}

Result<std::optional<Ticket>> MemoryStore::ticket(const TicketHash& hash) {
  const std::scoped_lock lock(mutex_);
  const auto found = rows_.tickets.find(hash);
  if (found == rows_.tickets.end()) return std::nullopt;
  return found->second;
}

Result<std::optional<Sealed>> MemoryStore::service_key(const std::string& name) {
  const std::scoped_lock lock(mutex_);
  const auto found = rows_.service_keys.find(name);
  if (found == rows_.service_keys.end()) return std::nullopt;
  return found->second;
}

Result<std::vector<SealedRow>> MemoryStore::sealed(const std::optional<SealedPlace>& after,
                                                   std::uint32_t limit) {
  LOCKSTEP_CHECK(check_limit(limit));
  const std::scoped_lock lock(mutex_);
  std::vector<SealedRow> found = all_sealed(rows_);
  if (after) std::erase_if(found, [&](const SealedRow& row) { return row.place <= *after; });
  if (found.size() > limit) found.erase(found.begin() + limit, found.end());
  return found;
}

Result<std::map<KeyId, std::uint64_t>> MemoryStore::sealed_by_key() {
  const std::scoped_lock lock(mutex_);
  std::map<KeyId, std::uint64_t> counts;
  for (const SealedRow& row : all_sealed(rows_)) ++counts[key_id_in(row.sealed)];
  return counts;
}

Result<std::uint64_t> MemoryStore::delete_expired(WallTime now) {
  const std::scoped_lock lock(mutex_);
  const auto over = [&](const auto& row) { return row.second.expires_at < now; };
  const auto old = [&](const auto& row) { return row.second.created_at < now - Mail::kKept; };
  return std::erase_if(rows_.tickets, over) + std::erase_if(rows_.sessions, over) +
         std::erase_if(rows_.approvals, over) + std::erase_if(rows_.mails, old);
}

}  // namespace lockstep
