// SPDX-License-Identifier: Apache-2.0
// Putting a backup back, and trying whether it could be.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "app/key_source.h"
#include "base/result.h"
#include "ports/archive.h"
#include "ports/clock.h"
#include "ports/random.h"
#include "service/recovery.h"

namespace lockstep {

struct RestoreOptions {
  std::filesystem::path backup;
  std::filesystem::path data;
  KeyOptions keys;  ///< of the store that was backed up
  /// Mirrors of the audit, the oldest first; none: the fence is raised.
  std::vector<std::filesystem::path> mirrors;
  std::uint32_t codes_skipped = 0;  ///< of event tokens, behind the fence
  bool replace = false;             ///< there may be a store, which is kept beside the new one
};

/// What was done.
struct RestoreReport {
  BackupFacts facts;
  std::optional<ReplayReport> replay;  ///< none: the fence is raised
  std::uint64_t tokens_fenced = 0;
  std::uint64_t temporary_ended = 0;  ///< users whose temporary codes count no more
  std::uint64_t audit_records = 0;    ///< all were checked
  std::uint64_t seeds_opened = 0;
  std::optional<std::filesystem::path> kept;  ///< where the old store is
};

/// Told in words what is being done, and how much of it.
using OnStage =
    std::function<void(std::string_view stage, std::uint64_t done, std::uint64_t total)>;

/// Builds the store beside the old one, checks it, brings it forward or fences it off, and puts it
/// in place at the end, so that an error before that leaves everything as it was.
/// Errors: conflict (there is a store, and not `replace`); unavailable (a server is running there);
/// not_found (no backup, no data directory, no key in it); corrupt (a damaged backup or mirror, a
/// key of another store, an audit that was changed).
[[nodiscard]] Result<RestoreReport> restore(const RestoreOptions& options, const Clock& clock,
                                            Random& random, const OnStage& on_stage);

/// The same in a temporary directory that is deleted at the end; changes nothing. Without a key
/// the seeds are not opened and nothing is brought forward.
[[nodiscard]] Result<RestoreReport> check_backup(const RestoreOptions& options, const Clock& clock,
                                                 Random& random, const OnStage& on_stage);

}  // namespace lockstep
