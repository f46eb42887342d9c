// SPDX-License-Identifier: Apache-2.0
#include "adapters/sql/sqlite/sqlite_connection.h"

#include <cstdio>
#include <exception>
#include <utility>

namespace lockstep {
namespace {

/// Says in the file's header whose database it is: "Lstp".
constexpr std::int64_t kApplicationId = 0x4c737470;

/// `$1` as `?1`: SQLite takes `$1` for a name and numbers names by their first appearance.
std::string with_question_marks(std::string_view sql) {
  std::string result(sql);
  for (std::size_t i = 0; i + 1 < result.size(); ++i) {
    if (result[i] == '$' && result[i + 1] >= '0' && result[i + 1] <= '9') result[i] = '?';
  }
  return result;
}

int bind(sqlite3_stmt* statement, int index, const Parameter::Value& value) {
  // SQLite takes a null pointer for NULL, also where the length is 0.
  static constexpr char kEmpty[] = "";
  if (const auto* number = std::get_if<std::int64_t>(&value)) {
    return sqlite3_bind_int64(statement, index, *number);
  }
  if (const auto* text = std::get_if<std::string_view>(&value)) {
    return sqlite3_bind_text64(statement, index, text->empty() ? kEmpty : text->data(),
                               text->size(), SQLITE_TRANSIENT, SQLITE_UTF8);
  }
  if (const auto* bytes = std::get_if<ByteView>(&value)) {
    const void* data = bytes->empty() ? static_cast<const void*>(kEmpty) : bytes->data();
    return sqlite3_bind_blob64(statement, index, data, bytes->size(), SQLITE_TRANSIENT);
  }
  return sqlite3_bind_null(statement, index);
}

Errc code_of(int result) {
  switch (result & 0xff) {
    case SQLITE_CONSTRAINT:
      return Errc::conflict;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_FORMAT:
      return Errc::corrupt;
    default:
      return Errc::unavailable;
  }
}

std::unexpected<Error> error_of(sqlite3* database, std::string_view doing) {
  return fail(code_of(sqlite3_extended_errcode(database)),
              std::string(doing) + ": SQLite says: " + sqlite3_errmsg(database));
}

/// The same error with what the person at the console needs to know.
std::unexpected<Error> about(const std::filesystem::path& file, const Error& error) {
  const char* advice = error.code == Errc::corrupt
                           ? "; it is damaged or not a database of Lockstep: restore a backup"
                           : "; check that the disk is well and has room, and the file's rights";
  return fail(error.code,
              "cannot use the database " + file.string() + ": " + error.context + advice);
}

/// Gives a prepared statement back to its cache, whatever way its user left.
struct Reset {
  void operator()(sqlite3_stmt* statement) const {
    // sqlite3_reset repeats the error of the step before, which was reported already.
    static_cast<void>(sqlite3_reset(statement));
    static_cast<void>(sqlite3_clear_bindings(statement));
  }
};
using InUse = std::unique_ptr<sqlite3_stmt, Reset>;

class SqliteRows final : public Rows {
 public:
  explicit SqliteRows(InUse statement) : statement_(std::move(statement)) {}

  Result<bool> next() override {
    switch (sqlite3_step(statement_.get())) {
      case SQLITE_ROW:
        return true;
      case SQLITE_DONE:
        return false;
      default:
        return error_of(sqlite3_db_handle(statement_.get()), "reading");
    }
  }

  Result<std::optional<std::int64_t>> integer(int column) const override {
    LOCKSTEP_TRY(const bool there, has(column, SQLITE_INTEGER));
    if (!there) return std::optional<std::int64_t>();
    return std::optional<std::int64_t>(sqlite3_column_int64(statement_.get(), column));
  }

  Result<std::optional<std::string>> text(int column) const override {
    LOCKSTEP_TRY(const bool there, has(column, SQLITE_TEXT));
    if (!there) return std::optional<std::string>();
    // As a blob it is the same bytes and no question of characters.
    const auto* data = static_cast<const char*>(sqlite3_column_blob(statement_.get(), column));
    return std::optional<std::string>(std::in_place, data, size_of(column));
  }

  Result<std::optional<Bytes>> bytes(int column) const override {
    LOCKSTEP_TRY(const bool there, has(column, SQLITE_BLOB));
    if (!there) return std::optional<Bytes>();
    const auto* data =
        static_cast<const std::uint8_t*>(sqlite3_column_blob(statement_.get(), column));
    return std::optional<Bytes>(std::in_place, data, data + size_of(column));
  }

 private:
  /// False for null. Errors: corrupt, when the column holds neither null nor `type`.
  Result<bool> has(int column, int type) const {
    const int found = sqlite3_column_type(statement_.get(), column);
    if (found == SQLITE_NULL) return false;
    if (found != type) return fail(Errc::corrupt, "a column is of another type than was written");
    return true;
  }

  [[nodiscard]] std::size_t size_of(int column) const {
    return static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column));
  }

  InUse statement_;
};

/// SQLite calls this after each commit with the length of the log.
int note_log_pages(void* pages, sqlite3* /*database*/, const char* /*name*/, int count) {
  *static_cast<int*>(pages) = count;
  return SQLITE_OK;
}

}  // namespace

Result<SqliteConnection::Database> SqliteConnection::open(const SqliteFile& file, int flags) {
  // SQLite's count of its own memory, which nobody asks for, is one lock around every allocation of
  // every connection. Before its first use only; later it stays as it is, which does no harm.
  [[maybe_unused]] static const int uncounted = sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
  sqlite3* raw = nullptr;
  const char* const vfs = file.vfs ? file.vfs->c_str() : nullptr;
  const int result = sqlite3_open_v2(file.path.c_str(), &raw, flags | SQLITE_OPEN_NOMUTEX, vfs);
  Database database(raw);
  if (raw == nullptr) return fail(Errc::unavailable, "SQLite has no memory for a connection");
  if (result != SQLITE_OK) return about(file.path, error_of(raw, "opening").error());
  if (sqlite3_extended_result_codes(raw, 1) != SQLITE_OK ||
      sqlite3_busy_timeout(raw, kBusyMillisecondsMax) != SQLITE_OK) {
    return about(file.path, error_of(raw, "opening").error());
  }
  return database;
}

Result<std::unique_ptr<SqliteConnection>> SqliteConnection::open_writer(
    const SqliteFile& file, std::unique_ptr<DataDirectory> directory) {
  LOCKSTEP_TRY(Database database, open(file, SQLITE_OPEN_READWRITE));
  auto connection = std::make_unique<SqliteConnection>(std::move(database), std::move(directory));
  if (const Result<void> claimed = connection->claim(); !claimed) {
    return about(file.path, claimed.error());
  }
  sqlite3_wal_hook(connection->database_.get(), note_log_pages, &connection->log_pages_);
  return connection;
}

Result<std::unique_ptr<SqliteConnection>> SqliteConnection::open_reader(const SqliteFile& file) {
  LOCKSTEP_TRY(Database database, open(file, SQLITE_OPEN_READONLY));
  return std::make_unique<SqliteConnection>(std::move(database), nullptr);
}

Result<void> SqliteConnection::claim() {
  LOCKSTEP_TRY(const std::int64_t owner, number("PRAGMA application_id"));
  LOCKSTEP_TRY(const std::int64_t tables, number("SELECT COUNT(*) FROM sqlite_schema"));
  if (owner != kApplicationId && (owner != 0 || tables != 0)) {
    return fail(Errc::corrupt, "it belongs to another program");
  }
  LOCKSTEP_CHECK(script("PRAGMA journal_mode = WAL"));
  LOCKSTEP_CHECK(script("PRAGMA synchronous = FULL"));
  LOCKSTEP_CHECK(script("PRAGMA foreign_keys = ON"));
  // `tidy_up` does it, and looks at the result, which SQLite's own way ignores.
  LOCKSTEP_CHECK(script("PRAGMA wal_autocheckpoint = 0"));
  if (owner == 0) {
    LOCKSTEP_CHECK(script(("PRAGMA application_id = " + std::to_string(kApplicationId)).c_str()));
  }
  LOCKSTEP_TRY(const auto mode, query("PRAGMA journal_mode", {}));
  LOCKSTEP_TRY(const bool answered, mode->next());
  LOCKSTEP_TRY(const auto journal, mode->text(0));
  LOCKSTEP_TRY(const std::int64_t synchronous, number("PRAGMA synchronous"));
  LOCKSTEP_TRY(const std::int64_t foreign_keys, number("PRAGMA foreign_keys"));
  // A pragma that was not understood is no error for SQLite, and would be one for us.
  if (!answered || journal != "wal" || synchronous != 2 || foreign_keys != 1) {
    return fail(Errc::unavailable, "SQLite cannot keep a write-ahead log there");
  }
  return {};
}

Result<sqlite3_stmt*> SqliteConnection::prepared(std::string_view sql) {
  if (const auto found = statements_.find(sql); found != statements_.end()) {
    LOCKSTEP_ASSERT(sqlite3_stmt_busy(found->second.get()) == 0);
    return found->second.get();
  }
  LOCKSTEP_ASSERT(statements_.size() < kStatementsMax);
  const std::string text = with_question_marks(sql);
  sqlite3_stmt* raw = nullptr;
  const int result = sqlite3_prepare_v3(database_.get(), text.c_str(), -1,
                                        SQLITE_PREPARE_PERSISTENT, &raw, nullptr);
  Statement statement(raw);
  if (result != SQLITE_OK) return failure("preparing a statement");
  statements_.emplace(std::string(sql), std::move(statement));
  return raw;
}

Result<sqlite3_stmt*> SqliteConnection::bound(std::string_view sql, Parameters parameters) {
  LOCKSTEP_TRY(sqlite3_stmt* const statement, prepared(sql));
  LOCKSTEP_ASSERT(sqlite3_bind_parameter_count(statement) == std::ssize(parameters));
  int index = 0;
  for (const Parameter& parameter : parameters) {
    if (bind(statement, ++index, parameter.value()) != SQLITE_OK) {
      return failure("binding a value");
    }
  }
  return statement;
}

Result<std::unique_ptr<Rows>> SqliteConnection::query(std::string_view sql, Parameters parameters) {
  LOCKSTEP_TRY(sqlite3_stmt* const statement, bound(sql, parameters));
  return std::make_unique<SqliteRows>(InUse(statement));
}

Result<std::uint64_t> SqliteConnection::execute(std::string_view sql, Parameters parameters) {
  LOCKSTEP_TRY(sqlite3_stmt* const statement, bound(sql, parameters));
  const InUse in_use(statement);
  if (sqlite3_step(statement) != SQLITE_DONE) return failure("writing");
  return static_cast<std::uint64_t>(sqlite3_changes64(database_.get()));
}

Result<void> SqliteConnection::script(const char* sql) {
  if (sqlite3_exec(database_.get(), sql, nullptr, nullptr, nullptr) != SQLITE_OK) {
    return failure("setting up");
  }
  return {};
}

Result<std::int64_t> SqliteConnection::number(const char* sql) {
  LOCKSTEP_TRY(const auto rows, query(sql, {}));
  LOCKSTEP_TRY(const bool found, rows->next());
  if (!found) return fail(Errc::unavailable, "SQLite does not answer");
  LOCKSTEP_TRY(const auto value, rows->integer(0));
  return value.value_or(0);
}

Result<void> SqliteConnection::begin_read() {
  LOCKSTEP_CHECK(execute("BEGIN", {}));
  return {};
}

Result<void> SqliteConnection::end_read() {
  LOCKSTEP_CHECK(execute("ROLLBACK", {}));
  return {};
}

Result<void> SqliteConnection::begin_write() {
  LOCKSTEP_CHECK(execute("BEGIN IMMEDIATE", {}));
  return {};
}

Result<void> SqliteConnection::commit() {
  const Result<std::uint64_t> done = execute("COMMIT", {});
  if (done) return {};
  if (failed_commit_ == FailedCommit::is_error) return std::unexpected(done.error());
  end_process("committing");
}

Result<void> SqliteConnection::rollback() {
  LOCKSTEP_CHECK(execute("ROLLBACK", {}));
  return {};
}

Result<void> SqliteConnection::begin_part() {
  LOCKSTEP_CHECK(execute("SAVEPOINT part", {}));
  return {};
}

Result<void> SqliteConnection::keep_part() {
  LOCKSTEP_CHECK(execute("RELEASE part", {}));
  return {};
}

Result<void> SqliteConnection::drop_part() {
  LOCKSTEP_CHECK(execute("ROLLBACK TO part", {}));
  return keep_part();
}

void SqliteConnection::tidy_up() {
  if (log_pages_ < kLogPages) return;
  const int mode =
      log_pages_ < kLogPagesMax ? SQLITE_CHECKPOINT_PASSIVE : SQLITE_CHECKPOINT_RESTART;
  const int result = sqlite3_wal_checkpoint_v2(database_.get(), nullptr, mode, nullptr, nullptr);
  // Busy: somebody still reads what is in the log. The next commit tries again.
  if (result != SQLITE_OK && result != SQLITE_BUSY) end_process("moving the log into the database");
}

std::unexpected<Error> SqliteConnection::failure(std::string_view doing) const {
  return error_of(database_.get(), doing);
}

void SqliteConnection::end_process(std::string_view doing) const {
  const Error error = failure(doing).error();
  (void)std::fprintf(
      stderr,
      "lockstep: %s: %s. What was acknowledged is on disk. Check the disk, then start "
      "again.\n",
      sqlite3_db_filename(database_.get(), "main"), error.context.c_str());
  std::terminate();
}

}  // namespace lockstep
