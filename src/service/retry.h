// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "base/result.h"
#include "core/model/ids.h"

namespace lockstep {

/// How often a change is tried that others keep overtaking: somebody guessing at an account must
/// not keep an operator from disabling it.
inline constexpr int kChangeTriesMax = 16;

/// Read-modify-write, done again when somebody else wrote in between. A caller who named the
/// version they saw (`seen`) is told of the conflict instead.
template <class Work>
auto retried(const std::optional<RowVersion>& seen, const Work& work) -> decltype(work()) {
  for (int tries = 1;; ++tries) {
    auto result = work();
    const bool overtaken = !result && !seen && result.error().code == Errc::conflict;
    if (!overtaken || tries == kChangeTriesMax) return result;
  }
}

/// Errors: conflict, when the caller saw another version than `now`.
[[nodiscard]] inline Result<void> check_seen(const std::optional<RowVersion>& seen,
                                             RowVersion now) {
  if (seen && *seen != now) return fail(Errc::conflict, "it was changed since it was read");
  return {};
}

}  // namespace lockstep
