// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <map>
#include <memory>

#include "adapters/sql/audit_log.h"
#include "adapters/sql/connection.h"
#include "base/result.h"
#include "core/audit/chain.h"

namespace lockstep {

/// Adds records that were written elsewhere to the audit of the embedded database in a data
/// directory, which nobody has open: each behind the end of its chain, as it was, so that heads
/// that were signed for them still hold. One transaction.
class AuditImport {
 public:
  /// Errors: those of opening the store.
  static Result<AuditImport> open(const std::filesystem::path& data_dir);

  /// Adds `record`; false, with nothing done, when the audit has it already.
  /// Errors: corrupt, when it does not follow from the end of its chain: records are missing, or it
  /// is of another history.
  Result<bool> add(const AuditRecord& record);

  /// Brings what was added to disk; without it nothing is.
  Result<void> finish();

 private:
  explicit AuditImport(std::unique_ptr<Connection> database) : database_(std::move(database)) {}

  std::unique_ptr<Connection> database_;
  std::map<NodeId, AuditLog> chains_;
};

}  // namespace lockstep
