// SPDX-License-Identifier: Apache-2.0
// Putting another database in the place of the one in a data directory.
#pragma once

#include <filesystem>
#include <string>

#include "adapters/sql/sqlite/data_directory.h"
#include "base/result.h"

namespace lockstep {

/// Where the parts of the old database go: the new subdirectory `kept` of the data directory, so
/// that nothing is deleted. From the first step to the last a mark lies in the directory, without
/// which a process that dies between them would leave a directory that looks empty: with it no
/// store opens there until the restore was done again.
/// `fresh` is a whole database on the same file system, on disk, opened by nobody.
/// Errors: unavailable, with the system's reason; conflict, when `kept` exists.
[[nodiscard]] Result<void> install_database(const DataDirectory& held,
                                            const std::filesystem::path& fresh,
                                            const std::string& kept);

/// Errors: unavailable, when an installation was begun and not finished.
[[nodiscard]] Result<void> check_installed(const std::filesystem::path& data_dir);

}  // namespace lockstep
