// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string_view>

namespace lockstep {

/// What a caller may do; the scopes of an API key. The router's table names one for each route.
enum class Permission : std::uint8_t {
  authenticate,  ///< POST /authenticate
  self_service,  ///< the portal's conversation, on behalf of a user who proved who they are
  users_read,
  users_write,
  groups_write,
  tokens_read,
  tokens_write,         ///< create, import, delete, revoke
  tokens_resync,        ///< explicit resynchronisation in the zone "explicit"
  tokens_resync_admin,  ///< the same in the zone "admin"
  diagnose,             ///< see evidence: positions, offsets, reasons
  keys_write,
  policy_read,
  policy_write,
  audit_read,
  reports_read,
  users_help,     ///< unlock, reset a PIN or password, give a temporary code
  tokens_manage,  ///< assign, suspend, replace, say lost or faulty
  operators_read,
  operators_write,
  inventory_export,  ///< everything about tokens but their seeds, in one file
  backup,            ///< make backups: files on the server's machine, wherever its user may write
  rekey,             ///< change the key that seals all secrets
  metrics_read,      ///< read what is counted, for monitoring
};

inline constexpr std::size_t kPermissionCount = 23;

/// The stable name: "tokens.resync.admin".
[[nodiscard]] std::string_view name_of(Permission permission);
[[nodiscard]] std::optional<Permission> parse_permission(std::string_view name);

/// A set of permissions.
class Permissions {
 public:
  constexpr Permissions() = default;
  constexpr Permissions(std::initializer_list<Permission> list) {
    for (const Permission one : list) bits_ |= bit(one);
  }
  /// Everything: the owner, who speaks over the admin socket.
  static constexpr Permissions all() { return from_bits((1U << kPermissionCount) - 1); }
  static constexpr Permissions from_bits(std::uint32_t bits) {
    Permissions result;
    result.bits_ = bits;
    return result;
  }

  [[nodiscard]] constexpr bool has(Permission one) const { return (bits_ & bit(one)) != 0; }
  [[nodiscard]] constexpr std::uint32_t bits() const { return bits_; }
  friend constexpr bool operator==(Permissions, Permissions) = default;

 private:
  static constexpr std::uint32_t bit(Permission one) { return 1U << static_cast<unsigned>(one); }
  std::uint32_t bits_ = 0;
};

}  // namespace lockstep
