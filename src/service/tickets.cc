// SPDX-License-Identifier: Apache-2.0
#include "service/tickets.h"

#include <array>

#include "crypto/digest.h"
#include "formats/base64.h"

namespace lockstep {

TicketSecret make_ticket_secret(Random& random) {
  std::array<std::uint8_t, 32> bytes{};
  random.fill(bytes);
  TicketSecret secret{to_base64url(bytes), {}};
  secret.hash = ticket_hash(secret.text);
  return secret;
}

TicketHash ticket_hash(std::string_view text) { return sha256(bytes_of(text)); }

Result<std::optional<Ticket>> find_ticket(Services& services, std::string_view text,
                                          TicketKind kind, WallTime now) {
  LOCKSTEP_TRY(std::optional<Ticket> ticket, services.store.ticket(ticket_hash(text)));
  if (!ticket || ticket->kind != kind || ticket->expires_at < now) return std::nullopt;
  return ticket;
}

std::uint64_t seal_id(const TicketHash& hash) {
  std::uint64_t id = 0;
  for (std::size_t i = 0; i < 8; ++i) id = (id << 8U) | hash[i];
  return id;
}

}  // namespace lockstep
