// SPDX-License-Identifier: Apache-2.0
#include "adapters/sql/sqlite/scratch.h"

#include <cerrno>
#include <string>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

#include "adapters/sql/migrations.h"

namespace lockstep {
namespace {

constexpr ::mode_t kOwnerOnly = 0600;

std::unexpected<Error> failed(const char* doing, const std::filesystem::path& path, int code) {
  const Errc errc = code == EEXIST                                     ? Errc::conflict
                    : code == ENOENT || code == ENOTDIR                ? Errc::not_found
                    : code == EACCES || code == EPERM || code == EROFS ? Errc::not_allowed
                                                                       : Errc::unavailable;
  return fail(errc, std::string("cannot ") + doing + " " + path.string() + ": " +
                        std::generic_category().message(code));
}

Result<std::unique_ptr<SqliteConnection>> open(const std::string& file, int flags) {
  sqlite3* raw = nullptr;
  const int result = sqlite3_open_v2(file.c_str(), &raw, flags | SQLITE_OPEN_NOMUTEX, nullptr);
  SqliteConnection::Database database(raw);
  if (raw == nullptr) return fail(Errc::unavailable, "SQLite has no memory for a connection");
  if (result != SQLITE_OK || sqlite3_extended_result_codes(raw, 1) != SQLITE_OK) {
    return fail(Errc::unavailable, "cannot open " + file + ": SQLite says: " + sqlite3_errmsg(raw));
  }
  return std::make_unique<SqliteConnection>(std::move(database), nullptr, FailedCommit::is_error);
}

Result<std::int64_t> application_id(Connection& database) {
  LOCKSTEP_TRY(const auto rows, database.query("PRAGMA application_id", {}));
  LOCKSTEP_TRY(const bool found, rows->next());
  if (!found) return 0;
  LOCKSTEP_TRY(const auto id, rows->integer(0));
  return id.value_or(0);
}

Result<ColumnType> column_type(const std::string& declared) {
  if (declared == "BIGINT") return ColumnType::integer;
  if (declared == "TEXT") return ColumnType::text;
  if (declared == "BYTEA") return ColumnType::bytes;
  return fail(Errc::invalid_input, "a column has the type " + declared + ", which not all have");
}

/// How many columns a table has at most; beyond it the schema is not ours.
constexpr std::size_t kColumnsMax = 64;

Result<TableShape> shape_of(Connection& database, const std::string& name) {
  TableShape table{.name = name, .columns = {}, .key = {}};
  std::vector<std::size_t> key(kColumnsMax, kColumnsMax);
  LOCKSTEP_TRY(
      const auto rows,
      database.query("SELECT name, type, pk FROM pragma_table_info($1) ORDER BY cid", {name}));
  while (true) {
    LOCKSTEP_TRY(const bool more, rows->next());
    if (!more) break;
    LOCKSTEP_TRY(const auto column, rows->text(0));
    LOCKSTEP_TRY(const auto declared, rows->text(1));
    LOCKSTEP_TRY(const auto place, rows->integer(2));
    LOCKSTEP_TRY(const ColumnType type, column_type(declared.value_or("")));
    if (place.value_or(0) > 0) {
      key.at(static_cast<std::size_t>(*place - 1)) = table.columns.size();
    }
    table.columns.push_back({column.value_or(""), type});
  }
  for (const std::size_t column : key) {
    if (column != kColumnsMax) table.key.push_back(column);
  }
  return table;
}

}  // namespace

Result<std::unique_ptr<SqliteConnection>> open_in_memory() {
  return open(":memory:", SQLITE_OPEN_READWRITE | SQLITE_OPEN_MEMORY);
}

Result<std::unique_ptr<SqliteConnection>> make_scratch(const std::filesystem::path& path,
                                                       FileKind kind) {
  const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, kOwnerOnly);
  if (file < 0) return failed("make", path, errno);
  static_cast<void>(::close(file));
  LOCKSTEP_TRY(auto connection, open(path.string(), SQLITE_OPEN_READWRITE));
  // What is interrupted is thrown away, so it needs no journal.
  LOCKSTEP_CHECK(connection->script("PRAGMA journal_mode = OFF"));
  LOCKSTEP_CHECK(connection->script("PRAGMA synchronous = OFF"));
  LOCKSTEP_CHECK(connection->script("PRAGMA foreign_keys = ON"));
  const std::string id = std::to_string(static_cast<std::int64_t>(kind));
  LOCKSTEP_CHECK(connection->script(("PRAGMA application_id = " + id).c_str()));
  return connection;
}

Result<void> finish_scratch(std::unique_ptr<SqliteConnection> connection,
                            const std::filesystem::path& path) {
  connection.reset();
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return failed("open", path, errno);
  const int result = ::fsync(file);
  const int error = errno;
  static_cast<void>(::close(file));
  if (result != 0) return failed("sync", path, error);
  return {};
}

Result<std::unique_ptr<SqliteConnection>> open_finished(const std::filesystem::path& path,
                                                        FileKind kind) {
  if (::access(path.c_str(), R_OK) != 0) return failed("read", path, errno);
  LOCKSTEP_TRY(auto connection, open(path.string(), SQLITE_OPEN_READONLY));
  const Result<std::int64_t> id = application_id(*connection);
  if (id && *id == static_cast<std::int64_t>(kind)) return connection;
  return fail(Errc::corrupt,
              path.string() + (kind == FileKind::backup ? " is no backup of Lockstep, or its first "
                                                          "page is damaged"
                                                        : " is no database of Lockstep"));
}

Result<std::vector<TableShape>> tables_of_schema(std::uint32_t schema) {
  LOCKSTEP_TRY(const auto database, open_in_memory());
  LOCKSTEP_CHECK(migrate_to(*database, schema));
  LOCKSTEP_TRY(
      const auto rows,
      database->query("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY rowid", {}));
  std::vector<TableShape> tables;
  while (true) {
    LOCKSTEP_TRY(const bool more, rows->next());
    if (!more) return tables;
    LOCKSTEP_TRY(const auto name, rows->text(0));
    LOCKSTEP_TRY(TableShape table, shape_of(*database, name.value_or("")));
    tables.push_back(std::move(table));
  }
}

}  // namespace lockstep
