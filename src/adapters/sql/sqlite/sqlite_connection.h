// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include <sqlite3.h>

#include "adapters/sql/connection.h"
#include "adapters/sql/sqlite/data_directory.h"
#include "base/handle.h"

namespace lockstep {

/// Where a database is: a file, and SQLite's name of what stands between the file and SQLite. None
/// names the operating system; tests/disk puts a disk there that it can cut the power of.
struct SqliteFile {
  std::filesystem::path path;
  std::optional<std::string> vfs{};
};

/// What becomes of a commit that fails. In the store nobody can say what is on disk then; a file
/// that is only being made (scratch.h) is thrown away.
enum class FailedCommit { ends_process, is_error };

/// The driver for SQLite. One connection writes and checkpoints, the others are opened read-only:
/// SQLite 3.40 can lose data when two connections checkpoint at once.
class SqliteConnection final : public Connection {
 public:
  using Database = Handle<sqlite3, sqlite3_close_v2>;

  /// Around an open handle, as the two functions below make it.
  SqliteConnection(Database database, std::unique_ptr<DataDirectory> directory,
                   FailedCommit failed_commit = FailedCommit::ends_process)
      : directory_(std::move(directory)),
        database_(std::move(database)),
        failed_commit_(failed_commit) {}

  /// The connection that writes; holds on to `directory`, where there is one, until it is closed
  /// itself. Makes sure that the file, which exists, is a database of ours, or empty.
  /// Errors: unavailable; corrupt, naming the file and what to do.
  static Result<std::unique_ptr<SqliteConnection>> open_writer(
      const SqliteFile& file, std::unique_ptr<DataDirectory> directory);

  /// A connection that only reads. Errors: as above.
  static Result<std::unique_ptr<SqliteConnection>> open_reader(const SqliteFile& file);

  Result<std::unique_ptr<Rows>> query(std::string_view sql, Parameters parameters) override;
  Result<std::uint64_t> execute(std::string_view sql, Parameters parameters) override;
  Result<void> script(const char* sql) override;

  Result<void> begin_read() override;
  Result<void> end_read() override;
  Result<void> begin_write() override;
  /// Ends the process when the commit fails: the pages SQLite and the kernel hold may no longer be
  /// what is on the disk, and a second try would report success without writing them. Where
  /// `failed_commit` says so it is an error instead.
  Result<void> commit() override;
  Result<void> rollback() override;
  Result<void> begin_part() override;
  Result<void> keep_part() override;
  Result<void> drop_part() override;
  /// Moves the log into the database when it has grown. A failed fsync ends the process here too.
  void tidy_up() override;

  /// How many statements are kept prepared; all texts are our own and far fewer.
  static constexpr std::size_t kStatementsMax = 128;
  /// How long to wait for another process that holds the database, such as the sqlite3 shell.
  static constexpr int kBusyMillisecondsMax = 5'000;
  /// How long the log grows, in pages of 4 KiB, before it is moved into the database: 4 MB.
  static constexpr int kLogPages = 1'000;
  /// How long it may get while readers keep it from starting anew, before they are waited for.
  static constexpr int kLogPagesMax = 50'000;

 private:
  using Statement = Handle<sqlite3_stmt, sqlite3_finalize>;
  struct TextHash : std::hash<std::string_view> {
    using is_transparent = void;
  };

  static Result<Database> open(const SqliteFile& file, int flags);
  /// Makes the file ours and sets it up for writing.
  Result<void> claim();
  Result<sqlite3_stmt*> prepared(std::string_view sql);
  Result<sqlite3_stmt*> bound(std::string_view sql, Parameters parameters);
  /// The number that a statement without parameters answers.
  Result<std::int64_t> number(const char* sql);
  std::unexpected<Error> failure(std::string_view doing) const;
  [[noreturn]] void end_process(std::string_view doing) const;

  std::unique_ptr<DataDirectory> directory_;  // may be null; outlives the handle
  Database database_;
  FailedCommit failed_commit_;
  std::unordered_map<std::string, Statement, TextHash, std::equal_to<>> statements_;
  int log_pages_ = 0;
};

}  // namespace lockstep
