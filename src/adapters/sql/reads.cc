// SPDX-License-Identifier: Apache-2.0
#include "adapters/sql/reads.h"

#include <algorithm>

#include "adapters/sql/row_codec.h"
#include "adapters/sql/take_rows.h"

namespace lockstep {
namespace {

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

// What one user has is sorted here: a log-in reads it twice, and to set up SQLite's sorter takes
// longer than to find the rows.
Result<std::vector<GroupName>> read_groups_of(Connection& database, UserId user) {
  LOCKSTEP_TRY(std::vector<GroupName> groups,
               take_all<GroupName>(database, "SELECT group_name FROM members WHERE user_id = $1",
                                   {user}, take_name<GroupName>));
  std::ranges::sort(groups);
  return groups;
}

}  // namespace

Stamp stamp_of(const Situation& situation) {
  Stamp stamp;
  if (situation.user) stamp.user = std::pair(situation.user->id, situation.user->version);
  for (const Token& token : situation.tokens) stamp.tokens.emplace_back(token.id, token.version);
  std::ranges::sort(stamp.tokens);
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
  LOCKSTEP_TRY(stamp.tokens, (take_all<std::pair<TokenId, RowVersion>>(
                                 database, "SELECT id, version FROM tokens WHERE owner = $1",
                                 {stamp.user->first}, take_version<TokenId>)));
  std::ranges::sort(stamp.tokens);
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
  static const std::string kOwned = select(kTokenColumns, "FROM tokens WHERE owner = $1");
  static const std::string kStock = select(kTokenColumns, "FROM tokens WHERE serial = $1");

  Situation situation;
  const auto* name = std::get_if<UserName>(&subject);
  const std::string& key = name != nullptr ? name->text() : std::get<Serial>(subject).text();
  LOCKSTEP_TRY(situation.user,
               take_one<User>(database, name != nullptr ? kByName : kBySerial, {key}, take_user));
  if (situation.user) {
    const UserId user = situation.user->id;
    LOCKSTEP_TRY(situation.tokens, take_all<Token>(database, kOwned, {user}, take_token));
    std::ranges::sort(situation.tokens, {}, &Token::serial);
    LOCKSTEP_TRY(situation.groups, read_groups_of(database, user));
  } else if (name == nullptr) {
    LOCKSTEP_TRY(situation.tokens, take_all<Token>(database, kStock, {key}, take_token));
  }
  return situation;
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
