// SPDX-License-Identifier: Apache-2.0
#include "front/http/usage.h"

#include <utility>

namespace lockstep {

std::optional<Usage::Hold> Usage::enter(const std::string& key, std::function<void()> on_stop) {
  const std::lock_guard lock(mutex_);
  if (stopping_) return std::nullopt;
  if (!key.empty()) {
    if (connections_.size() >= limits_.connections_max) return std::nullopt;
    std::size_t& count = per_key_[key];
    if (count >= limits_.connections_per_address_max) return std::nullopt;
    ++count;
  }
  const std::uint64_t id = next_id_++;
  connections_.emplace(id, Connection{key, std::move(on_stop)});
  return Hold([this, id] { leave(id); });
}

void Usage::leave(std::uint64_t id) {
  const std::lock_guard lock(mutex_);
  const auto found = connections_.find(id);
  const auto count = per_key_.find(found->second.key);
  if (count != per_key_.end() && --count->second == 0) per_key_.erase(count);
  connections_.erase(found);
  changed_.notify_all();
}

std::optional<Usage::Hold> Usage::reserve_body(std::size_t bytes) {
  // These are bounded by the number of connections, and log-ins are among them.
  if (bytes <= limits_.small_body_bytes_max) return Hold(nullptr);
  const std::lock_guard lock(mutex_);
  if (bytes > limits_.bodies_bytes_max - body_bytes_) return std::nullopt;
  body_bytes_ += bytes;
  return Hold([this, bytes] {
    const std::lock_guard inner(mutex_);
    body_bytes_ -= bytes;
  });
}

Usage::Hold Usage::begin_job() {
  const std::lock_guard lock(mutex_);
  ++jobs_;
  return Hold([this] {
    const std::lock_guard inner(mutex_);
    --jobs_;
    changed_.notify_all();
  });
}

void Usage::begin_stop() {
  const std::lock_guard lock(mutex_);
  stopping_ = true;
  for (const auto& [id, connection] : connections_) connection.on_stop();
}

bool Usage::stopping() const {
  const std::lock_guard lock(mutex_);
  return stopping_;
}

std::size_t Usage::connections() const {
  const std::lock_guard lock(mutex_);
  return connections_.size();
}

bool Usage::wait_for_connections(std::chrono::milliseconds patience) {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, patience, [this] { return connections_.empty(); });
}

void Usage::wait_for_jobs() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return jobs_ == 0; });
}

}  // namespace lockstep
