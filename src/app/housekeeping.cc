// SPDX-License-Identifier: Apache-2.0
#include "app/housekeeping.h"

#include <string>

#include "app/log.h"

namespace lockstep {

Result<void> keep_house(Services& services) {
  LOCKSTEP_TRY(const std::uint64_t deleted,
               services.store.delete_expired_tickets(services.clock.now().wall));
  if (deleted > 0) {
    log(LogLevel::debug, "tickets_expired", {{"count", std::to_string(deleted)}});
  }
  return refresh_policy(services);
}

Housekeeping::Housekeeping(Services& services) : services_(services), thread_([this] { run(); }) {}

void Housekeeping::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void Housekeeping::run() {
  std::unique_lock lock(mutex_);
  while (!changed_.wait_for(lock, kEvery, [this] { return stopping_; })) {
    lock.unlock();
    if (const auto done = keep_house(services_); !done) {
      log(LogLevel::warning, "housekeeping_failed", {{"why", done.error().context}});
    }
    lock.lock();
  }
}

}  // namespace lockstep
