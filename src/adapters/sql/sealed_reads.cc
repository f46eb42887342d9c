// SPDX-License-Identifier: Apache-2.0
#include "adapters/sql/sealed_reads.h"

#include <tuple>
#include <utility>

#include "adapters/sql/mail_reads.h"
#include "adapters/sql/row_codec.h"
#include "adapters/sql/take_rows.h"

namespace lockstep {
namespace {

/// A shorter id is that of a damaged secret, which no key opens: zeros.
Result<std::pair<KeyId, std::uint64_t>> take_key_count(Columns& columns) {
  const Bytes id = columns.bytes();
  KeyId key{};
  if (id.size() == key.size()) std::ranges::copy(id, key.begin());
  return std::pair(key, columns.number());
}

Result<std::vector<SealedRow>> read_sealed_tokens(Connection& database, TokenId after,
                                                  std::uint32_t limit) {
  return take_all<SealedRow>(
      database, "SELECT id, seed, serial FROM tokens WHERE id > $1 ORDER BY id LIMIT $2",
      {after, std::int64_t{limit}}, [](Columns& columns) -> Result<SealedRow> {
        const TokenId id(columns.number());
        Sealed seed(columns.bytes());
        return SealedRow{id, std::nullopt, std::move(seed), columns.text()};
      });
}

Result<std::vector<SealedRow>> read_sealed_tickets(Connection& database, ByteView after,
                                                   std::uint32_t limit) {
  static const std::string kSelect = select(
      kTicketColumns, "FROM tickets WHERE hash > $1 AND sealed IS NOT NULL ORDER BY hash LIMIT $2");
  return take_all<SealedRow>(
      database, kSelect, {after, std::int64_t{limit}}, [](Columns& columns) -> Result<SealedRow> {
        LOCKSTEP_TRY(Ticket ticket, take_ticket(columns));
        return SealedRow{ticket.hash, ticket.kind, ticket.sealed.value_or(Sealed()), {}};
      });
}

Result<std::vector<SealedRow>> read_sealed_service_keys(Connection& database,
                                                        const std::string& after,
                                                        std::uint32_t limit) {
  return take_all<SealedRow>(
      database, "SELECT name, sealed FROM service_keys WHERE name > $1 ORDER BY name LIMIT $2",
      {after, std::int64_t{limit}}, [](Columns& columns) -> Result<SealedRow> {
        std::string name = columns.text();
        return SealedRow{name, std::nullopt, Sealed(columns.bytes()), name};
      });
}

}  // namespace

Result<std::vector<SealedRow>> read_sealed(Connection& database,
                                           const std::optional<SealedPlace>& after,
                                           std::uint32_t limit) {
  const SealedPlace from = after.value_or(TokenId(0));
  std::vector<SealedRow> rows;
  if (const auto* token = std::get_if<TokenId>(&from)) {
    LOCKSTEP_TRY(rows, read_sealed_tokens(database, *token, limit));
    if (!rows.empty()) return rows;
  }
  if (std::holds_alternative<TokenId>(from) || std::holds_alternative<TicketHash>(from)) {
    const auto* ticket = std::get_if<TicketHash>(&from);
    const ByteView behind = ticket != nullptr ? ByteView(*ticket) : ByteView();
    LOCKSTEP_TRY(rows, read_sealed_tickets(database, behind, limit));
    if (!rows.empty()) return rows;
  }
  const auto* mail = std::get_if<MailId>(&from);
  if (mail == nullptr) {
    const auto* name = std::get_if<std::string>(&from);
    LOCKSTEP_TRY(
        rows, read_sealed_service_keys(database, name != nullptr ? *name : std::string(), limit));
    if (!rows.empty()) return rows;
  }
  return read_sealed_mails(database, mail != nullptr ? *mail : MailId(0), limit);
}

Result<std::map<KeyId, std::uint64_t>> read_sealed_by_key(Connection& database) {
  // The key's id stands behind the first byte (kKeyIdOffset); substr counts from 1.
  static_assert(kKeyIdOffset == 1 && std::tuple_size_v<KeyId> == 8);
  std::map<KeyId, std::uint64_t> counts;
  for (const std::string_view sql :
       {"SELECT substr(seed, 2, 8), COUNT(*) FROM tokens GROUP BY 1",
        "SELECT substr(sealed, 2, 8), COUNT(*) FROM tickets WHERE sealed IS NOT NULL GROUP BY 1",
        "SELECT substr(sealed, 2, 8), COUNT(*) FROM service_keys GROUP BY 1",
        "SELECT substr(arguments, 2, 8), COUNT(*) FROM mails WHERE length(arguments) > 0"
        " GROUP BY 1"}) {
    LOCKSTEP_TRY(const auto rows,
                 (take_all<std::pair<KeyId, std::uint64_t>>(database, sql, {}, take_key_count)));
    for (const auto& [key, count] : rows) counts[key] += count;
  }
  return counts;
}

}  // namespace lockstep
