// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace lockstep {

/// Writes where a broken invariant was found to standard error and ends the process.
[[noreturn]] void assertion_failed(const char* condition, const char* file, int line) noexcept;

}  // namespace lockstep

/// For bugs in our own code, never for input from outside. On in every build: a server that
/// decides log-ins must not run on with a broken invariant.
#define LOCKSTEP_ASSERT(condition)    \
  ((condition) ? static_cast<void>(0) \
               : ::lockstep::assertion_failed(#condition, __FILE__, __LINE__))
