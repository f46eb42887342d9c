// SPDX-License-Identifier: Apache-2.0
#include "core/model/permission.h"

#include <array>

#include "base/assert.h"

namespace lockstep {
namespace {

// In the order of the enumerators.
constexpr std::array<std::string_view, kPermissionCount> kNames = {
    "authenticate", "self_service",  "users.read",     "users.write",         "groups.write",
    "tokens.read",  "tokens.write",  "tokens.resync",  "tokens.resync.admin", "diagnose",
    "keys.write",   "policy.read",   "policy.write",   "audit.read",          "reports.read",
    "users.help",   "tokens.manage", "operators.read", "operators.write",     "inventory.export",
    "backup",       "rekey",         "metrics.read",
};

}  // namespace

std::string_view name_of(Permission permission) {
  const auto index = static_cast<std::size_t>(permission);
  LOCKSTEP_ASSERT(index < kNames.size());
  return kNames[index];
}

std::optional<Permission> parse_permission(std::string_view name) {
  for (std::size_t i = 0; i < kNames.size(); ++i) {
    if (kNames[i] == name) return static_cast<Permission>(i);
  }
  return std::nullopt;
}

}  // namespace lockstep
