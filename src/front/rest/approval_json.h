// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "front/rest/routes.h"
#include "service/approvals.h"

namespace lockstep {

[[nodiscard]] boost::json::object approval_json(const Approval& approval);

/// 202: nothing was done; somebody else has to agree.
[[nodiscard]] Response waits_for(const Approval& approval);

}  // namespace lockstep
