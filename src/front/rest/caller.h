// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "base/result.h"
#include "front/http/request.h"
#include "service/services.h"

namespace lockstep {

/// Who sent `request`. With an `Authorization: Bearer lsk_…` the holder of that API key, whatever
/// the connection: who names a key wants to be no more than its holder. Without one, the owner,
/// where the kernel says that root or `service_uid` is at the other end of the admin socket.
/// Errors: unauthenticated, for everybody else; unavailable, when the key could not be looked up.
[[nodiscard]] Result<Caller> identify_caller(Services& services, std::uint32_t service_uid,
                                             const Request& request);

}  // namespace lockstep
