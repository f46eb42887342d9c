// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/json/object.hpp>

#include "service/audit_trail.h"

namespace lockstep {

/// What `POST /audit/verify` answers, and `lockstep audit verify` prints.
[[nodiscard]] boost::json::object verdict_object(const AuditVerdict& verdict);

/// {"kind": …, "node": …, "seq": …}.
[[nodiscard]] boost::json::object break_object(const AuditBreak& what);

}  // namespace lockstep
