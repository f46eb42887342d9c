// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>

#include "base/result.h"

namespace lockstep {

/// What the API takes as a file of tokens, and as a file of users.
inline constexpr std::size_t kSeedFileBytesMax = 128U << 20U;
inline constexpr std::size_t kPeopleFileBytesMax = 32U << 20U;

/// The whole file `path`. Errors: not_found, when it cannot be read; invalid_input, when it is
/// longer than `bytes_max`.
[[nodiscard]] Result<std::string> read_file(const std::string& path, std::size_t bytes_max);

}  // namespace lockstep
