// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>

#include "adapters/sql/connection.h"
#include "core/audit/chain.h"
#include "ports/random.h"

namespace lockstep {

/// One step of the schema. Steps count from 1 without gaps, are carried out in order, each once,
/// and never change after they were released.
struct Migration {
  std::uint32_t number;
  const char* sql;
};

[[nodiscard]] std::span<const Migration> migrations();

/// Brings the database up to the newest schema in one transaction, and names its audit chain where
/// it has no name yet. Returns that name.
/// Errors: corrupt, when the schema is newer than this program; those of the connection.
[[nodiscard]] Result<NodeId> migrate(Connection& database, Random& random);

}  // namespace lockstep
