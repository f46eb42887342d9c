// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "ports/store.h"

namespace lockstep {

/// Newest first. Permission: audit_read. Errors: invalid_input, for a limit outside 1 to 1,000.
[[nodiscard]] Result<std::vector<AuditRecord>> query_audit(Store& store, const AuditQuery& query);

/// The first place where a chain is not what was written.
struct AuditBreak {
  enum class Kind {
    altered,   ///< a record does not follow from the one before: it or its neighbour was edited
    gap,       ///< sequence numbers are missing
    cut,       ///< the chain ends before its head
    no_chain,  ///< a head without records, or records without a head
  };
  Kind kind;
  NodeId node;
  std::uint64_t seq = 0;  ///< of the first record that is wrong or missing
};

struct AuditVerdict {
  std::uint64_t records = 0;  ///< that were read
  std::uint64_t chains = 0;
  std::optional<AuditBreak> broken;  ///< nothing: everything is as it was written
};

/// Walks every chain from its beginning and compares its end with the head that is kept beside it.
/// Reads all records once, keeps none. Permission: audit_read.
[[nodiscard]] Result<AuditVerdict> verify_audit(Store& store);

}  // namespace lockstep
