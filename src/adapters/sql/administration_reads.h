// SPDX-License-Identifier: Apache-2.0
// The questions of ports/store.h about policies, token models, operators, sessions and approvals,
// as SQL. As in reads.h: inside a transaction of the caller's, with the port's errors.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "adapters/sql/connection.h"
#include "ports/store.h"

namespace lockstep {

[[nodiscard]] Result<std::vector<PolicyRevision>> read_policies(Connection& database,
                                                                std::uint64_t before,
                                                                std::uint32_t limit);
[[nodiscard]] Result<std::optional<PolicyDraft>> read_policy_draft(Connection& database);
[[nodiscard]] Result<std::vector<TokenModel>> read_token_models(Connection& database,
                                                                const Page& page);
[[nodiscard]] Result<std::optional<TokenModel>> read_token_model(Connection& database,
                                                                 const std::string& name);
[[nodiscard]] Result<std::vector<Operator>> read_operators(Connection& database, const Page& page);
[[nodiscard]] Result<std::optional<Operator>> read_operator(Connection& database,
                                                            const UserName& name);
[[nodiscard]] Result<std::optional<Operator>> read_operator(Connection& database, OperatorId id);
[[nodiscard]] Result<std::optional<Session>> read_session(Connection& database,
                                                          const SessionHash& hash);
[[nodiscard]] Result<std::vector<Session>> read_sessions_of(Connection& database, SessionKind kind,
                                                            std::uint64_t subject);
[[nodiscard]] Result<std::vector<Approval>> read_approvals(Connection& database);

}  // namespace lockstep
