// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <utility>
#include <vector>

#include "adapters/sql/connection.h"
#include "core/audit/chain.h"
#include "ports/store.h"

namespace lockstep {

/// The end of this writer's chain of audit records. It is kept here while the process runs, and in
/// a row of its own, so that a chain cut off at its end can be told from a shorter one.
/// Belongs to the writer's thread.
class AuditLog {
 public:
  /// Reads where `node`'s chain ends.
  static Result<AuditLog> load(Connection& database, NodeId node);

  /// Writes `events` behind the chain's end. Errors: corrupt, when there is a record already.
  Result<void> append(Connection& database, std::vector<AuditEvent> events);

  /// Writes the end to its row, when it has moved since: once for each transaction.
  Result<void> save_head(Connection& database);

  // To take back what was appended in a part that is dropped, assign a copy from before.
  [[nodiscard]] const ChainHead& head() const { return head_; }
  [[nodiscard]] NodeId node() const { return node_; }
  /// The latest time of an event that was appended; the epoch where there was none.
  [[nodiscard]] WallTime last_at() const { return last_at_; }

 private:
  AuditLog(NodeId node, const ChainHead& head) : node_(node), head_(head), saved_seq_(head.seq) {}

  NodeId node_;
  ChainHead head_;
  std::uint64_t saved_seq_;
  WallTime last_at_{};
};

[[nodiscard]] Result<std::vector<AuditRecord>> read_audit(Connection& database,
                                                          const AuditQuery& query);

/// As Store::audit_counts.
[[nodiscard]] Result<std::vector<AuditCount>> read_audit_counts(Connection& database,
                                                                const AuditQuery& query);

/// At most Page::kLimitMax records behind (node, seq), in order.
[[nodiscard]] Result<std::vector<AuditRecord>> read_audit_after(Connection& database, NodeId node,
                                                                std::uint64_t seq);

/// At most `limit` records of one chain behind number `seq`, in order.
[[nodiscard]] Result<std::vector<AuditRecord>> read_audit_chain(Connection& database, NodeId node,
                                                                std::uint64_t seq,
                                                                std::uint32_t limit);

/// The chains that have records. Ascending.
[[nodiscard]] Result<std::vector<NodeId>> read_audit_nodes(Connection& database);

/// By node.
[[nodiscard]] Result<std::vector<SignedHead>> read_signed_heads(Connection& database);
[[nodiscard]] Result<std::vector<SignedHead>> read_checkpoints(Connection& database);

/// Errors: conflict, as ports/store.h names it at the changes.
[[nodiscard]] Result<void> keep_signed_head(Connection& database, const SignedHead& head);
[[nodiscard]] Result<void> keep_checkpoint(Connection& database, const SignedHead& checkpoint);

/// As Store::audit_seq_before and Store::prune_audit.
[[nodiscard]] Result<std::uint64_t> read_audit_seq_before(Connection& database, NodeId node,
                                                          WallTime time);
[[nodiscard]] Result<std::uint64_t> prune_audit(Connection& database, NodeId node,
                                                std::uint32_t limit);

[[nodiscard]] Result<std::vector<std::pair<NodeId, ChainHead>>> read_audit_heads(
    Connection& database);

}  // namespace lockstep
