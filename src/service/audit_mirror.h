// SPDX-License-Identifier: Apache-2.0
// A copy of the audit in a file elsewhere: read from the store behind its writer, so that no
// log-in waits for it. docs/reference/audit-mirror.md describes the file.
#pragma once

#include <cstdint>
#include <optional>

#include "base/result.h"
#include "core/audit/chain.h"
#include "ports/line_file.h"
#include "ports/store.h"

namespace lockstep {

/// Copies this process's own chain and its signed heads. One thread.
class AuditMirror {
 public:
  /// So many records at most are copied by one step, so that stopping never waits for long.
  static constexpr std::uint64_t kStepRecordsMax = 20'000;

  AuditMirror(Store& store, LineFile& file) : store_(store), file_(file) {}

  /// Copies what was written since, and returns when that is on disk: how many records are still
  /// missing. Goes on where the file ends; in a new file, because the old one was moved away, where
  /// the old one ended. Errors: unavailable, from file or store: the next step tries again;
  /// corrupt, when the file's end is not part of the chain, or the chain itself is broken. Moving
  /// the file away helps in the first case: the new one then holds the whole chain.
  Result<std::uint64_t> step();

 private:
  Result<void> take_position();
  Result<void> begin_new_file();
  Result<void> check_position(const OwnChain& chain);
  Result<std::uint64_t> copy(const OwnChain& chain);
  Result<bool> copy_page(const OwnChain& chain, const std::optional<SignedHead>& signed_head);

  Store& store_;
  LineFile& file_;
  std::optional<ChainHead> at_;    ///< the last record in the file; none: not known
  std::uint64_t last_signed_ = 0;  ///< number of the last signed head in the file
  bool checked_ = false;           ///< whether the position was found in the chain
};

}  // namespace lockstep
