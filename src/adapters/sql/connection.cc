// SPDX-License-Identifier: Apache-2.0
#include "adapters/sql/connection.h"

namespace lockstep {

Result<void> execute_one(Connection& database, std::string_view sql, Parameters parameters,
                         std::string_view otherwise) {
  LOCKSTEP_TRY(const std::uint64_t rows, database.execute(sql, parameters));
  if (rows != 1) return fail(Errc::conflict, std::string(otherwise));
  return {};
}

}  // namespace lockstep
