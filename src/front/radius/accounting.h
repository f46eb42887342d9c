// SPDX-License-Identifier: Apache-2.0
// From an Accounting-Request (RFC 2866) to a report. Pure; thread-safe.
#pragma once

#include <optional>

#include "front/radius/packet.h"
#include "service/access_sessions.h"

namespace lockstep {

/// What `request` reports; nothing, where there is nothing to write down: interim updates, and that
/// the client itself begins or ends.
[[nodiscard]] std::optional<AccessReport> read_accounting(const RadiusPacket& request);

}  // namespace lockstep
