// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "adapters/sql/connection.h"
#include "ports/store.h"

namespace lockstep {

// Everything that is sealed, wherever it stands: what a new key has to wrap anew. Errors and thread
// rule as in reads.h.

/// At most `limit` rows of one table behind `after`; none: there are no more.
[[nodiscard]] Result<std::vector<SealedRow>> read_sealed(Connection& database,
                                                         const std::optional<SealedPlace>& after,
                                                         std::uint32_t limit);
/// How many rows are sealed under each key.
[[nodiscard]] Result<std::map<KeyId, std::uint64_t>> read_sealed_by_key(Connection& database);

}  // namespace lockstep
