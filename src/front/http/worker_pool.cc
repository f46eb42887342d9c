// SPDX-License-Identifier: Apache-2.0
#include "front/http/worker_pool.h"

#include <utility>

#include "base/assert.h"
#include "base/secret.h"

namespace lockstep {

WorkerPool::WorkerPool(const WorkerPoolOptions& options) : options_(options) {
  LOCKSTEP_ASSERT(options.threads > 0);
  threads_.reserve(options.threads);
  for (std::size_t i = 0; i < options.threads; ++i) threads_.emplace_back([this] { work(); });
}

bool WorkerPool::submit(Job& job) {
  {
    const std::lock_guard lock(mutex_);
    if (stopping_ || queue_.size() >= options_.queue_max) return false;
    queue_.push_back(std::move(job));
  }
  changed_.notify_one();
  return true;
}

void WorkerPool::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
}

WorkerLoad WorkerPool::load() const {
  const std::lock_guard lock(mutex_);
  return {queue_.size(), busy_, finished_};
}

void WorkerPool::work() {
  for (bool first = true;; first = false) {
    Job job;
    {
      std::unique_lock lock(mutex_);
      if (!first) {
        --busy_;
        ++finished_;
      }
      changed_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
      if (queue_.empty()) return;
      job = std::move(queue_.front());
      queue_.pop_front();
      ++busy_;
    }
    job();
    job = nullptr;
    wipe_stack_below();  // What people typed is short, and short strings live there.
  }
}

}  // namespace lockstep
