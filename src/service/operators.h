// SPDX-License-Identifier: Apache-2.0
// The accounts of those who work with the console. Three rules hold whoever asks:
// * one enabled owner stays: the last one is neither deleted, disabled nor given another role;
// * nobody gives, or takes away, a role that may do what they may not;
// * whoever's role, scope, state, password or second factor changes is signed out everywhere.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "service/operator_setup.h"
#include "service/services.h"

namespace lockstep {

/// What to change of an operator; what is not given stays.
struct OperatorPatch {
  std::optional<std::string> full_name;
  std::optional<std::string> email;
  std::optional<Role> role;
  std::optional<std::vector<GroupName>> scope;  ///< empty: everybody; an owner's is
  std::optional<OperatorStatus> status;
  std::optional<UserName> tokens_of;  ///< a user who is there
};

struct CreatedOperator {
  Operator account;
  SetupLink setup;
};

/// Makes an account and the link by which its owner sets it up. Permission: operators_write.
/// `patch` names the role. Errors: invalid_input; conflict, when the name is in use; not_allowed,
/// when the role may do what the caller may not; not_found, when `tokens_of` or a group of the
/// scope does not exist.
[[nodiscard]] Result<CreatedOperator> create_operator(Services& services, const Context& context,
                                                      const UserName& name,
                                                      const OperatorPatch& patch);

/// By name. Permission: operators_read. Errors: invalid_input, for a limit outside 1 to 1,000.
[[nodiscard]] Result<std::vector<Operator>> list_operators(Services& services, const Page& page);

/// Permission: operators_read. Errors: not_found.
[[nodiscard]] Result<Operator> get_operator(Services& services, const UserName& name);

/// Changes what `patch` names. Permission: operators_write. Errors: those of create_operator;
/// not_found; conflict, when the account is not at `seen`, or is the last enabled owner's.
[[nodiscard]] Result<Operator> change_operator(Services& services, const Context& context,
                                               const UserName& name, const OperatorPatch& patch,
                                               std::optional<RowVersion> seen);

/// Permission: operators_write. Errors: not_found; not_allowed; conflict, as change_operator.
[[nodiscard]] Result<void> delete_operator(Services& services, const Context& context,
                                           const UserName& name, std::optional<RowVersion> seen);

/// Errors: not_allowed, when `role` may do what the caller may not: who may do less than an
/// operator neither makes one nor meddles with one.
[[nodiscard]] Result<void> check_has_all(const Context& context, Role role);

/// What an operator's audit records name themselves by: "operator:NAME".
[[nodiscard]] Actor actor_of(const Operator& account);

/// An audit event about an operator's account.
[[nodiscard]] AuditEvent event_about(const Context& context, EventKind kind, const UserName& name);

}  // namespace lockstep
