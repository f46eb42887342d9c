// SPDX-License-Identifier: Apache-2.0
// Databases that are not the store: in memory, or a file that is being made and nobody else knows.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <vector>

#include "adapters/sql/copy.h"
#include "adapters/sql/sqlite/sqlite_connection.h"

namespace lockstep {

/// Whose file it is, as its header says.
enum class FileKind : std::int64_t { store = 0x4c737470, backup = 0x4c737462 };  // "Lstp", "Lstb"

/// A database in memory. Errors: unavailable.
[[nodiscard]] Result<std::unique_ptr<SqliteConnection>> open_in_memory();

/// Makes the file `path`, readable by its owner only, and opens it for writing. Nothing is safe in
/// it before `finish_scratch`. A failed commit is an error here and does not end the process.
/// Errors: conflict (it exists); not_found, not_allowed, unavailable.
[[nodiscard]] Result<std::unique_ptr<SqliteConnection>> make_scratch(
    const std::filesystem::path& path, FileKind kind);

/// Closes what `make_scratch` opened and brings the file to disk. Errors: unavailable.
[[nodiscard]] Result<void> finish_scratch(std::unique_ptr<SqliteConnection> connection,
                                          const std::filesystem::path& path);

/// Opens a file that nobody writes for reading. Errors: not_found; corrupt, when it is no database
/// of this kind; unavailable.
[[nodiscard]] Result<std::unique_ptr<SqliteConnection>> open_finished(
    const std::filesystem::path& path, FileKind kind);

/// The tables of a schema, those that others refer to first. They are looked up in an empty
/// database that the migrations have made, so that no list can fall behind them.
/// Errors: invalid_input, when there is no such schema; unavailable.
[[nodiscard]] Result<std::vector<TableShape>> tables_of_schema(std::uint32_t schema);

}  // namespace lockstep
