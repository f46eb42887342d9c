// SPDX-License-Identifier: Apache-2.0
#include "adapters/sql/audit_log.h"

#include <algorithm>
#include <limits>
#include <span>

#include <fmt/format.h>

#include "adapters/sql/json_codec.h"
#include "adapters/sql/row_codec.h"

namespace lockstep {
namespace {

constexpr std::int64_t kBeginning = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t kEnd = std::numeric_limits<std::int64_t>::max();

const std::string kHeadsTable = "audit_signed_heads";
const std::string kCheckpointsTable = "audit_checkpoints";
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

std::int64_t number_of(WallTime time) { return std::int64_t{time.time_since_epoch().count()}; }

/// Both ends of what is asked for in one order: a place at which reading starts, that place itself
/// left out, and a time at which it ends.
struct Bounds {
  std::int64_t at = 0;
  std::int64_t node = 0;
  std::int64_t seq = 0;
  std::int64_t end = 0;
};

Bounds bounds_of(const AuditQuery& query) {
  const std::int64_t since = query.since ? number_of(*query.since) : kBeginning;
  const std::int64_t until = query.until ? number_of(*query.until) : kEnd;
  const bool rising = query.order == AuditOrder::oldest_first;
  // No record has node 0, so that this is before the first one of that time.
  Bounds bounds{rising ? since : until, 0, 0, rising ? until : since};
  if (!query.behind) return bounds;
  const AuditPlace first{WallTime(Micros(bounds.at)), NodeId(0), 0};
  const AuditPlace& last = *query.behind;
  if (rising ? last <= first : last >= first) return bounds;
  bounds.at = number_of(last.at);
  bounds.node = static_cast<std::int64_t>(last.node.value());
  bounds.seq = static_cast<std::int64_t>(last.seq);
  return bounds;
}

/// The filters of `query` as conditions; their values go behind those that are there. They are part
/// of the text, so that each has its index.
std::string filters_of(const AuditQuery& query, std::vector<Parameter>& values) {
  std::string sql;
  const auto add = [&](std::string_view column, std::string_view value) {
    values.emplace_back(value);
    sql += fmt::format(" AND {} = ${}", column, values.size());
  };
  if (query.user) add("user_name", query.user->text());
  if (query.serial) add("serial", query.serial->text());
  if (query.actor) add("actor", query.actor->value());
  if (query.reason) add("reason", name_of(*query.reason));
  const auto list_of = [&](const auto& all, const auto& text_of) {
    const std::size_t first = values.size() + 1;
    std::string list;
    for (const auto& one : all) values.emplace_back(text_of(one));
    for (std::size_t i = first; i <= values.size(); ++i) {
      list += fmt::format("{}${}", list.empty() ? "" : ", ", i);
    }
    return list;
  };
  if (!query.kinds.empty()) {
    sql += fmt::format(" AND kind IN ({})",
                       list_of(query.kinds, [](EventKind kind) { return name_of(kind); }));
  }
  if (!query.within.empty()) {
    sql += fmt::format(
        " AND (user_name IS NULL OR user_name IN (SELECT name FROM users JOIN members"
        " ON user_id = id WHERE group_name IN ({})))",
        list_of(query.within,
                [](const GroupName& group) -> std::string_view { return group.text(); }));
  }
  return sql;
}

constexpr std::string_view kSignedHeadColumns = "node, seq, hash, at_time, key_id, signature";

template <std::size_t size>
void take_bytes(Columns& columns, std::array<std::uint8_t, size>& into) {
  const Bytes bytes = columns.bytes();
  if (bytes.size() != size) {
    columns.reject();
    return;
  }
  std::ranges::copy(bytes, into.begin());
}

Result<std::vector<SignedHead>> read_signed(Connection& database, const std::string& table) {
  LOCKSTEP_TRY(const auto rows, database.query("SELECT " + std::string(kSignedHeadColumns) +
                                                   " FROM " + table + " ORDER BY node",
                                               {}));
  std::vector<SignedHead> heads;
  while (true) {
    LOCKSTEP_TRY(const bool more, rows->next());
    if (!more) return heads;
    Columns columns(*rows);
    SignedHead head;
    head.node = NodeId(columns.number());
    head.head.seq = columns.number();
    head.head.hash = columns.hash();
    head.at = columns.time();
    take_bytes(columns, head.key);
    take_bytes(columns, head.signature);
    if (!columns.sound()) return fail(Errc::corrupt, "a signed head of the audit is damaged");
    heads.push_back(head);
  }
}

/// Writes `head` to `table` in place of one with a number for which `yields` holds.
Result<void> keep_signed(Connection& database, const std::string& table, const std::string& yields,
                         const SignedHead& head) {
  return execute_one(database,
                     "INSERT INTO " + table + " (" + std::string(kSignedHeadColumns) +
                         ") VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (node) DO UPDATE SET"
                         " seq = excluded.seq, hash = excluded.hash, at_time = excluded.at_time,"
                         " key_id = excluded.key_id, signature = excluded.signature WHERE " +
                         table + ".seq " + yields + " excluded.seq",
                     {head.node, static_cast<std::int64_t>(head.head.seq), ByteView(head.head.hash),
                      head.at, ByteView(head.key), ByteView(head.signature)},
                     "the audit has moved on");
}

/// A number from the single row that `sql` gives; 0 for null.
Result<std::uint64_t> read_number(Connection& database, std::string_view sql,
                                  Parameters parameters) {
  LOCKSTEP_TRY(const auto rows, database.query(sql, parameters));
  LOCKSTEP_TRY(const bool found, rows->next());
  if (!found) return 0;
  Columns columns(*rows);
  const std::optional<std::int64_t> number = columns.optional_integer();
  if (!columns.sound() || number.value_or(0) < 0) {
    return fail(Errc::corrupt, "an audit record's number is damaged");
  }
  return static_cast<std::uint64_t>(number.value_or(0));
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
    LOCKSTEP_CHECK(database.queue_one(
        kInsert,
        {record.node, static_cast<std::int64_t>(record.seq), ByteView(record.hash),
         name_of(what.kind), what.at, what.actor, user, serial, name_of(what.reason), what.source,
         details},
        Error{
            Errc::corrupt,
            "the audit holds a record behind the end of its chain: run `lockstep audit verify`"}));
    head_ = ChainHead{record.seq, record.hash};
    last_at_ = std::max(last_at_, what.at);
  }
  return {};
}

Result<void> AuditLog::save_head(Connection& database) {
  if (head_.seq == saved_seq_) return {};
  LOCKSTEP_CHECK(
      database.queue("INSERT INTO audit_heads (node, seq, hash) VALUES ($1, $2, $3)"
                     " ON CONFLICT (node) DO UPDATE SET seq = excluded.seq, hash = excluded.hash",
                     {node_, static_cast<std::int64_t>(head_.seq), ByteView(head_.hash)}));
  saved_seq_ = head_.seq;
  return {};
}

Result<std::vector<AuditRecord>> read_audit(Connection& database, const AuditQuery& query) {
  const Bounds from = bounds_of(query);
  const bool rising = query.order == AuditOrder::oldest_first;
  std::vector<Parameter> values{from.at, from.node, from.seq, std::int64_t{query.limit}, from.end};
  std::string sql = kSelectAudit + (rising ? "WHERE (at_time, node, seq) > ($1, $2, $3)"
                                             " AND at_time < $5"
                                           : "WHERE (at_time, node, seq) < ($1, $2, $3)"
                                             " AND at_time >= $5");
  sql += filters_of(query, values);
  sql += rising ? " ORDER BY at_time, node, seq LIMIT $4"
                : " ORDER BY at_time DESC, node DESC, seq DESC LIMIT $4";
  return take_records(database.query(sql, std::span<const Parameter>(values)));
}

Result<std::vector<AuditCount>> read_audit_counts(Connection& database, const AuditQuery& query) {
  std::vector<Parameter> values{query.since.value_or(WallTime::min()),
                                query.until.value_or(WallTime::max())};
  const std::string sql =
      "SELECT kind, reason, actor, COUNT(*) FROM audit WHERE at_time >= $1"
      " AND at_time < $2" +
      filters_of(query, values) + " GROUP BY kind, reason, actor ORDER BY kind, reason, actor";
  LOCKSTEP_TRY(const auto rows, database.query(sql, std::span<const Parameter>(values)));
  std::vector<AuditCount> counts;
  while (true) {
    LOCKSTEP_TRY(const bool more, rows->next());
    if (!more) return counts;
    Columns columns(*rows);
    const auto kind = parse_event_kind(columns.text());
    const auto reason = parse_reason(columns.text());
    Actor actor(columns.text());
    const std::uint64_t count = columns.number();
    if (!columns.sound() || !kind || !reason) {
      return fail(Errc::corrupt, "an audit record is not what was written");
    }
    counts.push_back({*kind, *reason, std::move(actor), count});
  }
}

Result<std::vector<AuditRecord>> read_audit_after(Connection& database, NodeId node,
                                                  std::uint64_t seq) {
  return take_records(
      database.query(kSelectAudit + "WHERE (node, seq) > ($1, $2) ORDER BY node, seq LIMIT $3",
                     {node, static_cast<std::int64_t>(seq), std::int64_t{Page::kLimitMax}}),
      Damage::ends_list);
}

Result<std::vector<AuditRecord>> read_audit_chain(Connection& database, NodeId node,
                                                  std::uint64_t seq, std::uint32_t limit) {
  return take_records(
      database.query(kSelectAudit + "WHERE node = $1 AND seq > $2 ORDER BY seq LIMIT $3",
                     {node, static_cast<std::int64_t>(seq), std::int64_t{limit}}),
      Damage::ends_list);
}

Result<std::vector<NodeId>> read_audit_nodes(Connection& database) {
  // One step into the index for each chain: DISTINCT would read all of it.
  std::vector<NodeId> nodes;
  NodeId last(0);
  while (true) {
    LOCKSTEP_TRY(const std::uint64_t next,
                 read_number(database, "SELECT MIN(node) FROM audit WHERE node > $1", {last}));
    if (next == 0) return nodes;
    last = NodeId(next);
    nodes.push_back(last);
  }
}

Result<std::vector<SignedHead>> read_signed_heads(Connection& database) {
  return read_signed(database, kHeadsTable);
}

Result<std::vector<SignedHead>> read_checkpoints(Connection& database) {
  return read_signed(database, kCheckpointsTable);
}

Result<void> keep_signed_head(Connection& database, const SignedHead& head) {
  return keep_signed(database, kHeadsTable, "<=", head);
}

Result<void> keep_checkpoint(Connection& database, const SignedHead& checkpoint) {
  return keep_signed(database, kCheckpointsTable, "<", checkpoint);
}

Result<std::uint64_t> read_audit_seq_before(Connection& database, NodeId node, WallTime time) {
  LOCKSTEP_TRY(const std::uint64_t younger,
               read_number(database, "SELECT MIN(seq) FROM audit WHERE node = $1 AND at_time >= $2",
                           {node, time}));
  if (younger != 0) return younger - 1;
  return read_number(database, "SELECT MAX(seq) FROM audit WHERE node = $1", {node});
}

Result<std::uint64_t> prune_audit(Connection& database, NodeId node, std::uint32_t limit) {
  LOCKSTEP_TRY(const std::uint64_t end,
               read_number(database, "SELECT seq FROM audit_checkpoints WHERE node = $1", {node}));
  LOCKSTEP_TRY(const std::uint64_t first,
               read_number(database, "SELECT MIN(seq) FROM audit WHERE node = $1", {node}));
  if (first == 0 || first > end) return 0;
  const std::uint64_t last = std::min(end, first + limit - 1);
  return database.execute("DELETE FROM audit WHERE node = $1 AND seq <= $2",
                          {node, static_cast<std::int64_t>(last)});
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
