// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/secret.h"
#include "core/policy/budget.h"
#include "service/services.h"

namespace lockstep {

/// What to do with a password or a PIN.
struct FactorChange {
  enum class Kind { keep, clear, set };
  Kind kind = Kind::keep;
  Secret value;  ///< set: a password of 8 to 256 bytes, a PIN of 4 to 16 visible ASCII characters,
                 ///< or as the user's policy says
};

/// What to change of a user; what is not given stays.
struct UserPatch {
  std::optional<std::string> first_name;
  std::optional<std::string> last_name;
  std::optional<std::string> email;
  std::optional<std::string> phone;
  std::optional<UserStatus> status;
  FactorChange password;
  FactorChange pin;
  /// Whether the PIN that is set has to be changed at the next log-in; else as policy says.
  std::optional<bool> pin_must_change;
};
inline constexpr std::size_t kPersonTextBytesMax = 254;  ///< of a name or an email address

/// The stable name: "enabled".
[[nodiscard]] std::string_view name_of(UserStatus status);
[[nodiscard]] std::optional<UserStatus> parse_user_status(std::string_view name);

/// Errors: invalid_input, naming `what`, when `text` is too long or no plain text.
[[nodiscard]] Result<void> check_person_text(std::string_view what, std::string_view text);

struct UpsertedUser {
  User user;
  bool created = false;
};

/// Creates the user or changes what `patch` names. Permission: users_write.
/// `seen`: the version the caller's change was made from, where it cares.
/// Errors: invalid_input, also when the user's policy does not take the password or PIN; conflict,
/// when the user is not at `seen` or is being changed by others.
[[nodiscard]] Result<UpsertedUser> upsert_user(Services& services, const Context& context,
                                               const UserName& name, const UserPatch& patch,
                                               std::optional<RowVersion> seen);

struct UserDetails {
  User user;
  std::optional<WallTime> signed_in_at;  ///< the last time; not known: never, or no record is left
  std::vector<Token> tokens;
  std::vector<GroupName> groups;
  Escalation escalation = Escalation::open;  ///< what the next log-in needs
};

/// Permission: users_read. Errors: not_found.
[[nodiscard]] Result<UserDetails> get_user(Services& services, const Context& context,
                                           const UserName& name);

struct ListedUser {
  User user;
  UserFacts facts;
};

/// By name. Permission: users_read. Errors: invalid_input, for a limit outside 1 to 1,000.
[[nodiscard]] Result<std::vector<ListedUser>> list_users(Services& services, const UserQuery& query,
                                                         const Page& page);

/// Tokens go back to stock. Permission: users_write. Errors: not_found; conflict.
[[nodiscard]] Result<void> delete_user(Services& services, const Context& context,
                                       const UserName& name, std::optional<RowVersion> seen);

/// Sets the misses in a row to 0, which opens a locked account; never the year's bucket.
/// Permission: users_write. Errors: not_found.
[[nodiscard]] Result<void> unlock_user(Services& services, const Context& context,
                                       const UserName& name);

}  // namespace lockstep
