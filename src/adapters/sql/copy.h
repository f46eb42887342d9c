// SPDX-License-Identifier: Apache-2.0
// Every row of one database into another, and the proof that they arrived. One way for three uses:
// a backup (into a file), a restore (out of it), and the move to another engine.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "adapters/sql/connection.h"
#include "base/result.h"
#include "crypto/digest.h"

namespace lockstep {

enum class ColumnType { integer, text, bytes };

struct TableColumn {
  std::string name;
  ColumnType type;
};

/// A table as the migrations make it.
struct TableShape {
  std::string name;
  std::vector<TableColumn> columns;
  std::vector<std::size_t> key;  ///< which columns are the primary key, in its order
};

/// What a table holds: two tables with equal digests hold the same rows, whatever the engine.
struct TableDigest {
  std::string table;
  std::uint64_t rows = 0;
  Sha256Digest digest{};

  friend bool operator==(const TableDigest&, const TableDigest&) = default;
};

/// How far a copy is. It counts every row twice: when it is copied and when it is looked at again.
struct CopyProgress {
  std::uint64_t done = 0;
  std::uint64_t total = 0;
};

/// Told now and then; an error ends the copy with that error.
using OnCopyProgress = std::function<Result<void>(const CopyProgress&)>;

/// The same number of rows is read at once, inserted in one transaction and reported.
inline constexpr std::int64_t kRowsAtOnce = 256;

/// Copies all rows of `tables`, in this order, in pieces of kRowsAtOnce, and reads them back.
/// `from` is inside `begin_read`; `to` has the same schema and no rows, but for what `migrate` put
/// into `meta`, which is replaced. Returns what was read from `from`, table by table.
/// Errors: conflict, when `to` is not empty; corrupt, when what was read back is something else;
/// those of the connections and of `on_progress`. After an error `to` holds a part.
[[nodiscard]] Result<std::vector<TableDigest>> copy_tables(Connection& from, Connection& to,
                                                           std::span<const TableShape> tables,
                                                           const OnCopyProgress& on_progress);

/// The digests of what is there. Errors: those of the connection.
[[nodiscard]] Result<std::vector<TableDigest>> digest_tables(Connection& database,
                                                             std::span<const TableShape> tables);

}  // namespace lockstep
