// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/time.h"
#include "core/model/ids.h"
#include "core/model/names.h"
#include "core/model/reason.h"

namespace lockstep {

/// What can happen. The names are stable; docs/reference/audit-events.md explains each.
enum class EventKind {
  login_accepted,
  login_accepted_resynced,
  login_next_code,
  login_refused,
  token_tested,
  resync_succeeded,
  resync_failed,
  resync_started,
  token_created,
  token_changed,  ///< state, dates, model
  token_deleted,
  token_assigned,
  token_unassigned,
  token_auto_locked,  ///< somebody who does not know the PIN holds it
  token_replaced,     ///< by which other one is in the details
  token_found,        ///< one that was reported lost was used again
  token_model_changed,
  user_created,
  user_changed,
  user_deleted,
  user_unlocked,
  user_primary_changed,
  password_changed,
  pin_changed,
  temporary_access_given,
  temporary_access_ended,
  group_created,
  group_deleted,
  member_added,
  member_removed,
  import_staged,
  import_committed,
  api_key_created,
  api_key_revoked,
  api_key_rotated,
  api_key_changed,
  policy_changed,
  policy_drafted,
  operator_created,
  operator_changed,
  operator_deleted,
  operator_signed_in,
  operator_refused,
  operator_signed_out,
  approval_asked,
  approval_given,
  approval_refused,
  inventory_exported,
  audit_key_created,      ///< with the public key
  audit_pruned,           ///< old records were removed, up to a signed checkpoint
  store_outcome_unknown,  ///< the connection was lost in the middle of a commit
  key_rotation_started,
  key_rotation_finished,
  secret_unreadable,  ///< a sealed secret is damaged, or lies where another was
  service_started,
  service_stopped,
  store_backed_up,
  store_restored,
  store_migrated,
  portal_signed_in,
  portal_signed_out,
  mail_code_asked,
  mail_code_accepted,
  mail_code_refused,
  link_created,
  link_used,
  help_asked,
  not_me,
  mail_given_up,
  clock_doubted,           ///< the server's own: it was set, or is behind what the audit has seen
  clock_trusted,           ///< again; by what is in the details
  access_session_started,  ///< a client says so; it ends with the next
  access_session_ended,
};

/// How many kinds there are: they are numbered from 0.
inline constexpr std::size_t kEventKinds =
    static_cast<std::size_t>(EventKind::access_session_ended) + 1;

/// The stable name: "login.accepted".
[[nodiscard]] std::string_view name_of(EventKind kind);
[[nodiscard]] std::optional<EventKind> parse_event_kind(std::string_view name);

/// Who did it: "owner" (admin socket), "key:NAME", "operator:NAME", "user:NAME", "console" or
/// "portal" (who has not signed in there yet) or "system".
using Actor = Strong<struct ActorTag, std::string>;

/// One thing that happened. Holds no secret: no code, PIN, password or seed, ever.
struct AuditEvent {
  EventKind kind;
  WallTime at;
  Actor actor;
  std::optional<UserName> user;
  std::optional<Serial> serial;
  Reason reason = Reason::none;
  std::string source;  ///< client name and address, may be empty
  /// What else is worth knowing, in a fixed order: {"position","1842"}, {"moved","12"}.
  std::vector<std::pair<std::string, std::string>> details;
};

}  // namespace lockstep
