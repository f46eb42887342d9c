// SPDX-License-Identifier: Apache-2.0
// How many uploaded imports of one caller wait: each is kept sealed with its whole file, in the
// store that log-ins depend on.
#pragma once

#include <cstddef>

#include "base/result.h"
#include "service/services.h"

namespace lockstep {

/// So many of one caller wait at once, 128 MiB each at most.
inline constexpr std::size_t kImportsWaitingMax = 8;

/// The change that remembers `fresh` among those of the caller that wait; it goes into the change
/// set that keeps the import. Whoever commits or drops one makes room.
/// Errors: conflict, when so many wait already.
[[nodiscard]] Result<Change> remember_import(Services& services, const Context& context,
                                             const TicketHash& fresh, WallTime expires_at);

}  // namespace lockstep
