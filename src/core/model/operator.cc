// SPDX-License-Identifier: Apache-2.0
#include "core/model/operator.h"

#include <array>

#include "base/assert.h"

namespace lockstep {
namespace {

// In the order of the enumerators.
constexpr std::array<std::string_view, 4> kNames = {"owner", "administrator", "help_desk",
                                                    "auditor"};
static_assert(static_cast<std::size_t>(Role::auditor) + 1 == kNames.size());

constexpr Permissions kReads{Permission::users_read,   Permission::tokens_read,
                             Permission::policy_read,  Permission::audit_read,
                             Permission::reports_read, Permission::operators_read,
                             Permission::metrics_read};

constexpr Permissions kHelpDesk{Permission::users_read,    Permission::tokens_read,
                                Permission::policy_read,   Permission::reports_read,
                                Permission::users_help,    Permission::tokens_manage,
                                Permission::tokens_resync, Permission::diagnose};

// All but what concerns the service itself and who administers it.
constexpr Permissions kNotAdministrators{Permission::operators_write, Permission::backup,
                                         Permission::rekey, Permission::self_service};

}  // namespace

std::string_view name_of(Role role) {
  const auto index = static_cast<std::size_t>(role);
  LOCKSTEP_ASSERT(index < kNames.size());
  return kNames[index];
}

std::optional<Role> parse_role(std::string_view name) {
  for (std::size_t i = 0; i < kNames.size(); ++i) {
    if (kNames[i] == name) return static_cast<Role>(i);
  }
  return std::nullopt;
}

Permissions permissions_of(Role role) {
  switch (role) {
    case Role::owner:
      return Permissions::all();
    case Role::administrator:
      return Permissions::from_bits(Permissions::all().bits() & ~kNotAdministrators.bits());
    case Role::help_desk:
      return kHelpDesk;
    case Role::auditor:
      return kReads;
  }
  LOCKSTEP_ASSERT(false);
}

}  // namespace lockstep
