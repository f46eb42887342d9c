// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/audit/event.h"
#include "service/services.h"

namespace lockstep {

/// An audit event of this request; the caller adds whom and what it is about.
[[nodiscard]] AuditEvent event(const Context& context, EventKind kind);
[[nodiscard]] AuditEvent event(const Context& context, EventKind kind, const UserName& user);
[[nodiscard]] AuditEvent event(const Context& context, EventKind kind, const Serial& serial);

}  // namespace lockstep
