// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <vector>

#include "adapters/sql/batch_writer.h"
#include "adapters/sql/pipelined_connection.h"

namespace lockstep {

/// For an engine across a network that other processes write to as well.
///
///     begin · part · part · … · head  ──▶ sent at once, judged at once ──▶ commit
///
/// A batch costs two round trips, if it holds what its callers decided before and nothing has
/// changed since. Where something has, the transaction is taken back and done again with those
/// parts deciding anew under a lock; and if a part still says no, once more with each part by
/// itself, so that the others are written.
///
/// When the connection is lost after the commit was sent, nobody knows whether it was done. The
/// callers are told `unavailable`. What log-ins had decided is owed: it is written, where it still
/// fits, first thing after connecting again, so that a code that was sent stays spent; and the
/// audit says so.
class PipelinedBatch final : public BatchWriter {
 public:
  /// Makes the writer a new name for its chain of records. Called when somebody else writes under
  /// the old one: a copy of the data directory. Errors: unavailable.
  using RenewChain = std::function<Result<NodeId>()>;

  /// `log` was read over `connection`.
  PipelinedBatch(std::unique_ptr<PipelinedConnection> connection, AuditLog log, RenewChain renew);

  std::vector<Result<void>> carry_out(std::span<const BatchEntry> batch) override;
  [[nodiscard]] bool wants_distinct_keys() const override { return true; }
  [[nodiscard]] OwnChain own_chain() const override { return {log_.node(), log_.head()}; }
  void tidy_up() override {}

  /// How often a batch is tried.
  static constexpr int kTriesMax = 8;
  /// How often of these with all parts together.
  static constexpr int kTriesTogether = 2;
  /// How many parts may be owed. Beyond it the oldest is given up.
  static constexpr std::size_t kOwedMax = 1'024;

 private:
  enum class Way { hoped, sure };
  using Results = std::vector<Result<void>>;

  struct Try;
  Result<Results> transaction(std::span<const BatchEntry> batch, Try& how);
  Result<Results> write_parts(std::span<const BatchEntry> batch, Try& how);
  /// A part with a savepoint. Its own error is the inner result.
  Result<Result<void>> write_apart(const Job::Work& work, std::size_t part);
  /// Makes sure that the chain ends where we believe.
  Result<void> check_chain();
  Result<void> write_owed();
  void owe(std::span<const BatchEntry> batch);

  std::unique_ptr<PipelinedConnection> connection_;
  AuditLog log_;
  RenewChain renew_;
  std::uint64_t chain_session_;  // in which `log_` is known to be right

  std::deque<Job::Work> owed_;
  std::uint64_t unknown_ = 0;  // jobs with unknown outcome that the audit does not tell of yet
  WallTime unknown_at_{};
};

}  // namespace lockstep
