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
  const auto found = imports_.find(hash);
  if (found == imports_.end()) return std::nullopt;
  return found->second.step;
}

void ImportProgress::begin(const TicketHash& hash) {
  const std::scoped_lock lock(mutex_);
  ++imports_[hash].tellers;
}

void ImportProgress::put(const TicketHash& hash, const ImportStep& step) {
  const std::scoped_lock lock(mutex_);
  imports_[hash].step = step;
}

void ImportProgress::end(const TicketHash& hash) {
  const std::scoped_lock lock(mutex_);
  const auto found = imports_.find(hash);
  if (--found->second.tellers == 0) imports_.erase(found);
}

}  // namespace lockstep
