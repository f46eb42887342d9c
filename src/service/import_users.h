// SPDX-License-Identifier: Apache-2.0
// Users from a CSV file, in one call: looked through first, then, when wanted, done.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "formats/people_csv.h"
#include "service/services.h"

namespace lockstep {

struct UserImportReport {
  bool committed = false;
  std::uint64_t added = 0;      ///< or, on a dry run, to be added; as all of these
  std::uint64_t changed = 0;    ///< names, email, phone or memberships
  std::uint64_t unchanged = 0;  ///< there already, just so
  std::uint64_t rejected = 0;
  std::vector<RejectedLine> rejected_list;  ///< by line, at most kUserImportRejectedListMax
  std::vector<GroupName> groups_added;      ///< named in the file and not there before
  std::vector<std::string> notes;
};
inline constexpr std::size_t kUserImportRejectedListMax = 1'000;

enum class ImportRun { dry, real };

/// Adds the users of `csv` (formats/people_csv.h), changes those that are there, makes groups that
/// are not, and adds memberships; takes nothing away: an empty field and a group that is not named
/// stay as they are. All lines that can be taken at once, or none. Doing it again changes nothing.
/// Permissions: users_write and groups_write.
/// Errors: invalid_input, for a file that is refused as a whole; conflict, when others keep
/// changing the same users.
[[nodiscard]] Result<UserImportReport> import_users(Services& services, const Context& context,
                                                    std::string_view csv, ImportRun run);

}  // namespace lockstep
