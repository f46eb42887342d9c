// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <deque>
#include <future>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "adapters/sql/batch_writer.h"

namespace lockstep {

/// The one thread that writes. A durable commit costs one wait for the disk however much is in it,
/// so whatever has queued up while the disk was busy goes into the next transaction together:
///
///     caller 1 ──┐
///     caller 2 ──┼─▶ queue ──▶ begin · part 1 · part 2 · part 3 · heads · commit ──▶ all answered
///     caller 3 ──┘
///
/// Each caller's work is a part that can fail by itself: its conflict takes back only what it
/// wrote. How a transaction is made up depends on the engine: see BatchWriter.
class Writer {
 public:
  using Work = Job::Work;

  struct Limits {
    /// How many may wait. Beyond that callers are turned away at once, not after a time-out.
    std::size_t queue_max = 4'096;
    /// How much goes into one transaction, so that the first of a batch need not wait for all.
    std::size_t batch_max = 256;
  };

  explicit Writer(std::unique_ptr<BatchWriter> batches) : Writer(std::move(batches), Limits()) {}
  Writer(std::unique_ptr<BatchWriter> batches, Limits limits);
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;
  /// Finishes what waits, then ends the thread.
  ~Writer();

  /// Carries out `job`; returns when what it wrote is on disk, or when it failed and nothing was
  /// written. Thread-safe. Errors: those of `work`; unavailable, when too much is waiting or the
  /// database takes no writes.
  Result<void> run(Job job);
  Result<void> run(Work work) { return run(Job{.sure = std::move(work)}); }

  /// Where the chain ends on disk. Thread-safe, and waits for no disk.
  [[nodiscard]] OwnChain own_chain() const;

 private:
  struct Waiting {
    Job job;
    bool waited = false;  ///< others with the same keys went first
    std::promise<Result<void>> answer;
  };

  void loop();
  /// Waits for work. Empty when there is none left and none will come.
  std::vector<Waiting> take_batch();
  void carry_out(std::vector<Waiting> batch);

  const Limits limits_;
  std::unique_ptr<BatchWriter> batches_;

  mutable std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<Waiting> queue_;
  bool ending_ = false;
  OwnChain durable_;

  std::thread thread_;  // last: starts when all else is there
};

}  // namespace lockstep
