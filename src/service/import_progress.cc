// SPDX-License-Identifier: Apache-2.0
#include "service/import_progress.h"

#include "base/assert.h"

namespace lockstep {

std::string_view name_of(ImportPhase phase) {
  switch (phase) {
    case ImportPhase::comparing:
      return "comparing";
    case ImportPhase::sealing:
      return "sealing";
    case ImportPhase::writing:
      return "writing";
  }
  LOCKSTEP_ASSERT(false);
}

std::optional<ImportStep> ImportProgress::of(const TicketHash& hash) const {
  const std::scoped_lock lock(mutex_);
  const auto found = steps_.find(hash);
  if (found == steps_.end()) return std::nullopt;
  return found->second;
}

void ImportProgress::put(const TicketHash& hash, const ImportStep& step) {
  const std::scoped_lock lock(mutex_);
  steps_[hash] = step;
}

void ImportProgress::forget(const TicketHash& hash) {
  const std::scoped_lock lock(mutex_);
  steps_.erase(hash);
}

}  // namespace lockstep
