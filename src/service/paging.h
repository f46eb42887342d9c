// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ports/store.h"

namespace lockstep {

/// Errors: invalid_input, for a limit outside 1 to Page::kLimitMax.
[[nodiscard]] inline Result<void> check_limit(std::uint32_t limit) {
  if (limit == 0 || limit > Page::kLimitMax) {
    return fail(Errc::invalid_input, "limit is not within 1 to 1000");
  }
  return {};
}

}  // namespace lockstep
