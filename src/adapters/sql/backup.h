// SPDX-License-Identifier: Apache-2.0
// A backup is one SQLite file, whatever engine the store is on: all tables, and a manifest with
// their digests, so that damage is noticed before anything is put back.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "adapters/sql/connection.h"
#include "base/result.h"
#include "ports/archive.h"

namespace lockstep {

/// Opens one more connection to the store, to read. Called from any thread.
using OpenReader = std::function<Result<std::unique_ptr<Connection>>()>;

/// The archive of the store that `open` opens. `version` is this program's.
[[nodiscard]] std::unique_ptr<Archive> make_archive(OpenReader open, std::string version);
/// The same for the embedded store in `data_dir`.
[[nodiscard]] std::unique_ptr<Archive> make_sqlite_archive(const std::filesystem::path& data_dir,
                                                           std::string version);

/// What the backup says about itself; its tables are not looked at.
/// Errors: not_found, not_allowed; corrupt, when it is no backup, or its manifest is damaged;
/// invalid_input, when it is of a kind or schema this program does not know.
[[nodiscard]] Result<BackupFacts> read_backup_facts(const std::filesystem::path& file);

/// Puts the backup's tables into a new database `lockstep.db` in `data_dir`, which exists and has
/// none, and holds every table against the manifest. Single-use things of the time of the backup
/// (tickets) are left behind: they may have been used since. The database has the backup's schema
/// and no name for its writer; opening it as a store brings it up to date and gives it one.
/// Errors: as above; corrupt, when a table is not what was written; conflict; those of `on_work`.
/// After an error there is no database.
[[nodiscard]] Result<BackupFacts> unpack_backup(const std::filesystem::path& file,
                                                const std::filesystem::path& data_dir,
                                                const OnWork& on_work);

/// A database in `to`, which is empty, that holds what the one in `from` holds, read as of one
/// moment, the writer's name too. Returns how many rows. Errors: those of `copy_tables`,
/// `migrate_to`.
[[nodiscard]] Result<std::uint64_t> copy_database(Connection& from, Connection& to,
                                                  const OnWork& on_work);

}  // namespace lockstep
