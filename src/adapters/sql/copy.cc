// SPDX-License-Identifier: Apache-2.0
#include "adapters/sql/copy.h"

#include <optional>
#include <utility>
#include <variant>

#include <fmt/format.h>

namespace lockstep {
namespace {

using Value = std::variant<std::monostate, std::int64_t, std::string, Bytes>;
using Row = std::vector<Value>;
using Visit = std::function<Result<void>(const Row&)>;

/// "a, b", or with `before` set to "$": "$1, $2".
std::string listed(std::size_t count, const std::function<std::string(std::size_t)>& item) {
  std::string result;
  for (std::size_t i = 0; i < count; ++i) result += (i == 0 ? "" : ", ") + item(i);
  return result;
}

std::string numbered(std::size_t count) {
  return listed(count, [](std::size_t i) { return fmt::format("${}", i + 1); });
}

std::string key_columns(const TableShape& table) {
  return listed(table.key.size(), [&](std::size_t i) { return table.columns[table.key[i]].name; });
}

std::string all_columns(const TableShape& table) {
  return listed(table.columns.size(), [&](std::size_t i) { return table.columns[i].name; });
}

Parameter parameter_of(const Value& value) {
  if (const auto* number = std::get_if<std::int64_t>(&value)) return *number;
  if (const auto* text = std::get_if<std::string>(&value)) return *text;
  if (const auto* bytes = std::get_if<Bytes>(&value)) return *bytes;
  return std::nullopt;
}

template <class T>
Result<Value> value_of(Result<std::optional<T>> read) {
  if (!read) return std::unexpected(std::move(read).error());
  Value value;
  if (*read) value.emplace<T>(**std::move(read));
  return value;
}

Result<Value> take(const Rows& rows, int column, ColumnType type) {
  switch (type) {
    case ColumnType::integer:
      return value_of(rows.integer(column));
    case ColumnType::text:
      return value_of(rows.text(column));
    case ColumnType::bytes:
      return value_of(rows.bytes(column));
  }
  LOCKSTEP_ASSERT(false);
}

Result<Row> take_row(const Rows& rows, const TableShape& table) {
  Row row;
  row.reserve(table.columns.size());
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    LOCKSTEP_TRY(Value value, take(rows, static_cast<int>(i), table.columns[i].type));
    row.push_back(std::move(value));
  }
  return row;
}

/// One piece of a table, in order of its key. Piece by piece, so that a driver that reads an answer
/// whole keeps a piece in memory and not a table.
class Pieces {
 public:
  Pieces(Connection& database, const TableShape& table)
      : database_(database),
        table_(table),
        first_(fmt::format("SELECT {} FROM {} ORDER BY {} LIMIT $1", all_columns(table), table.name,
                           key_columns(table))),
        next_(fmt::format("SELECT {} FROM {} WHERE ({}) > ({}) ORDER BY {} LIMIT ${}",
                          all_columns(table), table.name, key_columns(table),
                          numbered(table.key.size()), key_columns(table), table.key.size() + 1)) {}

  /// Visits the next rows, at most kRowsAtOnce. False when there were none.
  Result<bool> visit_next(const Visit& visit) {
    std::vector<Parameter> parameters;
    if (last_) {
      for (const std::size_t column : table_.key) {
        parameters.push_back(parameter_of((*last_)[column]));
      }
    }
    parameters.emplace_back(kRowsAtOnce);
    LOCKSTEP_TRY(const auto rows,
                 database_.query(last_ ? next_ : first_, std::span<const Parameter>(parameters)));
    Row row;
    bool any = false;
    while (true) {
      LOCKSTEP_TRY(const bool more, rows->next());
      if (!more) break;
      LOCKSTEP_TRY(row, take_row(*rows, table_));
      LOCKSTEP_CHECK(visit(row));
      any = true;
    }
    if (any) last_ = std::move(row);
    return any;
  }

 private:
  Connection& database_;
  const TableShape& table_;
  const std::string first_;
  const std::string next_;
  std::optional<Row> last_;
};

void append(Bytes& out, std::uint64_t number) {
  for (int shift = 56; shift >= 0; shift -= 8) {
    out.push_back(static_cast<std::uint8_t>(number >> static_cast<unsigned>(shift)));
  }
}

/// Each row's hash covers the one before it. Type and length stand before each value, so that no
/// two different rows give the same bytes.
class Digest {
 public:
  explicit Digest(std::string table) : so_far_{.table = std::move(table)} {}

  void add(const Row& row) {
    Bytes input(so_far_.digest.begin(), so_far_.digest.end());
    for (const Value& value : row) {
      input.push_back(static_cast<std::uint8_t>(value.index()));
      if (const auto* number = std::get_if<std::int64_t>(&value)) {
        append(input, static_cast<std::uint64_t>(*number));
      } else if (const auto* text = std::get_if<std::string>(&value)) {
        add(input, bytes_of(*text));
      } else if (const auto* bytes = std::get_if<Bytes>(&value)) {
        add(input, *bytes);
      }
    }
    so_far_.digest = sha256(input);
    ++so_far_.rows;
  }

  [[nodiscard]] const TableDigest& result() const { return so_far_; }

 private:
  static void add(Bytes& out, ByteView bytes) {
    append(out, std::uint64_t{bytes.size()});
    out.insert(out.end(), bytes.begin(), bytes.end());
  }

  TableDigest so_far_;
};

Result<std::uint64_t> count_rows(Connection& database, const TableShape& table) {
  LOCKSTEP_TRY(const auto rows, database.query("SELECT COUNT(*) FROM " + table.name, {}));
  LOCKSTEP_TRY(const bool found, rows->next());
  if (!found) return 0;
  LOCKSTEP_TRY(const auto count, rows->integer(0));
  return static_cast<std::uint64_t>(count.value_or(0));
}

bool is_meta(const TableShape& table) { return table.name == "meta"; }

Result<void> check_empty(Connection& to, std::span<const TableShape> tables) {
  for (const TableShape& table : tables) {
    LOCKSTEP_TRY(const std::uint64_t rows, count_rows(to, table));
    if (rows > 0 && !is_meta(table)) {
      return fail(Errc::conflict, fmt::format("the database to copy into is not empty: it has {} "
                                              "rows in {}",
                                              rows, table.name));
    }
  }
  return {};
}

/// Carries out `work` in a transaction of its own.
template <class Work>
Result<bool> written(Connection& to, const Work& work) {
  LOCKSTEP_CHECK(to.begin_write());
  Result<bool> done = work();
  if (!done) {
    // What is wrong was said; taking it back adds nothing to that.
    static_cast<void>(to.rollback());
    return done;
  }
  LOCKSTEP_CHECK(to.commit());
  return done;
}

/// Rows copied and looked at, of all tables.
class Count {
 public:
  Count(std::uint64_t total, const OnCopyProgress& on_progress)
      : progress_{.total = total}, on_progress_(on_progress) {}

  void add() { ++progress_.done; }
  Result<void> report() const { return on_progress_(progress_); }

 private:
  CopyProgress progress_;
  const OnCopyProgress& on_progress_;
};

Result<TableDigest> copy_table(Connection& from, Connection& to, const TableShape& table,
                               Count& count) {
  const std::string insert = fmt::format("INSERT INTO {} ({}) VALUES ({})", table.name,
                                         all_columns(table), numbered(table.columns.size()));
  Pieces pieces(from, table);
  Digest digest(table.name);
  const Visit visit = [&](const Row& row) -> Result<void> {
    digest.add(row);
    std::vector<Parameter> parameters;
    for (const Value& value : row) parameters.push_back(parameter_of(value));
    count.add();
    return execute_one(to, insert, std::span<const Parameter>(parameters),
                       "a row could not be written");
  };
  while (true) {
    LOCKSTEP_TRY(const bool more, written(to, [&] { return pieces.visit_next(visit); }));
    LOCKSTEP_CHECK(count.report());
    if (!more) return digest.result();
  }
}

Result<TableDigest> digest_table(Connection& database, const TableShape& table, Count& count) {
  Pieces pieces(database, table);
  Digest digest(table.name);
  const Visit visit = [&](const Row& row) -> Result<void> {
    digest.add(row);
    count.add();
    return {};
  };
  while (true) {
    LOCKSTEP_TRY(const bool more, pieces.visit_next(visit));
    LOCKSTEP_CHECK(count.report());
    if (!more) return digest.result();
  }
}

}  // namespace

Result<std::vector<TableDigest>> copy_tables(Connection& from, Connection& to,
                                             std::span<const TableShape> tables,
                                             const OnCopyProgress& on_progress) {
  LOCKSTEP_CHECK(check_empty(to, tables));
  std::uint64_t total = 0;
  for (const TableShape& table : tables) {
    LOCKSTEP_TRY(const std::uint64_t rows, count_rows(from, table));
    total += 2 * rows;
  }
  Count count(total, on_progress);
  LOCKSTEP_TRY(const bool emptied, written(to, [&]() -> Result<bool> {
                 LOCKSTEP_CHECK(to.execute("DELETE FROM meta", {}));
                 return true;
               }));
  static_cast<void>(emptied);
  std::vector<TableDigest> copied;
  for (const TableShape& table : tables) {
    LOCKSTEP_TRY(TableDigest digest, copy_table(from, to, table, count));
    copied.push_back(std::move(digest));
  }
  for (std::size_t i = 0; i < tables.size(); ++i) {
    LOCKSTEP_TRY(const TableDigest arrived, digest_table(to, tables[i], count));
    if (arrived != copied[i]) {
      return fail(Errc::corrupt, fmt::format("of the table {}, {} rows were read and {} others are "
                                             "there now",
                                             tables[i].name, copied[i].rows, arrived.rows));
    }
  }
  return copied;
}

Result<std::vector<TableDigest>> digest_tables(Connection& database,
                                               std::span<const TableShape> tables) {
  const OnCopyProgress nobody = [](const CopyProgress&) -> Result<void> { return {}; };
  Count count(0, nobody);
  std::vector<TableDigest> digests;
  for (const TableShape& table : tables) {
    LOCKSTEP_TRY(TableDigest digest, digest_table(database, table, count));
    digests.push_back(std::move(digest));
  }
  return digests;
}

}  // namespace lockstep
