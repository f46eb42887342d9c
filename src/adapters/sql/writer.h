// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "adapters/sql/audit_log.h"
#include "adapters/sql/connection.h"

namespace lockstep {

/// The one thread that writes. A durable commit costs one wait for the disk however much is in it,
/// so whatever has queued up while the disk was busy goes into the next transaction together:
///
///     caller 1 ──┐
///     caller 2 ──┼─▶ queue ──▶ begin · part 1 · part 2 · part 3 · heads · commit ──▶ all answered
///     caller 3 ──┘
///
/// Each caller's work is a part that can fail by itself: its conflict takes back only what it
/// wrote.
class Writer {
 public:
  /// What a caller wants done. Runs in the writer's thread; what it waits for, everybody waits for.
  using Work = std::function<Result<void>(Connection&, AuditLog&)>;

  struct Limits {
    /// How many may wait. Beyond that callers are turned away at once, not after a time-out.
    std::size_t queue_max = 4'096;
    /// How much goes into one transaction, so that the first of a batch need not wait for all.
    std::size_t batch_max = 256;
  };

  Writer(std::unique_ptr<Connection> connection, AuditLog log)
      : Writer(std::move(connection), std::move(log), Limits()) {}
  Writer(std::unique_ptr<Connection> connection, AuditLog log, Limits limits);
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;
  /// Finishes what waits, then ends the thread.
  ~Writer();

  /// Carries out `work`; returns when what it wrote is on disk, or when it failed and nothing was
  /// written. Thread-safe. Errors: those of `work`; unavailable, when too much is waiting or the
  /// database takes no writes.
  Result<void> run(Work work);

  /// Where the chain ends on disk. Thread-safe, and waits for no disk.
  [[nodiscard]] OwnChain own_chain() const;

 private:
  struct Job {
    Work work;
    std::promise<Result<void>> answer;
  };

  void loop();
  /// Waits for work. Empty when there is none left and none will come.
  std::vector<Job> take_batch();
  void carry_out(std::vector<Job> batch);
  Result<void> carry_out_part(const Work& work);

  const Limits limits_;
  std::unique_ptr<Connection> connection_;
  AuditLog log_;

  mutable std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<Job> queue_;
  bool ending_ = false;
  OwnChain durable_;

  std::thread thread_;  // last: starts when all else is there
};

}  // namespace lockstep
