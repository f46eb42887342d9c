// SPDX-License-Identifier: Apache-2.0
#include "adapters/sql/repository.h"

#include <algorithm>
#include <iterator>
#include <memory>
#include <utility>

#include "adapters/sql/administration_reads.h"
#include "adapters/sql/changes.h"
#include "adapters/sql/mail_reads.h"
#include "adapters/sql/reads.h"
#include "adapters/sql/sealed_reads.h"

namespace lockstep {
namespace {

Result<void> check_limit(std::uint32_t limit) {
  if (limit >= 1 && limit <= Page::kLimitMax) return {};
  return fail(Errc::invalid_input, "a page has 1 to 1000 rows");
}

Result<void> write(Connection& database, AuditLog& log, const ChangeSet& set) {
  LOCKSTEP_CHECK(check_keys(database, set));
  for (const Change& change : set.changes) LOCKSTEP_CHECK(apply(database, change));
  return log.append(database, set.events);
}

/// What was decided, and what for.
struct Decided {
  Stamp stamp;
  ChangeSet set;
};

/// Writes it if nothing has changed since.
Job::Work hoped_for(const Subject& subject, std::shared_ptr<const Decided> decided) {
  return
      [subject, decided = std::move(decided)](Connection& database, AuditLog& log) -> Result<void> {
        LOCKSTEP_CHECK(queue_stamp_check(database, subject, decided->stamp));
        return write(database, log, decided->set);
      };
}

/// The user in front: it is what batches are sorted by.
std::vector<std::uint64_t> keys_of(const Decided& decided) {
  std::vector<std::uint64_t> keys;
  if (decided.stamp.user) keys.push_back(decided.stamp.user->first.value());
  for (const auto& [token, version] : decided.stamp.tokens) keys.push_back(token.value());
  std::ranges::copy(keys_of(decided.set.changes), std::back_inserter(keys));
  return keys;
}

}  // namespace

Result<void> SqlRepository::commit(ChangeSet set) {
  Job job{
      .sure = [&set](Connection& database, AuditLog& log) { return write(database, log, set); }};
  job.keys = keys_of(set.changes);
  return writer_.run(std::move(job));
}

Result<void> SqlRepository::attempt(const Subject& subject, const Decide& decide) {
  for (int tries = 0; tries < kAttemptsMax; ++tries) {
    LOCKSTEP_TRY(const Situation seen, situation(subject));
    LOCKSTEP_TRY(const Tried tried, try_once(subject, seen, decide));
    if (tried == Tried::done) return {};
  }
  return fail(Errc::unavailable, "others changed what an attempt saw too often");
}

Result<void> SqlRepository::attempt_from(const Subject& subject, const Situation& seen,
                                         const Decide& decide) {
  LOCKSTEP_TRY(const Tried tried, try_once(subject, seen, decide));
  return tried == Tried::done ? Result<void>() : attempt(subject, decide);
}

Result<SqlRepository::Tried> SqlRepository::try_once(const Subject& subject, const Situation& seen,
                                                     const Decide& decide) {
  LOCKSTEP_TRY(ChangeSet first, decide(seen));
  if (first.changes.empty() && first.events.empty()) return Tried::done;
  const auto decided = std::make_shared<const Decided>(stamp_of(seen), std::move(first));
  std::shared_ptr<const Decided> last = decided;
  Job job{.hoped = hoped_for(subject, decided), .keys = keys_of(*decided)};
  // What was decided here holds only if nobody wrote in between. Nobody can while the writer holds
  // the lock, so what it decides anew is final.
  job.sure = [&](Connection& database, AuditLog& log) -> Result<void> {
    LOCKSTEP_CHECK(lock_subject(database, subject));
    LOCKSTEP_TRY(const Stamp now, read_stamp(database, subject));
    if (now != last->stamp) {
      LOCKSTEP_TRY(const Situation newer, read_situation(database, subject));
      LOCKSTEP_TRY(ChangeSet set, decide(newer));
      last = std::make_shared<const Decided>(stamp_of(newer), std::move(set));
    }
    return write(database, log, last->set);
  };
  const Result<void> result = writer_.run(std::move(job));
  if (result) return Tried::done;
  if (result.error().code != Errc::conflict) return std::unexpected(result.error());
  // The lock is on the user and leaves the tokens to others, in other processes.
  LOCKSTEP_TRY(const Stamp now, stamp(subject));
  if (now == last->stamp) return std::unexpected(result.error());
  return Tried::overtaken;
}

Result<Stamp> SqlRepository::stamp(const Subject& subject) {
  return readers_.read([&](Connection& database) { return read_stamp(database, subject); });
}

Result<Situation> SqlRepository::situation(const Subject& subject) {
  return readers_.read([&](Connection& database) { return read_situation(database, subject); });
}

Result<std::vector<User>> SqlRepository::users(const UserQuery& query, const Page& page) {
  LOCKSTEP_CHECK(check_limit(page.limit));
  return readers_.read([&](Connection& database) { return read_users(database, query, page); });
}

Result<std::vector<UserFacts>> SqlRepository::user_facts(std::span<const User> users) {
  if (users.size() > Page::kLimitMax) return fail(Errc::invalid_input, "more than 1000 users");
  return readers_.read([&](Connection& database) { return read_user_facts(database, users); });
}

Result<std::vector<TokenRow>> SqlRepository::tokens(const TokenQuery& query, const Page& page) {
  LOCKSTEP_CHECK(check_limit(page.limit));
  return readers_.read([&](Connection& database) { return read_tokens(database, query, page); });
}

Result<std::vector<TokenRow>> SqlRepository::tokens_by_serials(std::span<const Serial> serials) {
  if (serials.size() > Page::kLimitMax) return fail(Errc::invalid_input, "more than 1000 serials");
  return readers_.read(
      [&](Connection& database) { return read_tokens_by_serials(database, serials); });
}

Result<std::uint64_t> SqlRepository::count_users(const UserQuery& query) {
  return readers_.read(
      [&](Connection& database) { return lockstep::count_users(database, query); });
}

Result<std::uint64_t> SqlRepository::count_tokens(const TokenQuery& query) {
  return readers_.read(
      [&](Connection& database) { return lockstep::count_tokens(database, query); });
}

Result<std::vector<Group>> SqlRepository::groups(const Page& page) {
  LOCKSTEP_CHECK(check_limit(page.limit));
  return readers_.read([&](Connection& database) { return read_groups(database, page); });
}

Result<std::vector<UserName>> SqlRepository::members(const GroupName& group, const Page& page) {
  LOCKSTEP_CHECK(check_limit(page.limit));
  return readers_.read([&](Connection& database) { return read_members(database, group, page); });
}

Result<std::vector<ApiKey>> SqlRepository::api_keys(const Page& page) {
  LOCKSTEP_CHECK(check_limit(page.limit));
  return readers_.read([&](Connection& database) { return read_api_keys(database, page); });
}

Result<std::optional<ApiKey>> SqlRepository::api_key(const std::array<std::uint8_t, 32>& hash) {
  return readers_.read([&](Connection& database) { return read_api_key(database, hash); });
}

Result<std::optional<PolicyRevision>> SqlRepository::policy() {
  return readers_.read([](Connection& database) { return read_policy(database); });
}

Result<std::vector<PolicyRevision>> SqlRepository::policies(std::uint64_t before,
                                                            std::uint32_t limit) {
  LOCKSTEP_CHECK(check_limit(limit));
  return readers_.read(
      [&](Connection& database) { return read_policies(database, before, limit); });
}

Result<std::optional<PolicyDraft>> SqlRepository::policy_draft() {
  return readers_.read([](Connection& database) { return read_policy_draft(database); });
}

Result<std::vector<TokenModel>> SqlRepository::token_models(const Page& page) {
  LOCKSTEP_CHECK(check_limit(page.limit));
  return readers_.read([&](Connection& database) { return read_token_models(database, page); });
}

Result<std::optional<TokenModel>> SqlRepository::token_model(const std::string& name) {
  return readers_.read([&](Connection& database) { return read_token_model(database, name); });
}

Result<std::vector<Operator>> SqlRepository::operators(const Page& page) {
  LOCKSTEP_CHECK(check_limit(page.limit));
  return readers_.read([&](Connection& database) { return read_operators(database, page); });
}

Result<std::optional<Operator>> SqlRepository::find_operator(const UserName& name) {
  return readers_.read([&](Connection& database) { return read_operator(database, name); });
}

Result<std::optional<Operator>> SqlRepository::find_operator(OperatorId id) {
  return readers_.read([&](Connection& database) { return read_operator(database, id); });
}

Result<std::optional<Session>> SqlRepository::session(const SessionHash& hash) {
  return readers_.read([&](Connection& database) { return read_session(database, hash); });
}

Result<std::vector<Session>> SqlRepository::sessions_of(SessionKind kind, std::uint64_t subject) {
  return readers_.read(
      [&](Connection& database) { return read_sessions_of(database, kind, subject); });
}

Result<std::vector<Approval>> SqlRepository::approvals() {
  return readers_.read([](Connection& database) { return read_approvals(database); });
}

Result<std::vector<AuditCount>> SqlRepository::audit_counts(const AuditQuery& query) {
  return readers_.read([&](Connection& database) { return read_audit_counts(database, query); });
}

Result<std::optional<Ticket>> SqlRepository::ticket(const TicketHash& hash) {
  return readers_.read([&](Connection& database) { return read_ticket(database, hash); });
}

Result<std::vector<Mail>> SqlRepository::due_mails(WallTime now, std::uint32_t limit) {
  LOCKSTEP_CHECK(check_limit(limit));
  return readers_.read([&](Connection& database) { return read_due_mails(database, now, limit); });
}

Result<std::vector<Mail>> SqlRepository::newest_mails(std::uint32_t limit) {
  LOCKSTEP_CHECK(check_limit(limit));
  return readers_.read([&](Connection& database) { return read_newest_mails(database, limit); });
}

Result<MailCounts> SqlRepository::mail_counts() {
  return readers_.read([](Connection& database) { return read_mail_counts(database); });
}

Result<std::optional<MailCode>> SqlRepository::mail_code(UserId user, MailCodePurpose purpose) {
  return readers_.read(
      [&](Connection& database) { return read_mail_code(database, user, purpose); });
}

Result<std::optional<Sealed>> SqlRepository::service_key(const std::string& name) {
  return readers_.read([&](Connection& database) { return read_service_key(database, name); });
}

Result<std::vector<SealedRow>> SqlRepository::sealed(const std::optional<SealedPlace>& after,
                                                     std::uint32_t limit) {
  LOCKSTEP_CHECK(check_limit(limit));
  return readers_.read([&](Connection& database) { return read_sealed(database, after, limit); });
}

Result<std::map<KeyId, std::uint64_t>> SqlRepository::sealed_by_key() {
  return readers_.read([](Connection& database) { return read_sealed_by_key(database); });
}

Result<std::vector<AuditRecord>> SqlRepository::audit(const AuditQuery& query) {
  LOCKSTEP_CHECK(check_limit(query.limit));
  return readers_.read([&](Connection& database) { return read_audit(database, query); });
}

Result<void> SqlRepository::audit_scan(
    const std::function<Result<void>(const AuditRecord&)>& visit) {
  // Piece by piece: one long read would keep the engine from reusing its log, and `visit` may be
  // slow. Records are only ever added, so that the pieces fit together.
  NodeId node(0);
  std::uint64_t seq = 0;
  while (true) {
    LOCKSTEP_TRY(const auto records, readers_.read([&](Connection& database) {
      return read_audit_after(database, node, seq);
    }));
    if (records.empty()) return {};
    for (const AuditRecord& record : records) LOCKSTEP_CHECK(visit(record));
    node = records.back().node;
    seq = records.back().seq;
  }
}

Result<std::vector<AuditRecord>> SqlRepository::audit_chain(NodeId node, std::uint64_t seq,
                                                            std::uint32_t limit) {
  LOCKSTEP_CHECK(check_limit(limit));
  return readers_.read(
      [&](Connection& database) { return read_audit_chain(database, node, seq, limit); });
}

Result<std::vector<SignedHead>> SqlRepository::signed_heads() {
  return readers_.read([](Connection& database) { return read_signed_heads(database); });
}

Result<std::vector<SignedHead>> SqlRepository::audit_checkpoints() {
  return readers_.read([](Connection& database) { return read_checkpoints(database); });
}

Result<std::uint64_t> SqlRepository::audit_seq_before(NodeId node, WallTime time) {
  return readers_.read(
      [&](Connection& database) { return read_audit_seq_before(database, node, time); });
}

OwnChain SqlRepository::own_chain() { return writer_.own_chain(); }

Result<std::uint64_t> SqlRepository::prune_audit(NodeId node, std::uint32_t limit) {
  if (limit == 0 || limit > kPruneMax) return fail(Errc::invalid_input, "prune 1 to 1000 at once");
  std::uint64_t pruned = 0;
  LOCKSTEP_CHECK(writer_.run([&](Connection& database, AuditLog&) -> Result<void> {
    LOCKSTEP_TRY(pruned, lockstep::prune_audit(database, node, limit));
    return {};
  }));
  return pruned;
}

Result<std::vector<NodeId>> SqlRepository::audit_nodes() {
  return readers_.read([](Connection& database) { return read_audit_nodes(database); });
}

Result<std::vector<std::pair<NodeId, ChainHead>>> SqlRepository::audit_heads() {
  return readers_.read([](Connection& database) { return read_audit_heads(database); });
}

Result<std::uint64_t> SqlRepository::delete_expired(WallTime now) {
  std::uint64_t deleted = 0;
  LOCKSTEP_CHECK(writer_.run([&](Connection& database, AuditLog&) -> Result<void> {
    LOCKSTEP_TRY(deleted, lockstep::delete_expired(database, now));
    return {};
  }));
  return deleted;
}

}  // namespace lockstep
