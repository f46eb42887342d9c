// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "base/result.h"
#include "core/model/ids.h"

namespace lockstep {

/// Read-modify-write, done again once when somebody else wrote in between. A caller who named the
/// version they saw (`seen`) is told of the conflict instead.
template <class Work>
auto retried(const std::optional<RowVersion>& seen, const Work& work) -> decltype(work()) {
  auto result = work();
  if (result || seen || result.error().code != Errc::conflict) return result;
  return work();
}

/// Errors: conflict, when the caller saw another version than `now`.
[[nodiscard]] inline Result<void> check_seen(const std::optional<RowVersion>& seen,
                                             RowVersion now) {
  if (seen && *seen != now) return fail(Errc::conflict, "it was changed since it was read");
  return {};
}

}  // namespace lockstep
