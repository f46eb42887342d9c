// SPDX-License-Identifier: Apache-2.0
#include "adapters/sql/audit_log.h"

#include <limits>

#include "adapters/sql/json_codec.h"
#include "adapters/sql/row_codec.h"

namespace lockstep {
namespace {

constexpr std::int64_t kEnd = std::numeric_limits<std::int64_t>::max();

const std::string kSelectAudit = "SELECT " + std::string(kAuditColumns) + " FROM audit ";

/// What a record that cannot be read means for those before it.
enum class Damage {
  fails_all,
  ends_list,  ///< they are given; asked for again from there on, the damage is an error
};

Result<std::vector<AuditRecord>> take_records(Result<std::unique_ptr<Rows>> rows,
                                              Damage damage = Damage::fails_all) {
  if (!rows) return std::unexpected(rows.error());
  std::vector<AuditRecord> records;
  while (true) {
    LOCKSTEP_TRY(const bool more, (*rows)->next());
    if (!more) return records;
    Columns columns(**rows);
    Result<AuditRecord> record = take_audit_record(columns);
    if (!record && damage == Damage::ends_list && !records.empty()) return records;
    if (!record) return std::unexpected(record.error());
    records.push_back(*std::move(record));
  }
}

struct Place {
  std::int64_t at = kEnd;
  std::int64_t node = kEnd;
  std::int64_t seq = kEnd;
};

/// Where the page before ended; nullopt when there is no such record.
Result<std::optional<Place>> find_place(Connection& database, NodeId node, std::uint64_t seq) {
  const auto number = static_cast<std::int64_t>(seq);
  LOCKSTEP_TRY(
      const auto rows,
      database.query("SELECT at_time FROM audit WHERE node = $1 AND seq = $2", {node, number}));
  LOCKSTEP_TRY(const bool found, rows->next());
  if (!found) return std::optional<Place>();
  Columns columns(*rows);
  const Place place{columns.integer(), static_cast<std::int64_t>(node.value()), number};
  if (!columns.sound()) return fail(Errc::corrupt, "an audit record has no time");
  return std::optional<Place>(place);
}

}  // namespace

Result<AuditLog> AuditLog::load(Connection& database, NodeId node) {
  LOCKSTEP_TRY(const auto rows,
               database.query("SELECT seq, hash FROM audit_heads WHERE node = $1", {node}));
  LOCKSTEP_TRY(const bool found, rows->next());
  ChainHead head;
  if (found) {
    Columns columns(*rows);
    head.seq = columns.number();
    head.hash = columns.hash();
    if (!columns.sound()) return fail(Errc::corrupt, "the head of the audit chain is damaged");
  }
  return AuditLog(node, head);
}

Result<void> AuditLog::append(Connection& database, std::vector<AuditEvent> events) {
  constexpr std::string_view kInsert =
      "INSERT INTO audit (node, seq, hash, kind, at_time, actor, user_name, serial, reason, source,"
      " details) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT DO NOTHING";
  for (AuditEvent& event : events) {
    const AuditRecord record = link(node_, head_, std::move(event));
    const AuditEvent& what = record.event;
    std::optional<std::string_view> user;
    std::optional<std::string_view> serial;
    if (what.user) user = what.user->text();
    if (what.serial) serial = what.serial->text();
    const std::string details = to_json(what.details);
    LOCKSTEP_TRY(
        const std::uint64_t rows,
        database.execute(kInsert, {record.node, static_cast<std::int64_t>(record.seq),
                                   ByteView(record.hash), name_of(what.kind), what.at, what.actor,
                                   user, serial, name_of(what.reason), what.source, details}));
    if (rows != 1) {
      return fail(
          Errc::corrupt,
          "the audit holds a record behind the end of its chain: run `lockstep audit verify`");
    }
    head_ = ChainHead{record.seq, record.hash};
  }
  return {};
}

Result<void> AuditLog::save_head(Connection& database) {
  if (head_.seq == saved_seq_) return {};
  LOCKSTEP_CHECK(
      database.execute("INSERT INTO audit_heads (node, seq, hash) VALUES ($1, $2, $3)"
                       " ON CONFLICT (node) DO UPDATE SET seq = excluded.seq, hash = excluded.hash",
                       {node_, static_cast<std::int64_t>(head_.seq), ByteView(head_.hash)}));
  saved_seq_ = head_.seq;
  return {};
}

Result<std::vector<AuditRecord>> read_audit(Connection& database, const AuditQuery& query) {
  Place place;
  if (query.before) {
    LOCKSTEP_TRY(const auto found, find_place(database, query.before->first, query.before->second));
    if (!found) return std::vector<AuditRecord>{};
    place = *found;
  }
  // The filters are part of the text, so that each has its index.
  std::string sql = kSelectAudit + "WHERE (at_time, node, seq) < ($1, $2, $3)";
  std::optional<std::string_view> user;
  std::optional<std::string_view> serial;
  if (query.user) {
    user = query.user->text();
    sql += " AND user_name = $5";
  }
  if (query.serial) {
    serial = query.serial->text();
    sql += query.user ? " AND serial = $6" : " AND serial = $5";
  }
  sql += " ORDER BY at_time DESC, node DESC, seq DESC LIMIT $4";
  const std::int64_t limit{query.limit};
  if (user && serial) {
    return take_records(
        database.query(sql, {place.at, place.node, place.seq, limit, user, serial}));
  }
  if (user || serial) {
    return take_records(
        database.query(sql, {place.at, place.node, place.seq, limit, user ? user : serial}));
  }
  return take_records(database.query(sql, {place.at, place.node, place.seq, limit}));
}

Result<std::vector<AuditRecord>> read_audit_after(Connection& database, NodeId node,
                                                  std::uint64_t seq) {
  return take_records(
      database.query(kSelectAudit + "WHERE (node, seq) > ($1, $2) ORDER BY node, seq LIMIT $3",
                     {node, static_cast<std::int64_t>(seq), std::int64_t{Page::kLimitMax}}),
      Damage::ends_list);
}

Result<std::vector<std::pair<NodeId, ChainHead>>> read_audit_heads(Connection& database) {
  LOCKSTEP_TRY(const auto rows,
               database.query("SELECT node, seq, hash FROM audit_heads ORDER BY node", {}));
  std::vector<std::pair<NodeId, ChainHead>> heads;
  while (true) {
    LOCKSTEP_TRY(const bool more, rows->next());
    if (!more) return heads;
    Columns columns(*rows);
    const NodeId node(columns.number());
    ChainHead head;
    head.seq = columns.number();
    head.hash = columns.hash();
    if (!columns.sound()) return fail(Errc::corrupt, "the head of an audit chain is damaged");
    heads.emplace_back(node, head);
  }
}

}  // namespace lockstep
