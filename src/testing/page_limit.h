// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "base/result.h"
#include "ports/store.h"

namespace lockstep {

/// Errors: invalid_input, when a page cannot have `limit` rows, as the stores on disk say.
inline Result<void> check_limit(std::uint32_t limit) {
  if (limit >= 1 && limit <= Page::kLimitMax) return {};
  return fail(Errc::invalid_input, "a page has 1 to 1000 rows");
}

}  // namespace lockstep
