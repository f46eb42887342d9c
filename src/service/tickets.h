// SPDX-License-Identifier: Apache-2.0
// The secrets by which tickets are found: 256 random bits that only the holder knows.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "service/services.h"

namespace lockstep {

struct TicketSecret {
  std::string text;  ///< for the holder: 43 characters that need no quoting in a link
  TicketHash hash;   ///< for the store
};

[[nodiscard]] TicketSecret make_ticket_secret(Random& random);
[[nodiscard]] TicketHash ticket_hash(std::string_view text);

/// The ticket of that kind that `text` belongs to, unless it has expired at `now`.
[[nodiscard]] Result<std::optional<Ticket>> find_ticket(Services& services, std::string_view text,
                                                        TicketKind kind, WallTime now);

/// What a ticket's secret part is sealed for.
[[nodiscard]] std::uint64_t seal_id(const TicketHash& hash);

}  // namespace lockstep
