// SPDX-License-Identifier: Apache-2.0
// What a MemoryStore answers about the audit.
#include <algorithm>
#include <set>

#include "testing/memory_store.h"
#include "testing/page_limit.h"

namespace lockstep {
namespace {

/// Whether the record is one of those asked for, wherever it stands.
bool matches(const MemoryRows& rows, const AuditEvent& event, const AuditQuery& query) {
  if (event.user && !query.within.empty()) {
    const auto asked_for = [&](const GroupName& name) {
      return std::ranges::find(query.within, name) != query.within.end();
    };
    if (std::ranges::none_of(rows.situation(*event.user).groups, asked_for)) return false;
  }
  if (query.user && event.user != query.user) return false;
  if (query.serial && event.serial != query.serial) return false;
  if (query.actor && event.actor != *query.actor) return false;
  if (query.reason && event.reason != *query.reason) return false;
  if (query.since && event.at < *query.since) return false;
  if (query.until && event.at >= *query.until) return false;
  return query.kinds.empty() || std::ranges::find(query.kinds, event.kind) != query.kinds.end();
}

AuditPlace place_of(const AuditRecord& record) {
  return AuditPlace{record.event.at, record.node, record.seq};
}

std::vector<SignedHead> values_of(const std::map<NodeId, SignedHead>& heads) {
  std::vector<SignedHead> result;
  for (const auto& [node, head] : heads) result.push_back(head);
  return result;
}

}  // namespace

Result<std::vector<AuditCount>> MemoryStore::audit_counts(const AuditQuery& query) {
  const std::scoped_lock lock(mutex_);
  std::map<std::tuple<std::string_view, std::string_view, Actor>, AuditCount> counts;
  for (const AuditRecord& record : audit_) {
    const AuditEvent& event = record.event;
    if (!matches(rows_, event, query)) continue;
    AuditCount& one = counts[{name_of(event.kind), name_of(event.reason), event.actor}];
    one = {event.kind, event.reason, event.actor, one.count + 1};
  }
  std::vector<AuditCount> found;
  for (const auto& [key, count] : counts) found.push_back(count);
  return found;
}

Result<std::vector<AuditRecord>> MemoryStore::audit(const AuditQuery& query) {
  LOCKSTEP_CHECK(check_limit(query.limit));
  const std::scoped_lock lock(mutex_);
  std::vector<AuditRecord> found;
  for (const AuditRecord& record : audit_) {
    if (matches(rows_, record.event, query)) found.push_back(record);
  }
  std::ranges::sort(found, {}, place_of);
  if (query.order == AuditOrder::newest_first) std::ranges::reverse(found);
  if (query.behind) {
    std::erase_if(found, [&](const AuditRecord& record) {
      return query.order == AuditOrder::newest_first ? place_of(record) >= *query.behind
                                                     : place_of(record) <= *query.behind;
    });
  }
  if (found.size() > query.limit) found.erase(found.begin() + query.limit, found.end());
  return found;
}

Result<void> MemoryStore::audit_scan(const std::function<Result<void>(const AuditRecord&)>& visit) {
  std::vector<AuditRecord> records;
  {
    const std::scoped_lock lock(mutex_);
    records = audit_;
  }
  for (const AuditRecord& record : records) LOCKSTEP_CHECK(visit(record));
  return {};
}

Result<std::vector<AuditRecord>> MemoryStore::audit_chain(NodeId node, std::uint64_t seq,
                                                          std::uint32_t limit) {
  LOCKSTEP_CHECK(check_limit(limit));
  const std::scoped_lock lock(mutex_);
  std::vector<AuditRecord> found;
  for (const AuditRecord& record : audit_) {
    if (record.node == node && record.seq > seq && found.size() < limit) found.push_back(record);
  }
  return found;
}

Result<std::vector<NodeId>> MemoryStore::audit_nodes() {
  const std::scoped_lock lock(mutex_);
  std::set<NodeId> nodes;
  for (const AuditRecord& record : audit_) nodes.insert(record.node);
  return std::vector<NodeId>(nodes.begin(), nodes.end());
}

Result<std::vector<std::pair<NodeId, ChainHead>>> MemoryStore::audit_heads() {
  const std::scoped_lock lock(mutex_);
  std::vector<std::pair<NodeId, ChainHead>> heads;
  if (head_.seq != 0) heads.emplace_back(node_, head_);
  return heads;
}

Result<std::vector<SignedHead>> MemoryStore::signed_heads() {
  const std::scoped_lock lock(mutex_);
  return values_of(rows_.signed_heads);
}

Result<std::vector<SignedHead>> MemoryStore::audit_checkpoints() {
  const std::scoped_lock lock(mutex_);
  return values_of(rows_.checkpoints);
}

Result<std::uint64_t> MemoryStore::audit_seq_before(NodeId node, WallTime time) {
  const std::scoped_lock lock(mutex_);
  std::uint64_t last = 0;
  for (const AuditRecord& record : audit_) {
    if (record.node != node) continue;
    if (record.event.at >= time) break;
    last = record.seq;
  }
  return last;
}

OwnChain MemoryStore::own_chain() {
  const std::scoped_lock lock(mutex_);
  return {node_, head_};
}

Result<std::uint64_t> MemoryStore::prune_audit(NodeId node, std::uint32_t limit) {
  if (limit == 0 || limit > kPruneMax) return fail(Errc::invalid_input, "prune 1 to 1000 at once");
  const std::scoped_lock lock(mutex_);
  const auto checkpoint = rows_.checkpoints.find(node);
  if (checkpoint == rows_.checkpoints.end()) return 0;
  std::uint32_t left = limit;
  return std::erase_if(audit_, [&](const AuditRecord& record) {
    if (record.node != node || record.seq > checkpoint->second.head.seq || left == 0) return false;
    --left;
    return true;
  });
}

}  // namespace lockstep
