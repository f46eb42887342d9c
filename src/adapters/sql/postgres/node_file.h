// SPDX-License-Identifier: Apache-2.0
// Under which name a process writes its chain of audit records. Where several processes share a
// database the name cannot lie in it; it lies in the process's data directory, in the file `node`.
#pragma once

#include <filesystem>

#include "base/result.h"
#include "core/audit/chain.h"
#include "ports/random.h"

namespace lockstep {

[[nodiscard]] std::filesystem::path node_file_path(const std::filesystem::path& data_dir);

/// The name in the directory's file; a new one, written there, where there is none.
/// Errors: corrupt, when the file holds something else; unavailable. Both name the file.
[[nodiscard]] Result<NodeId> read_or_make_node(const std::filesystem::path& data_dir,
                                               Random& random);

/// Puts a new name in the place of the old one. Errors: unavailable.
[[nodiscard]] Result<NodeId> renew_node(const std::filesystem::path& data_dir, Random& random);

}  // namespace lockstep
