// SPDX-License-Identifier: Apache-2.0
// The questions of ports/store.h as SQL. Each function asks one connection, inside a transaction
// that its caller began; errors are those of the port.
#pragma once

#include <compare>
#include <span>
#include <utility>
#include <vector>

#include "adapters/sql/connection.h"
#include "ports/store.h"

namespace lockstep {

/// Which versions a situation is made of. Two situations with the same stamp are the same.
struct Stamp {
  std::optional<std::pair<UserId, RowVersion>> user;
  std::vector<std::pair<TokenId, RowVersion>> tokens;  // by id
  std::vector<GroupName> groups;                       // ascending

  friend bool operator==(const Stamp&, const Stamp&) = default;
};

[[nodiscard]] Stamp stamp_of(const Situation& situation);
/// The stamp of what `read_situation` would return, for less work.
[[nodiscard]] Result<Stamp> read_stamp(Connection& database, const Subject& subject);
/// Queues what fails with a conflict unless the stamp is `stamp`, and keeps others from attempts at
/// the same subject until the transaction ends.
[[nodiscard]] Result<void> queue_stamp_check(Connection& database, const Subject& subject,
                                             const Stamp& stamp);
/// Keeps others from attempts at the subject until the transaction ends: the user's row is locked,
/// or that of a token without owner.
[[nodiscard]] Result<void> lock_subject(Connection& database, const Subject& subject);
[[nodiscard]] Result<Situation> read_situation(Connection& database, const Subject& subject);

[[nodiscard]] Result<std::vector<User>> read_users(Connection& database, const UserQuery& query,
                                                   const Page& page);
[[nodiscard]] Result<std::uint64_t> count_users(Connection& database, const UserQuery& query);
[[nodiscard]] Result<std::vector<UserFacts>> read_user_facts(Connection& database,
                                                             std::span<const User> users);
[[nodiscard]] Result<std::vector<TokenRow>> read_tokens(Connection& database,
                                                        const TokenQuery& query, const Page& page);
[[nodiscard]] Result<std::vector<TokenRow>> read_tokens_by_serials(Connection& database,
                                                                   std::span<const Serial> serials);
[[nodiscard]] Result<std::uint64_t> count_tokens(Connection& database, const TokenQuery& query);
[[nodiscard]] Result<std::vector<Group>> read_groups(Connection& database, const Page& page);
[[nodiscard]] Result<std::vector<UserName>> read_members(Connection& database,
                                                         const GroupName& group, const Page& page);
[[nodiscard]] Result<std::vector<ApiKey>> read_api_keys(Connection& database, const Page& page);
[[nodiscard]] Result<std::optional<ApiKey>> read_api_key(Connection& database,
                                                         const std::array<std::uint8_t, 32>& hash);
[[nodiscard]] Result<std::optional<PolicyRevision>> read_policy(Connection& database);
[[nodiscard]] Result<std::optional<Ticket>> read_ticket(Connection& database,
                                                        const TicketHash& hash);
[[nodiscard]] Result<std::optional<Sealed>> read_service_key(Connection& database,
                                                             const std::string& name);

}  // namespace lockstep
