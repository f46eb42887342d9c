// SPDX-License-Identifier: Apache-2.0
#include "core/sync/progress.h"

#include <algorithm>

#include "base/assert.h"

namespace lockstep {

Progress consumed(Progress progress, std::span<const Position> positions, WallTime at) {
  LOCKSTEP_ASSERT(!positions.empty());
  for (const Position position : positions) {
    LOCKSTEP_ASSERT(position >= progress.next && position.value() < Position::kMax);
    progress.next = position.moved(1);
    progress.used.push_back({position, at});
  }
  const std::size_t too_many =
      progress.used.size() - std::min(progress.used.size(), Progress::kUsedMax);
  progress.used.erase(progress.used.begin(),
                      progress.used.begin() + static_cast<std::ptrdiff_t>(too_many));
  forget_passed(progress, progress.next);
  progress.sync = progress.fenced ? SyncState::out_of_sync : SyncState::in_sync;
  return progress;
}

void unfence(Progress& progress) {
  progress.fenced = false;
  progress.sync = SyncState::in_sync;
}

bool last_was_pair(const Progress& progress) {
  const std::vector<Used>& used = progress.used;
  return used.size() >= 2 && used[used.size() - 1].at == used[used.size() - 2].at;
}

bool is_remembered(const Progress& progress, Position position) {
  return std::ranges::any_of(progress.remembered,
                             [&](const Remembered& one) { return one.position == position; });
}

bool remember(Progress& progress, Position position, const Instant& at) {
  if (is_remembered(progress, position)) return true;
  if (progress.remembered.size() >= Progress::kRememberedMax) return false;
  const auto place =
      std::ranges::lower_bound(progress.remembered, position, {}, &Remembered::position);
  progress.remembered.insert(place, {position, at});
  return true;
}

void forget_passed(Progress& progress, Position in_step_first) {
  std::erase_if(progress.remembered,
                [&](const Remembered& one) { return one.position < in_step_first; });
}

}  // namespace lockstep
