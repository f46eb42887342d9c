// SPDX-License-Identifier: Apache-2.0
#include "service/source_limit.h"

#include <algorithm>

#include "base/network.h"

namespace lockstep {
namespace {

/// "console 2001:db8::7" is heard as its network: another address of it costs nothing.
std::string key_of(const Source& source) {
  const std::string& text = source.value();
  const std::size_t address = text.rfind(' ') + 1;  // 0, where there is no blank
  return text.substr(0, address) + network_of(std::string_view(text).substr(address));
}

}  // namespace

std::uint32_t SourceLimit::level_at(const Entry& entry, const Instant& now) {
  const auto leaked = elapsed(entry.at, now) / kLeakEvery;
  return leaked >= entry.level ? 0 : entry.level - static_cast<std::uint32_t>(leaked);
}

Micros SourceLimit::hold(const Source& source, const Instant& now) const {
  const std::lock_guard lock(mutex_);
  const auto found = by_source_.find(key_of(source));
  if (found == by_source_.end()) return Micros::zero();
  const std::uint32_t level = level_at(*found->second, now);
  if (level <= kFree) return Micros::zero();
  return std::min(kHoldEach * (level - kFree), kHoldMax);
}

void SourceLimit::refused(const Source& source, const Instant& now) {
  const std::lock_guard lock(mutex_);
  std::string key = key_of(source);
  const auto found = by_source_.find(key);
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
  entries_.push_front(Entry{key, 1, now});
  by_source_.emplace(std::move(key), entries_.begin());
}

}  // namespace lockstep
