// SPDX-License-Identifier: Apache-2.0
#include "adapters/sql/connection.h"

#include <utility>

namespace lockstep {

Result<void> Connection::queue(std::string_view sql, Parameters parameters) {
  LOCKSTEP_CHECK(execute(sql, parameters));
  return {};
}

Result<void> Connection::queue_one(std::string_view sql, Parameters parameters, Error otherwise) {
  const Result<std::uint64_t> rows = execute(sql, parameters);
  if (!rows && rows.error().code != Errc::conflict) return std::unexpected(rows.error());
  if (!rows) return fail(Errc::conflict, std::move(otherwise.context));
  if (*rows != 1) return std::unexpected(std::move(otherwise));
  return {};
}

Result<void> execute_one(Connection& database, std::string_view sql, Parameters parameters,
                         std::string_view otherwise) {
  return database.queue_one(sql, parameters, Error{Errc::conflict, std::string(otherwise)});
}

}  // namespace lockstep
