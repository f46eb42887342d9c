// SPDX-License-Identifier: Apache-2.0
#include "base/assert.h"

#include <cstdio>
#include <exception>

namespace lockstep {

void assertion_failed(const char* condition, const char* file, int line) noexcept {
  (void)std::fprintf(stderr, "%s:%d: broken invariant: %s\n", file, line, condition);
  std::terminate();
}

}  // namespace lockstep
