// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <optional>

#include "base/result.h"
#include "service/services.h"

namespace lockstep {

/// Writes the inventory out: each token that `query` finds, by serial, to `take`; never a seed.
/// Where the policy's "approval.export" says so, another operator has to agree first: without
/// `approval` that is asked for, and the answer is what was asked; with it, it is used up, for the
/// same `query` (of which only the search can be asked for).
/// Permission: inventory_export. Errors: those of `take`; as use_approval.
[[nodiscard]] Result<std::optional<Approval>> export_inventory(
    Services& services, const Context& context, const TokenQuery& query,
    std::optional<ApprovalId> approval, const std::function<void(const TokenRow&)>& take);

}  // namespace lockstep
