// SPDX-License-Identifier: Apache-2.0
// What one operator asks for and another one has to agree to, where policy says so. Whoever asked
// may not agree, nor may a program: an operator does, or the owner over the admin socket. Nobody
// agrees to what they could not do themselves. What nobody agrees to in a day is forgotten.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "service/services.h"

namespace lockstep {

enum class Operation {
  export_inventory,  ///< agreed to: whoever asked may do it once, within the hour
  change_tokens,     ///< agreed to: it is done at once
  overwrite_tokens,  ///< by an import; the same
};

/// The stable name: "inventory.export".
[[nodiscard]] std::string_view name_of(Operation operation);
[[nodiscard]] std::optional<Operation> parse_operation(std::string_view name);

inline constexpr Seconds kApprovalLife{24 * 3'600};
inline constexpr Seconds kAgreedLife{3'600};
/// So many wait at once; beyond it nothing more is asked for.
inline constexpr std::size_t kApprovalsMax = 100;

/// Puts the question. `data` is JSON without secrets, what the operation is done with.
/// Errors: conflict, when too many wait.
[[nodiscard]] Result<Approval> ask_approval(Services& services, const Context& context,
                                            Operation operation, std::string data);

/// Who agreed; nullopt: nobody yet.
[[nodiscard]] std::optional<Actor> agreed_by(const Approval& approval);

/// Those the caller may decide or has asked for, by the time they were asked for.
[[nodiscard]] Result<std::vector<Approval>> list_approvals(Services& services,
                                                           const Context& context);

/// Agrees. Errors: not_found, also for who may not do the operation themselves; not_allowed, for
/// who asked, and for programs; conflict, when it is decided already, or what it is about or the
/// account of who asked has changed so that it cannot be done any more: then it still waits.
[[nodiscard]] Result<void> approve(Services& services, const Context& context, ApprovalId id);

/// Says no; whoever asked may do so too, and take the question back. Errors: not_found;
/// not_allowed; conflict.
[[nodiscard]] Result<void> refuse_approval(Services& services, const Context& context,
                                           ApprovalId id);

/// For who asked and was agreed with: the change that uses the approval up. `data`: as it was asked
/// for. Errors: not_found, when it is not theirs or of another operation; conflict, when nobody
/// agreed yet, or to something else.
[[nodiscard]] Result<DeleteApproval> use_approval(Services& services, const Context& context,
                                                  Operation operation, ApprovalId id,
                                                  std::string_view data);

}  // namespace lockstep
