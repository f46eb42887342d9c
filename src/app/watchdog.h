// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <thread>

#include "adapters/system/service_manager.h"
#include "front/http/worker_pool.h"

namespace lockstep {

/// Feels whether the workers of a pool get anything done. One thread.
class Pulse {
 public:
  /// `workers` outlive it.
  explicit Pulse(WorkerPool& workers) : workers_(workers), finished_(workers.load().finished) {}

  /// Whether one of them has finished something since the last time; and gives them an errand, so
  /// that there is something to finish until the next.
  [[nodiscard]] bool feel();

 private:
  WorkerPool& workers_;
  std::uint64_t finished_;
};

/// The thread that tells the service manager that the server is alive, where it wants to know. That
/// the thread itself lives proves nothing: it speaks when it has felt a pulse. A server whose
/// workers all hang is restarted by its manager; one that has much to do is not.
class Watchdog {
 public:
  /// `manager` and `workers` outlive it.
  Watchdog(const ServiceManager& manager, WorkerPool& workers);
  Watchdog(const Watchdog&) = delete;
  Watchdog& operator=(const Watchdog&) = delete;
  ~Watchdog() { stop(); }

  /// Returns when the thread is gone. Twice is harmless.
  void stop();

 private:
  void run(std::chrono::microseconds every);

  const ServiceManager& manager_;
  WorkerPool& workers_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool stopping_ = false;
  std::thread thread_;  // last: starts when all else is there
};

}  // namespace lockstep
