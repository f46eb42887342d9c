// SPDX-License-Identifier: Apache-2.0
// What every question to the database is made of.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "adapters/sql/connection.h"
#include "adapters/sql/row_codec.h"

namespace lockstep {

inline std::string select(std::string_view columns, std::string_view rest) {
  return "SELECT " + std::string(columns) + " " + std::string(rest);
}

/// All rows of a query, each read by `take`, which is given its Columns.
template <class Row, class Take>
Result<std::vector<Row>> take_all(Connection& database, std::string_view sql, Parameters parameters,
                                  const Take& take) {
  LOCKSTEP_TRY(const auto rows, database.query(sql, parameters));
  std::vector<Row> result;
  while (true) {
    LOCKSTEP_TRY(const bool more, rows->next());
    if (!more) return result;
    Columns columns(*rows);  // NOLINT(misc-const-correctness): `take` is not looked into
    LOCKSTEP_TRY(Row row, take(columns));
    if (!columns.sound()) return fail(Errc::corrupt, "a row is not what was written");
    result.push_back(std::move(row));
  }
}

/// The only row of a query, if there is one.
template <class Row, class Take>
Result<std::optional<Row>> take_one(Connection& database, std::string_view sql,
                                    Parameters parameters, const Take& take) {
  LOCKSTEP_TRY(auto rows, take_all<Row>(database, sql, parameters, take));
  if (rows.empty()) return std::optional<Row>();
  return std::optional<Row>(std::move(rows.front()));
}

}  // namespace lockstep
