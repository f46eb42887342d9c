// SPDX-License-Identifier: Apache-2.0
#include "adapters/sql/reads.h"

#include <algorithm>
#include <map>
#include <tuple>

#include <fmt/format.h>

#include "adapters/sql/row_codec.h"
#include "adapters/sql/take_rows.h"
#include "base/text.h"
#include "core/model/token_life.h"

namespace lockstep {
namespace {

constexpr std::size_t kListGrows = 10;

template <class Name>
Result<Name> take_name(Columns& columns) {
  return stored(Name::parse(columns.text()));
}

Result<std::int64_t> take_integer(Columns& columns) { return columns.integer(); }

template <class Id>
Result<std::pair<Id, RowVersion>> take_version(Columns& columns) {
  const Id id(columns.number());
  return std::pair(id, RowVersion(columns.number()));
}

Result<TokenRow> take_token_row(Columns& columns) {
  LOCKSTEP_TRY(Token token, take_token(columns));
  TokenRow row{std::move(token), std::nullopt};
  if (const auto owner = columns.optional_text()) {
    LOCKSTEP_TRY(row.owner, stored(UserName::parse(*owner)));
  }
  return row;
}

Result<std::pair<std::uint64_t, UserFacts>> take_user_facts(Columns& columns) {
  const std::uint64_t id = columns.number();
  UserFacts facts;
  facts.tokens = columns.number();
  facts.signed_in_at = columns.optional_time();
  return std::pair(id, std::move(facts));
}

Result<std::pair<std::uint64_t, GroupName>> take_member(Columns& columns) {
  const std::uint64_t id = columns.number();
  LOCKSTEP_TRY(GroupName group, take_name<GroupName>(columns));
  return std::pair(id, std::move(group));
}

Result<std::vector<GroupName>> read_groups_of(Connection& database, UserId user) {
  return take_all<GroupName>(
      database, "SELECT group_name FROM members WHERE user_id = $1 ORDER BY group_name", {user},
      take_name<GroupName>);
}

/// The owner of the token with this serial, if both exist.
Result<std::optional<std::int64_t>> read_owner(Connection& database, std::string_view serial) {
  return take_one<std::int64_t>(database,
                                "SELECT owner FROM tokens WHERE serial = $1 AND owner IS NOT NULL",
                                {serial}, take_integer);
}

/// `text` as the pattern of a LIKE that finds it anywhere.
std::string pattern_of(std::string_view text) {
  std::string pattern = "%";
  for (const char c : text) {
    if (c == '%' || c == '_' || c == '\\') pattern += '\\';
    pattern += c;
  }
  return pattern + "%";
}

/// The condition that `user` (a column) is a member of one of `groups`, whose names go behind the
/// `values` that are there; nothing for no groups. Part of the text, since others do without.
std::string within(std::string_view user, const std::vector<GroupName>& groups,
                   std::vector<Parameter>& values) {
  if (groups.empty()) return "";
  std::string list;
  for (const GroupName& group : groups) {
    values.emplace_back(group.text());
    list += (list.empty() ? "$" : ", $") + std::to_string(values.size());
  }
  return std::string(user) + " IN (SELECT user_id FROM members WHERE group_name IN (" + list + "))";
}

}  // namespace

Stamp stamp_of(const Situation& situation) {
  Stamp stamp;
  if (situation.user) stamp.user = std::pair(situation.user->id, situation.user->version);
  for (const Token& token : situation.tokens) stamp.tokens.emplace_back(token.id, token.version);
  stamp.groups = situation.groups;
  return stamp;
}

Result<Stamp> read_stamp(Connection& database, const Subject& subject) {
  Stamp stamp;
  if (const auto* name = std::get_if<UserName>(&subject)) {
    LOCKSTEP_TRY(stamp.user, (take_one<std::pair<UserId, RowVersion>>(
                                 database, "SELECT id, version FROM users WHERE name = $1",
                                 {name->text()}, take_version<UserId>)));
  } else {
    const std::string& serial = std::get<Serial>(subject).text();
    LOCKSTEP_TRY(stamp.user, (take_one<std::pair<UserId, RowVersion>>(
                                 database,
                                 "SELECT users.id, users.version FROM tokens"
                                 " JOIN users ON users.id = tokens.owner WHERE serial = $1",
                                 {serial}, take_version<UserId>)));
    if (!stamp.user) {
      LOCKSTEP_TRY(stamp.tokens, (take_all<std::pair<TokenId, RowVersion>>(
                                     database, "SELECT id, version FROM tokens WHERE serial = $1",
                                     {serial}, take_version<TokenId>)));
    }
  }
  if (!stamp.user) return stamp;
  LOCKSTEP_TRY(stamp.tokens,
               (take_all<std::pair<TokenId, RowVersion>>(
                   database, "SELECT id, version FROM tokens WHERE owner = $1 ORDER BY serial",
                   {stamp.user->first}, take_version<TokenId>)));
  LOCKSTEP_TRY(stamp.groups, read_groups_of(database, stamp.user->first));
  return stamp;
}

Result<void> queue_stamp_check(Connection& database, const Subject& subject, const Stamp& stamp) {
  const Error changed{Errc::conflict, "something has changed since it was decided upon"};
  const std::string lock(database.row_lock());
  if (stamp.user) {
    LOCKSTEP_CHECK(database.queue_one(
        "SELECT id FROM users WHERE id = $1 AND version = $2"
        " AND (SELECT COUNT(*) FROM tokens WHERE owner = $1) = $3"
        " AND (SELECT COUNT(*) FROM members WHERE user_id = $1) = $4" +
            lock,
        {stamp.user->first, stamp.user->second, std::ssize(stamp.tokens), std::ssize(stamp.groups)},
        changed));
  } else if (const auto* name = std::get_if<UserName>(&subject)) {
    LOCKSTEP_CHECK(
        database.queue_one("SELECT 1 WHERE NOT EXISTS (SELECT id FROM users WHERE name = $1)",
                           {name->text()}, changed));
  } else if (stamp.tokens.empty()) {
    LOCKSTEP_CHECK(
        database.queue_one("SELECT 1 WHERE NOT EXISTS (SELECT id FROM tokens WHERE serial = $1)",
                           {std::get<Serial>(subject).text()}, changed));
  }
  // A token that changes its owner changes its version.
  for (const auto& [token, version] : stamp.tokens) {
    LOCKSTEP_CHECK(database.queue_one("SELECT id FROM tokens WHERE id = $1 AND version = $2" +
                                          (stamp.user ? std::string() : lock),
                                      {token, version}, changed));
  }
  for (const GroupName& group : stamp.groups) {
    LOCKSTEP_CHECK(
        database.queue_one("SELECT user_id FROM members WHERE group_name = $1 AND user_id = $2",
                           {group.text(), stamp.user->first}, changed));
  }
  return {};
}

Result<void> lock_subject(Connection& database, const Subject& subject) {
  const std::string lock(database.row_lock());
  if (lock.empty()) return {};
  const auto locked = [&](const std::string& sql, const std::string& key) {
    return take_one<std::int64_t>(database, sql + lock, {key}, take_integer);
  };
  if (const auto* name = std::get_if<UserName>(&subject)) {
    LOCKSTEP_CHECK(locked("SELECT id FROM users WHERE name = $1", name->text()));
    return {};
  }
  const std::string& serial = std::get<Serial>(subject).text();
  LOCKSTEP_TRY(
      const auto owner,
      locked("SELECT id FROM users WHERE id = (SELECT owner FROM tokens WHERE serial = $1)",
             serial));
  if (!owner) LOCKSTEP_CHECK(locked("SELECT id FROM tokens WHERE serial = $1", serial));
  return {};
}

Result<Situation> read_situation(Connection& database, const Subject& subject) {
  static const std::string kByName = select(kUserColumns, "FROM users WHERE name = $1");
  static const std::string kBySerial =
      select(kUserColumns, "FROM users WHERE id = (SELECT owner FROM tokens WHERE serial = $1)");
  static const std::string kOwned =
      select(kTokenColumns, "FROM tokens WHERE owner = $1 ORDER BY serial");
  static const std::string kStock = select(kTokenColumns, "FROM tokens WHERE serial = $1");

  Situation situation;
  const auto* name = std::get_if<UserName>(&subject);
  const std::string& key = name != nullptr ? name->text() : std::get<Serial>(subject).text();
  LOCKSTEP_TRY(situation.user,
               take_one<User>(database, name != nullptr ? kByName : kBySerial, {key}, take_user));
  if (situation.user) {
    const UserId user = situation.user->id;
    LOCKSTEP_TRY(situation.tokens, take_all<Token>(database, kOwned, {user}, take_token));
    LOCKSTEP_TRY(situation.groups, read_groups_of(database, user));
  } else if (name == nullptr) {
    LOCKSTEP_TRY(situation.tokens, take_all<Token>(database, kStock, {key}, take_token));
  }
  return situation;
}

namespace {

/// The rows of a table that a query asks for. Names a column only where the query says something
/// about it: SQLite then reads nothing but the index in which people search (sqlite/open.cc).
struct Filter {
  std::string table;
  std::string where = "TRUE";
  std::vector<Parameter> values = {};

  /// `text` with the number of the parameter in the place of "{}".
  void add(std::string_view text, const Parameter& value) {
    values.push_back(value);
    where += " AND " + fmt::format(fmt::runtime(text), "$" + std::to_string(values.size()));
  }
};

/// `filter` as one page in the order of `key`.
std::string page_of(std::string_view columns, std::string_view key, const Page& page,
                    Filter& filter) {
  filter.add(std::string(key) + " > {}", page.after);
  filter.values.emplace_back(std::int64_t{page.limit});
  return fmt::format(
      "SELECT {0} FROM {1} WHERE id IN (SELECT id FROM {1} WHERE {2} ORDER BY {3} LIMIT ${4})"
      " ORDER BY {3}",
      columns, filter.table, filter.where, key, filter.values.size());
}

Result<std::uint64_t> count(Connection& database, const Filter& filter) {
  LOCKSTEP_TRY(const auto found,
               take_one<std::int64_t>(
                   database, "SELECT COUNT(*) FROM " + filter.table + " WHERE " + filter.where,
                   std::span<const Parameter>(filter.values), take_integer));
  return static_cast<std::uint64_t>(found.value_or(0));
}

std::string_view negation(bool is_there) { return is_there ? "" : "NOT "; }

/// The values of a list of `count` things, at least one. A few lengths of list, so that few
/// statements are prepared: the last thing fills the rest.
template <class ValueAt>
std::vector<Parameter> padded(std::size_t count, const ValueAt& value_at) {
  std::size_t length = 1;
  while (length < count) length *= kListGrows;
  std::vector<Parameter> values;
  for (std::size_t i = 0; i < length; ++i) values.push_back(value_at(std::min(i, count - 1)));
  return values;
}

/// "$1, $2".
std::string numbered(std::size_t count) {
  std::string list;
  for (std::size_t i = 1; i <= count; ++i) list += (i == 1 ? "$" : ", $") + std::to_string(i);
  return list;
}

/// `pattern` keeps what a parameter points to.
Result<Filter> filter_of(Connection& database, const UserQuery& query, std::string& pattern) {
  Filter filter{.table = "users"};
  LOCKSTEP_TRY(const std::string folded, fold_for_search(query.search));
  if (!folded.empty()) {
    pattern = pattern_of(folded);
    std::optional<std::int64_t> owner;
    if (const auto serial = Serial::parse(query.search)) {
      LOCKSTEP_TRY(owner, read_owner(database, serial->text()));
    }
    const std::string of_serial = owner ? fmt::format(" OR id = {}", *owner) : "";
    filter.add("(search LIKE {} ESCAPE '\\'" + of_serial + ")", pattern);
  }
  if (query.group) {
    filter.add("id IN (SELECT user_id FROM members WHERE group_name = {})", query.group->text());
  }
  if (query.status) filter.add("status = {}", stored_name(*query.status));
  if (query.has_token) {
    filter.where += fmt::format(" AND {}EXISTS (SELECT 1 FROM tokens WHERE owner = users.id)",
                                negation(*query.has_token));
  }
  if (query.has_group) {
    filter.where += fmt::format(" AND {}EXISTS (SELECT 1 FROM members WHERE user_id = users.id)",
                                negation(*query.has_group));
  }
  if (query.misses_from) filter.add("misses >= {}", std::int64_t{*query.misses_from});
  const std::string scope = within("id", query.within, filter.values);
  if (!scope.empty()) filter.where += " AND " + scope;
  return filter;
}

/// `pattern` keeps what a parameter points to.
Result<Filter> filter_of(const TokenQuery& query, std::string& pattern) {
  Filter filter{.table = "tokens"};
  LOCKSTEP_TRY(const std::string folded, fold_for_search(query.search));
  if (!folded.empty()) {
    pattern = pattern_of(folded);
    filter.add("search LIKE {} ESCAPE '\\'", pattern);
  }
  if (query.status) filter.add("status = {}", stored_name(*query.status));
  if (query.assigned) {
    filter.where += fmt::format(" AND owner IS {}NULL", negation(!*query.assigned));
  }
  if (query.kind) filter.add("kind = {}", stored_name(*query.kind));
  if (query.model) filter.add("model = {}", *query.model);
  if (query.batch) filter.add("batch = {}", *query.batch);
  if (query.ends_before) filter.add("valid_until < {}", *query.ends_before);
  if (query.sync) filter.add("sync = {}", name_of(*query.sync));
  if (query.unused_since) filter.add("(used_at IS NULL OR used_at < {})", *query.unused_since);
  const std::string scope = within("owner", query.within, filter.values);
  if (!scope.empty()) filter.where += " AND (owner IS NULL OR " + scope + ")";
  return filter;
}

}  // namespace

Result<std::vector<User>> read_users(Connection& database, const UserQuery& query,
                                     const Page& page) {
  std::string pattern;
  LOCKSTEP_TRY(Filter filter, filter_of(database, query, pattern));
  const std::string sql = page_of(kUserColumns, "name", page, filter);
  return take_all<User>(database, sql, std::span<const Parameter>(filter.values), take_user);
}

Result<std::uint64_t> count_users(Connection& database, const UserQuery& query) {
  std::string pattern;
  LOCKSTEP_TRY(const Filter filter, filter_of(database, query, pattern));
  return count(database, filter);
}

Result<std::vector<UserFacts>> read_user_facts(Connection& database, std::span<const User> users) {
  if (users.empty()) return std::vector<UserFacts>();
  const std::vector<Parameter> ids =
      padded(users.size(), [&](std::size_t i) { return Parameter(users[i].id); });
  const std::string list = numbered(ids.size());
  std::map<std::uint64_t, UserFacts> found;
  LOCKSTEP_TRY(
      const auto counted,
      (take_all<std::pair<std::uint64_t, UserFacts>>(
          database,
          fmt::format("SELECT id, (SELECT COUNT(*) FROM tokens WHERE owner = users.id),"
                      " (SELECT at_time FROM audit WHERE user_name = users.name"
                      " AND kind IN ('{}', '{}') ORDER BY at_time DESC, node DESC, seq DESC"
                      " LIMIT 1) FROM users WHERE id IN ({})",
                      name_of(EventKind::login_accepted),
                      name_of(EventKind::login_accepted_resynced), list),
          std::span<const Parameter>(ids), take_user_facts)));
  for (const auto& [id, facts] : counted) found[id] = facts;
  LOCKSTEP_TRY(const auto members,
               (take_all<std::pair<std::uint64_t, GroupName>>(
                   database,
                   "SELECT user_id, group_name FROM members WHERE user_id IN (" + list +
                       ") ORDER BY group_name",
                   std::span<const Parameter>(ids), take_member)));
  for (const auto& [id, group] : members) found[id].groups.push_back(group);
  std::vector<UserFacts> result;
  for (const User& user : users) result.push_back(found[user.id.value()]);
  return result;
}

Result<std::vector<TokenRow>> read_tokens(Connection& database, const TokenQuery& query,
                                          const Page& page) {
  std::string pattern;
  LOCKSTEP_TRY(Filter filter, filter_of(query, pattern));
  const std::string columns =
      std::string(kTokenColumns) + ", (SELECT name FROM users WHERE users.id = tokens.owner)";
  const std::string sql = page_of(columns, "serial", page, filter);
  return take_all<TokenRow>(database, sql, std::span<const Parameter>(filter.values),
                            take_token_row);
}

Result<std::uint64_t> count_tokens(Connection& database, const TokenQuery& query) {
  std::string pattern;
  LOCKSTEP_TRY(const Filter filter, filter_of(query, pattern));
  return count(database, filter);
}

Result<std::vector<TokenRow>> read_tokens_by_serials(Connection& database,
                                                     std::span<const Serial> serials) {
  if (serials.empty()) return std::vector<TokenRow>();
  const std::vector<Parameter> values =
      padded(serials.size(), [&](std::size_t i) { return Parameter(serials[i].text()); });
  return take_all<TokenRow>(database,
                            select(kTokenColumns,
                                   ", (SELECT name FROM users WHERE users.id = tokens.owner)"
                                   " FROM tokens WHERE serial IN (" +
                                       numbered(values.size()) + ") ORDER BY serial"),
                            std::span<const Parameter>(values), take_token_row);
}

Result<std::vector<Group>> read_groups(Connection& database, const Page& page) {
  return take_all<Group>(
      database,
      "SELECT name, (SELECT COUNT(*) FROM members WHERE group_name = name) FROM user_groups"
      " WHERE name > $1 ORDER BY name LIMIT $2",
      {page.after, std::int64_t{page.limit}}, [](Columns& columns) -> Result<Group> {
        LOCKSTEP_TRY(GroupName name, take_name<GroupName>(columns));
        return Group{std::move(name), columns.number()};
      });
}

Result<std::vector<UserName>> read_members(Connection& database, const GroupName& group,
                                           const Page& page) {
  LOCKSTEP_TRY(const auto exists,
               take_one<std::int64_t>(database, "SELECT 1 FROM user_groups WHERE name = $1",
                                      {group.text()}, take_integer));
  if (!exists) return fail(Errc::not_found, "no such group");
  return take_all<UserName>(database,
                            "SELECT name FROM users WHERE name > $1"
                            " AND id IN (SELECT user_id FROM members WHERE group_name = $2)"
                            " ORDER BY name LIMIT $3",
                            {page.after, group.text(), std::int64_t{page.limit}},
                            take_name<UserName>);
}

Result<std::vector<ApiKey>> read_api_keys(Connection& database, const Page& page) {
  static const std::string kSelect =
      select(kApiKeyColumns, "FROM api_keys WHERE name > $1 ORDER BY name LIMIT $2");
  return take_all<ApiKey>(database, kSelect, {page.after, std::int64_t{page.limit}}, take_api_key);
}

Result<std::optional<ApiKey>> read_api_key(Connection& database,
                                           const std::array<std::uint8_t, 32>& hash) {
  static const std::string kSelect = select(kApiKeyColumns, "FROM api_keys WHERE hash = $1");
  return take_one<ApiKey>(database, kSelect, {ByteView(hash)}, take_api_key);
}

Result<std::optional<PolicyRevision>> read_policy(Connection& database) {
  return take_one<PolicyRevision>(
      database,
      "SELECT number, document, at_time, actor FROM policies ORDER BY number DESC LIMIT 1", {},
      take_policy_revision);
}

Result<std::optional<Ticket>> read_ticket(Connection& database, const TicketHash& hash) {
  static const std::string kSelect = select(kTicketColumns, "FROM tickets WHERE hash = $1");
  return take_one<Ticket>(database, kSelect, {ByteView(hash)}, take_ticket);
}

Result<std::optional<Sealed>> read_service_key(Connection& database, const std::string& name) {
  return take_one<Sealed>(
      database, "SELECT sealed FROM service_keys WHERE name = $1", {name},
      [](Columns& columns) -> Result<Sealed> { return Sealed(columns.bytes()); });
}

}  // namespace lockstep
