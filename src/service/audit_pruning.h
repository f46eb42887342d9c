// SPDX-License-Identifier: Apache-2.0
// Removing old audit records without breaking the chain: what is removed is checked first, then a
// signed checkpoint says up to where, then the records go in portions.
#pragma once

#include <cstdint>
#include <vector>

#include "base/result.h"
#include "service/services.h"

namespace lockstep {

/// What pruning would remove, or has taken out, of one chain.
struct PrunedChain {
  NodeId node;
  std::uint64_t first = 0;    ///< number of the first record concerned
  std::uint64_t last = 0;     ///< and of the last
  std::uint64_t records = 0;  ///< how many
};

/// The records before `before` of every chain, as far as their heads were signed. Changes nothing.
/// Permission: policy_write. Errors: invalid_input, when `before` is less than kAuditDaysMin days
/// ago.
[[nodiscard]] Result<std::vector<PrunedChain>> plan_pruning(Services& services,
                                                            const Context& context,
                                                            WallTime before);

/// Signs a checkpoint for each chain of the plan and records it. From then on the records up to it
/// count as removed; `remove_pruned` removes them. Permission: policy_write.
/// Errors: those of `plan_pruning`; corrupt, when what is to be removed is not what was written:
/// pruning would hide that; conflict, when another process prunes at the same time.
[[nodiscard]] Result<std::vector<PrunedChain>> prune_audit(Services& services,
                                                           const Context& context, WallTime before);

/// Removes at most `portions` portions of records that a checkpoint covers. Returns how many
/// records; housekeeping calls it until that is 0.
[[nodiscard]] Result<std::uint64_t> remove_pruned(Services& services, std::uint32_t portions);

/// What the policy's retention asks for: prunes what is too old. Nothing, where it keeps for ever.
[[nodiscard]] Result<void> apply_retention(Services& services);

}  // namespace lockstep
