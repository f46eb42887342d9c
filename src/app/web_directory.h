// SPDX-License-Identifier: Apache-2.0
// Where the built pages lie, and how they get into memory.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>

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
/// Errors: not_found, where there is no such directory or no page in it, or a page names an asset
/// that is not there, as in a build that was not finished; invalid_input, where it holds more than
/// a build of ours does; unavailable, when a file cannot be read.
[[nodiscard]] Result<PageFiles> read_web_directory(const std::filesystem::path& directory);

/// The pages that are served, and where they are from.
struct WebPages {
  PageFiles files;                  ///< may be none
  std::filesystem::path directory;  ///< empty, where there are none
  std::string why_none;             ///< then
};

/// The pages in `named`, or where that is empty those in `beside`, which was found and not named:
/// those may be missing or half built, and log-ins are served all the same. Errors: those of
/// read_web_directory, for `named` alone.
[[nodiscard]] Result<WebPages> find_web_pages(const std::filesystem::path& named,
                                              const std::filesystem::path& beside);

}  // namespace lockstep
