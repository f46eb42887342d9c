// SPDX-License-Identifier: Apache-2.0
#include "front/radius/duplicates.h"

#include <utility>

namespace lockstep {

RadiusDuplicates::Finding RadiusDuplicates::hear(const RadiusRequestKey& key, const Instant& now) {
  const std::lock_guard lock(mutex_);
  expire(now);
  const auto found = entries_.find(key);
  if (found != entries_.end()) {
    Entry& entry = found->second;
    if (entry.order != answered_.end()) return {Seen::answered, entry.reply};
    entry.at = now;
    return {Seen::waiting, {}};
  }
  if (entries_.size() >= most_) {
    if (answered_.empty() || elapsed(entries_.at(answered_.front()).at, now) < kKeepLeast) {
      return {Seen::no_room, {}};
    }
    entries_.erase(answered_.front());
    answered_.pop_front();
  }
  entries_.emplace(key, Entry{now, {}, answered_.end()});
  return {Seen::never, {}};
}

std::optional<Instant> RadiusDuplicates::last_heard(const RadiusRequestKey& key) const {
  const std::lock_guard lock(mutex_);
  const auto found = entries_.find(key);
  if (found == entries_.end() || found->second.order != answered_.end()) return std::nullopt;
  return found->second.at;
}

void RadiusDuplicates::answered(const RadiusRequestKey& key, Bytes reply, const Instant& now) {
  const std::lock_guard lock(mutex_);
  const auto found = entries_.find(key);
  if (found == entries_.end()) return;
  found->second.reply = std::move(reply);
  found->second.at = now;
  found->second.order = answered_.insert(answered_.end(), key);
}

void RadiusDuplicates::forget(const RadiusRequestKey& key) {
  const std::lock_guard lock(mutex_);
  const auto found = entries_.find(key);
  if (found == entries_.end()) return;
  if (found->second.order != answered_.end()) answered_.erase(found->second.order);
  entries_.erase(found);
}

std::size_t RadiusDuplicates::size() const {
  const std::lock_guard lock(mutex_);
  return entries_.size();
}

void RadiusDuplicates::expire(const Instant& now) {
  while (!answered_.empty() && elapsed(entries_.at(answered_.front()).at, now) >= kKeep) {
    entries_.erase(answered_.front());
    answered_.pop_front();
  }
}

}  // namespace lockstep
