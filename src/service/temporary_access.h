// SPDX-License-Identifier: Apache-2.0
// Codes that a user signs in with while the token is lost or at home.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "core/model/user.h"
#include "service/services.h"

namespace lockstep {

struct TemporaryOrder {
  bool single_use = false;  ///< several codes that work once each; else one that works all the time
  std::uint32_t count = 1;  ///< 1 to TemporaryAccess::kCodesMax; 1 where it works all the time
  Seconds lasts{24 * 3600};  ///< a minute to kTemporaryMax
  WhenFound when_found = WhenFound::deny;
};

/// Shown this once; the store holds only MACs.
struct GivenCodes {
  std::vector<std::string> codes;  ///< of kTemporaryDigits digits each
  WallTime until;
};

/// Gives `user` temporary codes in the place of those they have; they are told by mail that it
/// happened. Permission: users_help.
/// Errors: invalid_input; not_found.
[[nodiscard]] Result<GivenCodes> give_temporary_access(Services& services, const Context& context,
                                                       const UserName& user,
                                                       const TemporaryOrder& order);

/// The codes work no more from now on. None: no change. Permission: users_help.
/// Errors: not_found.
[[nodiscard]] Result<void> end_temporary_access(Services& services, const Context& context,
                                                const UserName& user);

/// Adds to `set` that the codes of `user`, as read, work no more; nothing where there are none.
void add_end_of_temporary(const Context& context, const User& user, ChangeSet& set);

/// Which of `access`'s codes `digits` is. Compares with all of them.
[[nodiscard]] std::optional<std::size_t> find_temporary(const Services& services,
                                                        const TemporaryAccess& access,
                                                        std::string_view digits);

/// The stable name: "allow_after".
[[nodiscard]] std::string_view name_of(WhenFound when);
[[nodiscard]] std::optional<WhenFound> parse_when_found(std::string_view name);

}  // namespace lockstep
