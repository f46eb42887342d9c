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

/// Everything of `progress` but next.
[[nodiscard]] std::string to_json(const Progress& progress);
/// Errors: corrupt, as above.
[[nodiscard]] Result<Progress> parse_progress(std::string_view text);

[[nodiscard]] std::string to_json(const AuditDetails& details);
/// Errors: corrupt, as above.
[[nodiscard]] Result<AuditDetails> parse_audit_details(std::string_view text);

}  // namespace lockstep
