// SPDX-License-Identifier: Apache-2.0
#include "core/sync/temporary.h"

#include <algorithm>
#include <utility>

#include "core/sync/sighting.h"

namespace lockstep {

bool is_open(const std::optional<TemporaryAccess>& access, WallTime at) {
  return access && !access->codes.empty() && at <= access->until;
}

std::optional<std::size_t> temporary_typed(const Attempt& attempt) {
  const Factor best = best_factor(attempt.readings);
  for (const Reading& reading : attempt.readings) {
    if (reading.factor == best && reading.temporary) return reading.temporary;
  }
  return std::nullopt;
}

bool is_like_temporary(const Attempt& attempt) {
  const Factor best = best_factor(attempt.readings);
  return std::ranges::any_of(attempt.readings, [best](const Reading& reading) {
    return reading.factor == best && reading.digits == kTemporaryDigits;
  });
}

UserSync after_temporary(UserSync sync, std::size_t which) {
  TemporaryAccess& access = *sync.temporary;
  if (access.single_use) access.codes.erase(access.codes.begin() + std::ptrdiff_t(which));
  return sync;
}

bool may_be_found(const std::optional<TemporaryAccess>& access, WallTime at) {
  if (!access) return false;
  switch (access->when_found) {
    case WhenFound::deny:
      return false;
    case WhenFound::allow:
      return true;
    case WhenFound::allow_after:
      return at > access->until;
  }
  LOCKSTEP_ASSERT(false);
}

}  // namespace lockstep
