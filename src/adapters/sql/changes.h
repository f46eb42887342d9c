// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "adapters/sql/connection.h"
#include "ports/store.h"

namespace lockstep {

/// Carries out one change inside the caller's transaction. After an error some of it may be done,
/// and the caller takes it back. Errors: conflict, as ports/store.h names it at the change;
/// invalid_input, for a text to be found by that is not UTF-8; those of the connection.
[[nodiscard]] Result<void> apply(Connection& database, const Change& change);

/// The rows that the changes are about, as numbers: two sets without a common one do not get in
/// each other's way, or only by names that they insert. In order, perhaps with repetitions.
[[nodiscard]] std::vector<std::uint64_t> keys_of(std::span<const Change> changes);

/// Refuses what is sealed under a key that is retired (ports/store.h, RetireKey), inside the
/// caller's transaction. Errors: unavailable; those of the connection.
[[nodiscard]] Result<void> check_keys(Connection& database, const ChangeSet& set);

/// Deletes tickets, sessions and approvals that are past their time at `now`, and old mails.
/// Returns how many.
[[nodiscard]] Result<std::uint64_t> delete_expired(Connection& database, WallTime now);

}  // namespace lockstep
