// SPDX-License-Identifier: Apache-2.0
#include "service/staged_imports.h"

#include <algorithm>
#include <string>
#include <vector>

#include "base/hex.h"
#include "formats/json.h"
#include "service/tickets.h"

namespace lockstep {

namespace {

constexpr const char* kWaiting = "waiting";

/// Those of `kept` that still hold a file: neither committed nor dropped nor expired.
Result<std::vector<std::string>> still_waiting(Services& services, const Context& context,
                                               const Ticket& kept) {
  LOCKSTEP_TRY(const boost::json::value data, parse_json(kept.data));
  LOCKSTEP_TRY(JsonObject object, JsonObject::of(data));
  LOCKSTEP_TRY(const std::vector<std::string> names, object.texts(kWaiting, kImportsWaitingMax));
  std::vector<std::string> waiting;
  for (const std::string& name : names) {
    LOCKSTEP_TRY(const Bytes bytes, parse_hex(name));
    TicketHash hash{};
    std::copy_n(bytes.begin(), std::min(bytes.size(), hash.size()), hash.begin());
    LOCKSTEP_TRY(const std::optional<Ticket> ticket, services.store.ticket(hash));
    if (ticket && ticket->sealed && ticket->expires_at >= context.now.wall) waiting.push_back(name);
  }
  return waiting;
}

std::string data_of(const std::vector<std::string>& waiting) {
  boost::json::object data;
  boost::json::array& list = data[kWaiting].emplace_array();
  for (const std::string& name : waiting) list.emplace_back(name);
  return to_json(data);
}

}  // namespace

Result<Change> remember_import(Services& services, const Context& context, const TicketHash& fresh,
                               WallTime expires_at) {
  // Nobody holds a secret with this hash and finds it: its kind is one that no call asks for.
  const TicketHash place = ticket_hash("imports of " + context.caller.actor.value());
  LOCKSTEP_TRY(std::optional<Ticket> kept, services.store.ticket(place));
  std::vector<std::string> waiting;
  if (kept) {
    LOCKSTEP_TRY(waiting, still_waiting(services, context, *kept));
  }
  if (waiting.size() >= kImportsWaitingMax) {
    return fail(Errc::conflict,
                "too many of your uploads wait: commit or drop one, or wait an hour");
  }
  waiting.push_back(to_hex(fresh));
  Ticket next{.hash = place,
              .kind = TicketKind::imports,
              .data = data_of(waiting),
              .sealed = {},
              .expires_at = expires_at,
              .version = kept ? kept->version : RowVersion(0)};
  if (kept) return Change(UpdateTicket{std::move(next)});
  return Change(InsertTicket{std::move(next)});
}

}  // namespace lockstep
