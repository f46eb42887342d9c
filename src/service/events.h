// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/audit/event.h"
#include "service/services.h"

namespace lockstep {

/// An audit event of this request; the caller adds whom and what it is about.
[[nodiscard]] inline AuditEvent event(const Context& context, EventKind kind) {
  return AuditEvent{.kind = kind,
                    .at = context.now.wall,
                    .actor = context.caller.actor,
                    .user = {},
                    .serial = {},
                    .reason = Reason::none,
                    .source = context.caller.source,
                    .details = {}};
}

[[nodiscard]] inline AuditEvent event(const Context& context, EventKind kind,
                                      const UserName& user) {
  AuditEvent made = event(context, kind);
  made.user = user;
  return made;
}

[[nodiscard]] inline AuditEvent event(const Context& context, EventKind kind,
                                      const Serial& serial) {
  AuditEvent made = event(context, kind);
  made.serial = serial;
  return made;
}

/// Sets `to` to `from`, where that is given and another, and notes in `made` what was before, if
/// anything was, and what is.
inline void change_text(AuditEvent& made, const char* name, const std::optional<std::string>& from,
                        std::string& to) {
  if (!from || *from == to) return;
  if (!to.empty()) made.details.emplace_back(std::string(name) + "_before", to);
  to = *from;
  made.details.emplace_back(name, to);
}

}  // namespace lockstep
