// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "base/result.h"

namespace lockstep {

/// What the kernel says of this process.
struct ProcessFacts {
  double cpu_seconds = 0;    ///< user and system, of all threads
  double start_seconds = 0;  ///< when it was started, seconds since 1970
  std::uint64_t resident_bytes = 0;
  std::uint64_t virtual_bytes = 0;
  std::uint64_t threads = 0;
  std::uint64_t open_files = 0;
  std::uint64_t open_files_max = 0;
};

/// Errors: unavailable, where /proc is not to be seen.
[[nodiscard]] Result<ProcessFacts> read_process_facts();

}  // namespace lockstep
