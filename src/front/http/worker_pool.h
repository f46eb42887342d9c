// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <cstddef>
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

 private:
  void work();

  const std::size_t queue_max_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Job> queue_;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace lockstep
