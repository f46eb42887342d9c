// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "base/result.h"
#include "service/services.h"

namespace lockstep {

// Permission: groups_write for changes, users_read for lists.

/// Errors: conflict, when it exists.
[[nodiscard]] Result<void> create_group(Services& services, const Context& context,
                                        const GroupName& group);

/// Memberships go with it. Errors: not_found.
[[nodiscard]] Result<void> delete_group(Services& services, const Context& context,
                                        const GroupName& group);

/// By name. Errors: invalid_input, for a limit outside 1 to 1,000.
[[nodiscard]] Result<std::vector<Group>> list_groups(Services& services, const Page& page);

/// How many users are in no group; to a caller with a scope they do not exist.
[[nodiscard]] Result<std::uint64_t> count_without_group(Services& services);

/// By name. Errors: not_found; invalid_input, for a limit outside 1 to 1,000.
[[nodiscard]] Result<std::vector<UserName>> list_members(Services& services, const GroupName& group,
                                                         const Page& page);

/// Adding a member twice changes nothing. Errors: not_found, when there is no such user or group.
[[nodiscard]] Result<void> add_member(Services& services, const Context& context,
                                      const GroupName& group, const UserName& user);

/// Removing one who is not a member changes nothing. Errors: not_found, when there is no such user.
[[nodiscard]] Result<void> remove_member(Services& services, const Context& context,
                                         const GroupName& group, const UserName& user);

}  // namespace lockstep
