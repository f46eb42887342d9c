// SPDX-License-Identifier: Apache-2.0
// Small files that only their owner may read, and that are whole or not there.
#pragma once

#include <cstddef>
#include <filesystem>

#include "base/result.h"
#include "base/secret.h"

namespace lockstep {

/// Who besides root may be able to read the file.
enum class Readers { owner, group };

/// Errors: not_found; not_allowed, saying what to run, when others may read it; corrupt, when it is
/// longer than `bytes_max`; unavailable, with the system's reason.
[[nodiscard]] Result<Secret> read_private_file(const std::filesystem::path& path,
                                               std::size_t bytes_max, Readers readers);

/// A new file with `content`, of mode 0600, which is on disk when this returns, its name included.
/// Errors: conflict, when it exists; unavailable, with the system's reason.
[[nodiscard]] Result<void> create_private_file(const std::filesystem::path& path,
                                               const Secret& content);

/// Puts `content` in the place of the file in one step: after a crash at any moment the file holds
/// the old content or the new one. Belongs to whom the old file belonged to.
/// Errors: not_found; unavailable, with the system's reason.
[[nodiscard]] Result<void> replace_private_file(const std::filesystem::path& path,
                                                const Secret& content);

/// A new file's or directory's name is on disk only once the directory around it is.
/// Errors: unavailable, with the system's reason.
[[nodiscard]] Result<void> sync_directory_of(const std::filesystem::path& path);

}  // namespace lockstep
