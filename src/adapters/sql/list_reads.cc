// SPDX-License-Identifier: Apache-2.0
// Lists of users and tokens, narrowed to what was searched for.
#include <algorithm>
#include <map>
#include <utility>

#include <fmt/format.h>

#include "adapters/sql/reads.h"
#include "adapters/sql/row_codec.h"
#include "adapters/sql/take_rows.h"
#include "base/text.h"
#include "core/model/token_life.h"

namespace lockstep {
namespace {

constexpr std::size_t kListGrows = 10;

Result<std::int64_t> take_integer(Columns& columns) { return columns.integer(); }

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
  LOCKSTEP_TRY(GroupName group, stored(GroupName::parse(columns.text())));
  return std::pair(id, std::move(group));
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

}  // namespace lockstep
