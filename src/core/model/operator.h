// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "core/model/ids.h"
#include "core/model/names.h"
#include "core/model/permission.h"

namespace lockstep {

/// What somebody does here; each is a set of permissions.
enum class Role { owner, administrator, help_desk, auditor };

/// The stable name: "help_desk".
[[nodiscard]] std::string_view name_of(Role role);
[[nodiscard]] std::optional<Role> parse_role(std::string_view name);
[[nodiscard]] Permissions permissions_of(Role role);

enum class OperatorStatus { enabled, disabled };

/// Somebody who works with the console: an account of their own, never shared.
struct Operator {
  OperatorId id;
  UserName name;
  std::string full_name;
  std::string email;
  Role role = Role::help_desk;
  std::vector<GroupName> scope;  ///< whose members they may see and change; empty: everybody's
  OperatorStatus status = OperatorStatus::enabled;
  std::optional<std::string> password;  ///< Argon2id; none: not set up yet
  /// The user whose tokens are the second factor. None: not set up yet.
  std::optional<UserName> tokens_of;
  std::uint32_t wrong_passwords = 0;  ///< in a row
  std::optional<WallTime> wrong_at;   ///< the last of them
  std::optional<WallTime> signed_in_at;
  WallTime created_at;
  RowVersion version;

  static constexpr std::size_t kScopeMax = 100;

  friend bool operator==(const Operator&, const Operator&) = default;
};

}  // namespace lockstep
