// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "adapters/sql/audit_log.h"
#include "adapters/sql/connection.h"

namespace lockstep {

/// What a caller wants written.
struct Job {
  /// Runs in the writer's thread inside a transaction, perhaps several times, the last of which
  /// counts; what it waits for, everybody waits for. An error takes back what it wrote.
  using Work = std::function<Result<void>(Connection&, AuditLog&)>;

  /// Carries out the job whatever has changed since the caller looked. Its error is the answer.
  Work sure;
  /// Writes what the caller decided before, if nothing has changed since, and does not wait for
  /// anything. Owns what it needs. Empty where nothing was decided before.
  Work hoped = {};
  /// The users, tokens … that it changes, perhaps with repetitions. Jobs with a common one may go
  /// into one transaction only if the engine does not mind.
  std::vector<std::uint64_t> keys = {};
};

/// A job in a batch. `waited`: others with the same keys went before it, so that what was decided
/// before does not hold any more.
struct BatchEntry {
  const Job* job;
  bool waited = false;
};

/// Brings a batch of jobs to disk in one transaction. Belongs to the writer's thread.
class BatchWriter {
 public:
  BatchWriter() = default;
  BatchWriter(const BatchWriter&) = delete;
  BatchWriter& operator=(const BatchWriter&) = delete;
  virtual ~BatchWriter() = default;

  /// An answer for each job, in order; those without error are on disk.
  virtual std::vector<Result<void>> carry_out(std::span<const BatchEntry> batch) = 0;

  /// Whether no two jobs of a batch may have a key in common.
  [[nodiscard]] virtual bool wants_distinct_keys() const = 0;

  /// Where the chain ends on disk.
  [[nodiscard]] virtual OwnChain own_chain() const = 0;

  /// Called between two batches, when their callers have their answers.
  virtual void tidy_up() = 0;
};

}  // namespace lockstep
