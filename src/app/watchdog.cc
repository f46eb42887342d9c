// SPDX-License-Identifier: Apache-2.0
#include "app/watchdog.h"

#include <cstdint>
#include <utility>

namespace lockstep {

bool Pulse::feel() {
  const std::uint64_t before = std::exchange(finished_, workers_.load().finished);
  // Where the queue is full nobody needs an errand to have something to finish.
  WorkerPool::Job errand = [] {};
  (void)workers_.submit(errand);
  return finished_ != before;
}

Watchdog::Watchdog(const ServiceManager& manager, WorkerPool& workers)
    : manager_(manager), workers_(workers) {
  const auto every = manager.alive_every();
  if (every) thread_ = std::thread([this, every] { run(*every); });
}

void Watchdog::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void Watchdog::run(std::chrono::microseconds every) {
  Pulse pulse(workers_);
  std::unique_lock lock(mutex_);
  do {
    if (pulse.feel()) manager_.alive();
  } while (!changed_.wait_for(lock, every / 2, [this] { return stopping_; }));
}

}  // namespace lockstep
