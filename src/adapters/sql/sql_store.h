// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "adapters/sql/connection.h"
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

/// Opens the store in the PostgreSQL database at `url` (postgresql://…, as libpq reads it), which
/// has to exist and may be empty; makes the tables or brings an older schema up to date. Several
/// processes may use one database at once. Each has a data directory of its own, which it holds
/// while it runs and in which the name of its audit chain lies; `random` names it, and has to
/// outlive the store: a process that finds another one writing under its name takes a new one.
///
/// The process outlives its connections. While the database is away every call is refused, and each
/// one after that finds out whether it is back. A connection that is lost in the middle of a commit
/// leaves the outcome unknown: the callers get unavailable, what they meant to spend is spent when
/// the database is back, and the audit says so.
///
/// Errors, each saying what to do, and none with a word of the password: those of the data
/// directory as above; invalid_input (the URL, the database's collation or encoding); unavailable;
/// corrupt (written by a newer Lockstep).
[[nodiscard]] Result<std::unique_ptr<Store>> open_postgres_store(
    const std::string& url, const std::filesystem::path& data_dir, Random& random);

/// Whether `text` is meant to be such a URL, right or wrong.
[[nodiscard]] bool is_postgres_url(std::string_view text);

/// One connection to the database at `url`, for what copies whole tables. Errors: as above.
[[nodiscard]] Result<std::unique_ptr<Connection>> connect_postgres(const std::string& url);

}  // namespace lockstep
