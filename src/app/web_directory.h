// SPDX-License-Identifier: Apache-2.0
// Where the built pages lie, and how they get into memory.
#pragma once

#include <cstddef>
#include <filesystem>

#include "base/result.h"
#include "front/pages/page_files.h"

namespace lockstep {

/// No build of ours is near these; what is larger is another directory.
inline constexpr std::size_t kWebFilesMax = 1'000;
inline constexpr std::size_t kWebBytesMax = 64 * 1024 * 1024;

/// The pages beside the program: share/lockstep/web next to its bin directory. In the build tree
/// CMake puts a link to web/dist there. Empty where there are none.
[[nodiscard]] std::filesystem::path web_directory_beside_program();

/// All pages and assets in `directory`. An empty path: no pages.
/// Errors: not_found, where there is no such directory or no page in it; invalid_input, where it
/// holds more than a build of ours does; unavailable, when a file cannot be read.
[[nodiscard]] Result<PageFiles> read_web_directory(const std::filesystem::path& directory);

}  // namespace lockstep
