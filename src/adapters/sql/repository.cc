// SPDX-License-Identifier: Apache-2.0
#include "adapters/sql/repository.h"

#include <utility>

#include "adapters/sql/changes.h"
#include "adapters/sql/reads.h"

namespace lockstep {
namespace {

Result<void> check_limit(std::uint32_t limit) {
  if (limit >= 1 && limit <= Page::kLimitMax) return {};
  return fail(Errc::invalid_input, "a page has 1 to 1000 rows");
}

Result<void> write(Connection& database, AuditLog& log, ChangeSet set) {
  for (const Change& change : set.changes) LOCKSTEP_CHECK(apply(database, change));
  return log.append(database, std::move(set.events));
}

}  // namespace

Result<void> SqlRepository::commit(ChangeSet set) {
  return writer_.run(
      [&set](Connection& database, AuditLog& log) { return write(database, log, std::move(set)); });
}

Result<void> SqlRepository::attempt(const Subject& subject, const Decide& decide) {
  LOCKSTEP_TRY(const Situation seen, situation(subject));
  LOCKSTEP_TRY(ChangeSet set, decide(seen));
  if (set.changes.empty() && set.events.empty()) return {};
  const Stamp stamp = stamp_of(seen);
  // What was decided here holds only if nobody wrote in between. Nobody can while the writer works,
  // so what it decides anew is final.
  return writer_.run([&](Connection& database, AuditLog& log) -> Result<void> {
    LOCKSTEP_TRY(const Stamp now, read_stamp(database, subject));
    if (now != stamp) {
      LOCKSTEP_TRY(const Situation newer, read_situation(database, subject));
      LOCKSTEP_TRY(set, decide(newer));
    }
    return write(database, log, std::move(set));
  });
}

Result<Situation> SqlRepository::situation(const Subject& subject) {
  return readers_.read([&](Connection& database) { return read_situation(database, subject); });
}

Result<std::vector<User>> SqlRepository::users(const UserQuery& query, const Page& page) {
  LOCKSTEP_CHECK(check_limit(page.limit));
  return readers_.read([&](Connection& database) { return read_users(database, query, page); });
}

Result<std::vector<TokenRow>> SqlRepository::tokens(const TokenQuery& query, const Page& page) {
  LOCKSTEP_CHECK(check_limit(page.limit));
  return readers_.read([&](Connection& database) { return read_tokens(database, query, page); });
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

Result<std::optional<Ticket>> SqlRepository::ticket(const TicketHash& hash) {
  return readers_.read([&](Connection& database) { return read_ticket(database, hash); });
}

Result<std::optional<Sealed>> SqlRepository::service_key(const std::string& name) {
  return readers_.read([&](Connection& database) { return read_service_key(database, name); });
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

Result<std::vector<std::pair<NodeId, ChainHead>>> SqlRepository::audit_heads() {
  return readers_.read([](Connection& database) { return read_audit_heads(database); });
}

Result<std::uint64_t> SqlRepository::delete_expired_tickets(WallTime now) {
  std::uint64_t deleted = 0;
  LOCKSTEP_CHECK(writer_.run([&](Connection& database, AuditLog&) -> Result<void> {
    LOCKSTEP_TRY(deleted, delete_expired(database, now));
    return {};
  }));
  return deleted;
}

}  // namespace lockstep
