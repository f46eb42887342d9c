// SPDX-License-Identifier: Apache-2.0
#include "core/audit/event.h"

#include <array>

#include "base/assert.h"

namespace lockstep {
namespace {

// In the order of the enumerators.
constexpr std::array<std::string_view, kEventKinds> kNames = {
    "login.accepted",
    "login.accepted_resynced",
    "login.next_code",
    "login.refused",
    "token.tested",
    "resync.succeeded",
    "resync.failed",
    "resync.started",
    "token.created",
    "token.changed",
    "token.deleted",
    "token.assigned",
    "token.unassigned",
    "token.auto_locked",
    "token.replaced",
    "token.found",
    "token_model.changed",
    "user.created",
    "user.changed",
    "user.deleted",
    "user.unlocked",
    "user.primary_changed",
    "password.changed",
    "pin.changed",
    "temporary_access.given",
    "temporary_access.ended",
    "group.created",
    "group.deleted",
    "group.member_added",
    "group.member_removed",
    "import.staged",
    "import.committed",
    "api_key.created",
    "api_key.revoked",
    "api_key.rotated",
    "api_key.changed",
    "policy.changed",
    "policy.drafted",
    "operator.created",
    "operator.changed",
    "operator.deleted",
    "operator.signed_in",
    "operator.refused",
    "operator.signed_out",
    "approval.asked",
    "approval.given",
    "approval.refused",
    "inventory.exported",
    "audit.key_created",
    "audit.pruned",
    "store.outcome_unknown",
    "key.rotation_started",
    "key.rotation_finished",
    "secret.unreadable",
    "service.started",
    "service.stopped",
    "store.backed_up",
    "store.restored",
    "store.migrated",
    "portal.signed_in",
    "portal.signed_out",
    "mail_code.asked",
    "mail_code.accepted",
    "mail_code.refused",
    "link.created",
    "link.used",
    "help.asked",
    "user.not_me",
    "mail.given_up",
    "clock.doubted",
    "clock.trusted",
    "access_session.started",
    "access_session.ended",
};
static_assert(!kNames.back().empty());

}  // namespace

std::string_view name_of(EventKind kind) {
  const auto index = static_cast<std::size_t>(kind);
  LOCKSTEP_ASSERT(index < kNames.size());
  return kNames[index];
}

std::optional<EventKind> parse_event_kind(std::string_view name) {
  for (std::size_t i = 0; i < kNames.size(); ++i) {
    if (kNames[i] == name) return static_cast<EventKind>(i);
  }
  return std::nullopt;
}

}  // namespace lockstep
