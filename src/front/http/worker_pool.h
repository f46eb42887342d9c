// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace lockstep {

struct WorkerPoolOptions {
  std::size_t threads = 64;      ///< how many requests are worked on at once
  std::size_t queue_max = 1024;  ///< how many wait; beyond it requests are refused, not kept
};

/// What a pool does at one moment.
struct WorkerLoad {
  std::size_t waiting = 0;     ///< handed over and not begun
  std::size_t busy = 0;        ///< threads at work
  std::uint64_t finished = 0;  ///< since the pool was made
};

/// The threads that do what requests ask for, with a bounded queue before them. One per process,
/// shared by all front doors; made and joined by app. Thread-safe.
class WorkerPool {
 public:
  using Job = std::move_only_function<void()>;

  explicit WorkerPool(const WorkerPoolOptions& options);
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;
  ~WorkerPool() { stop(); }

  /// Hands `job` over; false, with the job untouched, when the queue is full or the pool stops.
  /// Never waits. Jobs do not throw.
  [[nodiscard]] bool submit(Job& job);

  /// Finishes what was handed over, then joins the threads. May be called twice; not from a job.
  void stop();

  [[nodiscard]] WorkerLoad load() const;
  [[nodiscard]] const WorkerPoolOptions& options() const { return options_; }

 private:
  void work();

  const WorkerPoolOptions options_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Job> queue_;
  bool stopping_ = false;
  std::size_t busy_ = 0;
  std::uint64_t finished_ = 0;
  std::vector<std::thread> threads_;
};

}  // namespace lockstep
