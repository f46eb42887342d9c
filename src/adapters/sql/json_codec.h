// SPDX-License-Identifier: Apache-2.0
// The parts of rows that only ever travel as a whole, as JSON text. What is searched, compared or
// counted has a column of its own and is not in here.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "core/model/token.h"
#include "core/model/user.h"

namespace lockstep {

using AuditDetails = std::vector<std::pair<std::string, std::string>>;

/// Everything of `sync` but misses_in_row.
[[nodiscard]] std::string to_json(const UserSync& sync);
/// Errors: corrupt, when `text` is not what to_json wrote, or written by a newer version.
[[nodiscard]] Result<UserSync> parse_user_sync(std::string_view text);

/// How old a user's password and PIN are, and the PINs before.
[[nodiscard]] std::string factors_to_json(const User& user);
/// Sets them. Errors: corrupt, as above.
[[nodiscard]] Result<void> parse_factors(std::string_view text, User& user);

/// The names of groups.
[[nodiscard]] std::string to_json(const std::vector<GroupName>& groups);
/// Errors: corrupt, as above.
[[nodiscard]] Result<std::vector<GroupName>> parse_groups(std::string_view text);

/// Everything of `progress` but next.
[[nodiscard]] std::string to_json(const Progress& progress);
/// Errors: corrupt, as above.
[[nodiscard]] Result<Progress> parse_progress(std::string_view text);

[[nodiscard]] std::string to_json(const AuditDetails& details);
/// Errors: corrupt, as above.
[[nodiscard]] Result<AuditDetails> parse_audit_details(std::string_view text);

}  // namespace lockstep
