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

/// Makes the tables of `schema` in an empty database: what was written with it can be copied there.
/// Errors: invalid_input, when there is no such schema or this program does not know it; those of
/// the connection.
[[nodiscard]] Result<void> migrate_to(Connection& database, std::uint32_t schema);

/// The schema of the database; 0 where there is none. Errors: those of the connection.
[[nodiscard]] Result<std::uint32_t> schema_of(Connection& database);

/// Takes the name of the writer away, so that `migrate` gives it a new one and with it a new audit
/// chain: for a copy, since the chain of the original may have grown. Call inside a transaction.
[[nodiscard]] Result<void> forget_node(Connection& database);

}  // namespace lockstep
