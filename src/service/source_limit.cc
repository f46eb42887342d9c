// SPDX-License-Identifier: Apache-2.0
#include "service/source_limit.h"

#include <algorithm>

namespace lockstep {

std::uint32_t SourceLimit::level_at(const Entry& entry, const Instant& now) {
  const auto leaked = elapsed(entry.at, now) / kLeakEvery;
  return leaked >= entry.level ? 0 : entry.level - static_cast<std::uint32_t>(leaked);
}

Micros SourceLimit::hold(const Source& source, const Instant& now) const {
  const std::lock_guard lock(mutex_);
  const auto found = by_source_.find(source.value());
  if (found == by_source_.end()) return Micros::zero();
  const std::uint32_t level = level_at(*found->second, now);
  if (level <= kFree) return Micros::zero();
  return std::min(kHoldEach * (level - kFree), kHoldMax);
}

void SourceLimit::refused(const Source& source, const Instant& now) {
  const std::lock_guard lock(mutex_);
  const auto found = by_source_.find(source.value());
  if (found != by_source_.end()) {
    Entry& entry = *found->second;
    entry.level = std::min(level_at(entry, now) + 1, kLevelMax);
    entry.at = now;
    entries_.splice(entries_.begin(), entries_, found->second);
    return;
  }
  if (entries_.size() == kSourcesMax) {
    by_source_.erase(entries_.back().source);
    entries_.pop_back();
  }
  entries_.push_front(Entry{source.value(), 1, now});
  by_source_.emplace(source.value(), entries_.begin());
}

}  // namespace lockstep
