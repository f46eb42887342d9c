// SPDX-License-Identifier: Apache-2.0
#include <utility>
#include <vector>

#include "adapters/sql/migrations.h"
#include "adapters/sql/repository.h"
#include "adapters/sql/savepoint_batch.h"
#include "adapters/sql/sql_store.h"
#include "adapters/sql/sqlite/install.h"
#include "adapters/sql/sqlite/sqlite_connection.h"

namespace lockstep {
namespace {

/// As many as can read at once; more would not be faster on the machines we measured.
constexpr std::size_t kReaders = 8;

std::unexpected<Error> named(const std::filesystem::path& file, const Error& error) {
  // A schema that is too new says for itself what to do.
  const bool damaged = error.code == Errc::corrupt && error.context.contains("SQLite says");
  return fail(error.code, "cannot use the database " + file.string() + ": " + error.context +
                              (damaged ? "; it is damaged: restore a backup" : ""));
}

// Searching looks for a text anywhere in another one, which no index finds; but the texts of
// 100,000 rows are read out of an index in a fraction of the time that the whole rows take
// (bench/search_bench.cc, bench/console). They hold what lists are narrowed by and a log-in does
// not change, and the id, without which the rows would be read after all. Not part of the schema:
// PostgreSQL bounds what an index holds.
constexpr const char* kSearchIndexes =
    "DROP INDEX IF EXISTS users_searched;"  // Without the id, as they were before schema 6.
    "DROP INDEX IF EXISTS tokens_searched;"
    "CREATE INDEX IF NOT EXISTS users_listed ON users (name, search, status, id);"
    "CREATE INDEX IF NOT EXISTS tokens_listed ON tokens (serial, search, status, owner, kind, "
    "model,"
    " batch, valid_until, sync, id)";

}  // namespace

Result<std::unique_ptr<Store>> open_sqlite_store(const std::filesystem::path& data_dir,
                                                 Random& random) {
  LOCKSTEP_TRY(DataDirectory directory, DataDirectory::hold(data_dir));
  LOCKSTEP_CHECK(check_installed(data_dir));
  LOCKSTEP_CHECK(directory.make_database_file());
  LOCKSTEP_CHECK(directory.sync());
  const SqliteFile file{directory.database()};

  LOCKSTEP_TRY(
      std::unique_ptr<Connection> writer,
      SqliteConnection::open_writer(file, std::make_unique<DataDirectory>(std::move(directory))));
  const Result<NodeId> node = migrate(*writer, random);
  if (!node) return named(file.path, node.error());
  const Result<void> indexed = writer->script(kSearchIndexes);
  if (!indexed) return named(file.path, indexed.error());
  Result<AuditLog> log = AuditLog::load(*writer, *node);
  if (!log) return named(file.path, log.error());

  std::vector<std::unique_ptr<Connection>> readers;
  for (std::size_t i = 0; i < kReaders; ++i) {
    LOCKSTEP_TRY(std::unique_ptr<Connection> reader, SqliteConnection::open_reader(file));
    readers.push_back(std::move(reader));
  }
  return std::make_unique<SqlRepository>(
      std::make_unique<SavepointBatch>(std::move(writer), *std::move(log)), std::move(readers));
}

}  // namespace lockstep
