// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "adapters/sql/connection.h"
#include "base/result.h"
#include "ports/archive.h"
#include "ports/store.h"

namespace lockstep {

/// A store looked at without using it: a server may run meanwhile, and nothing is changed.
struct StoreExam {
  std::string engine;               ///< "SQLite 3.40.1"
  std::vector<std::string> damage;  ///< what the engine says of its own files; none: sound
  std::uint32_t schema = 0;
  std::uint32_t newest_schema = 0;  ///< that this program knows
  ChainHeads heads;
  std::optional<WallTime> last_record;  ///< time of the newest audit record
  std::vector<TokenRow> sample;         ///< a few tokens, to try a key on
  std::set<std::string> groups;         ///< names of all groups of users
};

/// Looks at the embedded store in `data_dir`. Errors: not_found; corrupt; unavailable.
[[nodiscard]] Result<StoreExam> examine_sqlite(const std::filesystem::path& data_dir);

/// Looks at a database through `database`. `engine` and `damage` stay empty. Errors: as above.
[[nodiscard]] Result<StoreExam> examine(Connection& database);

}  // namespace lockstep
