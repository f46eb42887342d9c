// SPDX-License-Identifier: Apache-2.0
#include "service/events.h"

namespace lockstep {

AuditEvent event(const Context& context, EventKind kind) {
  return AuditEvent{.kind = kind,
                    .at = context.now.wall,
                    .actor = context.caller.actor,
                    .user = {},
                    .serial = {},
                    .reason = Reason::none,
                    .source = context.caller.source,
                    .details = {}};
}

AuditEvent event(const Context& context, EventKind kind, const UserName& user) {
  AuditEvent made = event(context, kind);
  made.user = user;
  return made;
}

AuditEvent event(const Context& context, EventKind kind, const Serial& serial) {
  AuditEvent made = event(context, kind);
  made.serial = serial;
  return made;
}

}  // namespace lockstep
