// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <memory>

#include "base/result.h"
#include "ports/random.h"
#include "ports/store.h"

namespace lockstep {

/// Opens the embedded store: one SQLite database, `lockstep.db`, in `data_dir`, which has to exist.
/// Makes the database where there is none and brings an older schema up to date. `random` is used
/// during the call only, to name this writer's audit chain when the database is made.
///
/// One process at a time: an advisory lock on the file `lockstep.lock` beside it says so and ends
/// with the process, however that ends. A commit that fails (a full or broken disk) ends the
/// process, because after it nobody can say what is on the disk; what was acknowledged is there.
///
/// Destroying the store first finishes the writes that wait; no other call may be running.
///
/// Errors, each naming the path and what to do: not_found (no such directory); unavailable (another
/// process has it open, it cannot be written, the disk fails); corrupt (not our database, damaged,
/// or written by a newer Lockstep).
[[nodiscard]] Result<std::unique_ptr<Store>> open_sqlite_store(
    const std::filesystem::path& data_dir, Random& random);

}  // namespace lockstep
