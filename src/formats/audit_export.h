// SPDX-License-Identifier: Apache-2.0
// Audit records as other systems collect them, one record a line, whatever is in its texts.
#pragma once

#include <string>
#include <string_view>

#include "core/audit/chain.h"

namespace lockstep {

/// ArcSight Common Event Format, version 0: the header's fields with '\' and '|' escaped, the
/// extension's values with '\', '=' and line ends escaped. Other control characters become blanks.
[[nodiscard]] std::string to_cef(const AuditRecord& record);

/// A syslog message, RFC 5424: facility 10 (authorisation), the members as structured data with
/// '"', '\' and ']' escaped. Control characters are written as '#' and three octal digits, as
/// rsyslog does, so that a message is one line on every transport.
[[nodiscard]] std::string to_syslog(const AuditRecord& record);

}  // namespace lockstep
