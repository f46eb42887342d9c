// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "core/audit/chain.h"

namespace lockstep {

/// How far each chain of the audit had come; by node.
using ChainHeads = std::vector<std::pair<NodeId, ChainHead>>;

/// What a backup says about itself.
struct BackupFacts {
  std::string version;       ///< of the Lockstep that wrote it
  std::uint32_t schema = 0;  ///< of its tables
  WallTime at;               ///< when it was begun; it holds the store as of a moment after that
  ChainHeads heads;          ///< of the audit in it
  std::uint64_t rows = 0;
};

/// Told now and then how much of how much is done; an error ends the work with that error.
using OnWork = std::function<Result<void>(std::uint64_t done, std::uint64_t total)>;

/// Makes backups while the store is in use. Implementation: adapters/sql/backup. Thread-safe.
class Archive {
 public:
  Archive() = default;
  Archive(const Archive&) = delete;
  Archive& operator=(const Archive&) = delete;
  virtual ~Archive() = default;

  /// Writes the store as of one moment to the new file `file`, readable by its owner only. The file
  /// is there whole or not at all, and on disk when this returns. It holds no key.
  /// Errors: conflict (it exists), not_found (its directory does not), not_allowed (the directory
  /// may not be written), unavailable (no space, a broken disk); those of `on_work`.
  virtual Result<BackupFacts> back_up(const std::filesystem::path& file, WallTime at,
                                      const OnWork& on_work) = 0;
};

}  // namespace lockstep
