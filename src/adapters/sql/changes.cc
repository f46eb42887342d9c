// SPDX-License-Identifier: Apache-2.0
#include "adapters/sql/changes.h"

#include <set>

#include "adapters/sql/administration_changes.h"
#include "adapters/sql/audit_log.h"
#include "adapters/sql/json_codec.h"
#include "adapters/sql/mail_changes.h"
#include "adapters/sql/row_codec.h"
#include "core/model/token_life.h"

namespace lockstep {
namespace {

std::int64_t signed_of(std::uint64_t number) { return static_cast<std::int64_t>(number); }

/// One overload for each change.
class Apply : public AdministrationChanges, public MailChanges {
 public:
  explicit Apply(Connection& database)
      : AdministrationChanges(database), MailChanges(database), database_(database) {}

  using AdministrationChanges::operator();
  using MailChanges::operator();

  Result<void> operator()(const InsertUser& change) const {
    const User& user = change.user;
    LOCKSTEP_TRY(const std::string search, search_text(user));
    return execute_one(
        database_,
        "INSERT INTO users (id, name, first_name, last_name, email, search, status, password,"
        " pin_salt, pin_mac, created_at, misses, sync, version, phone, primary_token, factors,"
        " language)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17,"
        " $18)"
        " ON CONFLICT DO NOTHING",
        {user.id, user.name.text(), user.first_name, user.last_name, user.email, search,
         stored_name(user.status), user.password, salt_of(user), mac_of(user), user.created_at,
         signed_of(user.sync.misses_in_row), to_json(user.sync), user.version, user.phone,
         user.primary, factors_to_json(user), user.language},
        "the user exists");
  }

  Result<void> operator()(const UpdateUser& change) const {
    const User& user = change.user;
    LOCKSTEP_TRY(const std::string search, search_text(user));
    return execute_one(
        database_,
        "UPDATE users SET first_name = $3, last_name = $4, email = $5, search = $6, status = $7,"
        " password = $8, pin_salt = $9, pin_mac = $10, phone = $11, primary_token = $12,"
        " factors = $13, language = $14, version = version + 1"
        " WHERE id = $1 AND version = $2",
        {user.id, user.version, user.first_name, user.last_name, user.email, search,
         stored_name(user.status), user.password, salt_of(user), mac_of(user), user.phone,
         user.primary, factors_to_json(user), user.language},
        "the user has changed");
  }

  Result<void> operator()(const UpdateUserSync& change) const {
    return execute_one(
        database_,
        "UPDATE users SET misses = $3, sync = $4, version = version + 1"
        " WHERE id = $1 AND version = $2",
        {change.user, change.version, signed_of(change.sync.misses_in_row), to_json(change.sync)},
        "the user has changed");
  }

  Result<void> operator()(const DeleteUser& change) const {
    // The version first: by deleting, the row would be gone from under its tokens.
    LOCKSTEP_CHECK(execute_one(
        database_, "UPDATE users SET version = version + 1 WHERE id = $1 AND version = $2",
        {change.user, change.version}, "the user has changed"));
    LOCKSTEP_CHECK(database_.queue(
        "UPDATE tokens SET owner = NULL, label = '', assigned_at = NULL, version = version + 1"
        " WHERE owner = $1",
        {change.user}));
    LOCKSTEP_CHECK(database_.queue("DELETE FROM members WHERE user_id = $1", {change.user}));
    LOCKSTEP_CHECK(database_.queue("DELETE FROM mail_codes WHERE user_id = $1", {change.user}));
    return database_.queue("DELETE FROM users WHERE id = $1", {change.user});
  }

  Result<void> operator()(const InsertToken& change) const {
    const Token& token = change.token;
    const CodeSpec& spec = token.spec;
    LOCKSTEP_TRY(const std::string search, search_text(token));
    return execute_one(
        database_,
        "INSERT INTO tokens (id, serial, kind, hash, digits, step, t0, form, status, model,"
        " search, owner, valid_from, valid_until, created_at, seed, next, progress, version,"
        " batch, warranty_until, used_at, label, assigned_at, sync)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17,"
        " $18, $19, $20, $21, $22, $23, $24, $25) ON CONFLICT DO NOTHING",
        {token.id,
         token.serial.text(),
         stored_name(spec.kind),
         stored_name(spec.hash),
         std::int64_t{spec.digits.count()},
         spec.step.count(),
         spec.t0.count(),
         stored_name(token.form),
         stored_name(token.status),
         token.model,
         search,
         token.owner,
         token.valid_from,
         token.valid_until,
         token.created_at,
         token.seed,
         signed_of(token.progress.next.value()),
         to_json(token.progress),
         token.version,
         token.batch,
         token.warranty_until,
         used_at(token.progress),
         token.label,
         token.assigned_at,
         name_of(token.progress.sync)},
        "the serial exists, or there is no such owner");
  }

  Result<void> operator()(const UpdateToken& change) const {
    const Token& token = change.token;
    const CodeSpec& spec = token.spec;
    LOCKSTEP_TRY(const std::string search, search_text(token));
    return execute_one(
        database_,
        "UPDATE tokens SET kind = $3, hash = $4, digits = $5, step = $6, t0 = $7, form = $8,"
        " status = $9, model = $10, search = $11, owner = $12, valid_from = $13,"
        " valid_until = $14, batch = $15, warranty_until = $16, label = $17, assigned_at = $18,"
        " version = version + 1"
        " WHERE id = $1 AND version = $2",
        {token.id, token.version, stored_name(spec.kind), stored_name(spec.hash),
         std::int64_t{spec.digits.count()}, spec.step.count(), spec.t0.count(),
         stored_name(token.form), stored_name(token.status), token.model, search, token.owner,
         token.valid_from, token.valid_until, token.batch, token.warranty_until, token.label,
         token.assigned_at},
        "the token has changed, or there is no such owner");
  }

  Result<void> operator()(const UpdateProgress& change) const {
    return execute_one(
        database_,
        "UPDATE tokens SET next = $3, progress = $4, status = $5, used_at = $6, sync = $7,"
        " version = version + 1"
        " WHERE id = $1 AND version = $2",
        {change.token, change.version, signed_of(change.progress.next.value()),
         to_json(change.progress), stored_name(change.status), used_at(change.progress),
         name_of(change.progress.sync)},
        "the token has changed");
  }

  Result<void> operator()(const DeleteToken& change) const {
    return execute_one(database_, "DELETE FROM tokens WHERE id = $1 AND version = $2",
                       {change.token, change.version}, "the token has changed");
  }

  Result<void> operator()(const InsertGroup& change) const {
    return execute_one(database_,
                       "INSERT INTO user_groups (name) VALUES ($1) ON CONFLICT DO NOTHING",
                       {change.group.text()}, "the group exists");
  }

  Result<void> operator()(const DeleteGroup& change) const {
    LOCKSTEP_CHECK(
        database_.queue("DELETE FROM members WHERE group_name = $1", {change.group.text()}));
    return execute_one(database_, "DELETE FROM user_groups WHERE name = $1", {change.group.text()},
                       "no such group");
  }

  Result<void> operator()(const AddMember& change) const {
    // Already a member: written again as it is, since one row is what is waited for.
    return execute_one(
        database_,
        "INSERT INTO members (group_name, user_id) VALUES ($1, $2)"
        " ON CONFLICT (group_name, user_id) DO UPDATE SET user_id = excluded.user_id",
        {change.group.text(), change.user}, "no such group or user");
  }

  Result<void> operator()(const RemoveMember& change) const {
    return database_.queue("DELETE FROM members WHERE group_name = $1 AND user_id = $2",
                           {change.group.text(), change.user});
  }

  Result<void> operator()(const InsertApiKey& change) const {
    const ApiKey& key = change.key;
    return execute_one(
        database_,
        "INSERT INTO api_keys (id, name, hash, permissions, created_at, revoked_at, version,"
        " required_group)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING",
        {key.id, key.name, ByteView(key.hash), stored_names(key.permissions), key.created_at,
         key.revoked_at, key.version, group_of(key)},
        "the API key's name exists");
  }

  Result<void> operator()(const RevokeApiKey& change) const {
    return execute_one(database_,
                       "UPDATE api_keys SET revoked_at = $3, version = version + 1"
                       " WHERE id = $1 AND version = $2",
                       {change.key, change.version, change.at}, "the API key has changed");
  }

  Result<void> operator()(const RotateApiKey& change) const {
    return execute_one(database_,
                       "UPDATE api_keys SET hash = $3, version = version + 1"
                       " WHERE id = $1 AND version = $2 AND revoked_at IS NULL"
                       " AND NOT EXISTS (SELECT 1 FROM api_keys WHERE hash = $3)",
                       {change.key, change.version, ByteView(change.hash)},
                       "the API key has changed");
  }

  Result<void> operator()(const UpdateApiKey& change) const {
    const ApiKey& key = change.key;
    return execute_one(database_,
                       "UPDATE api_keys SET required_group = $3, version = version + 1"
                       " WHERE id = $1 AND version = $2",
                       {key.id, key.version, group_of(key)}, "the API key has changed");
  }

  Result<void> operator()(const InsertPolicy& change) const {
    const PolicyRevision& revision = change.revision;
    return execute_one(
        database_,
        "INSERT INTO policies (number, document, at_time, actor)"
        " SELECT CAST($1 AS BIGINT), CAST($2 AS TEXT), CAST($3 AS BIGINT), CAST($4 AS TEXT)"
        " WHERE CAST($1 AS BIGINT) = (SELECT COALESCE(MAX(number), 0) + 1 FROM policies)"
        " ON CONFLICT DO NOTHING",
        {signed_of(revision.number), revision.document, revision.at, revision.by},
        "the policy has changed");
  }

  Result<void> operator()(const InsertTicket& change) const {
    const Ticket& ticket = change.ticket;
    return execute_one(database_,
                       "INSERT INTO tickets (hash, kind, data, sealed, expires_at, version)"
                       " VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING",
                       {ByteView(ticket.hash), stored_name(ticket.kind), ticket.data, ticket.sealed,
                        ticket.expires_at, ticket.version},
                       "the ticket exists");
  }

  Result<void> operator()(const UpdateTicket& change) const {
    const Ticket& ticket = change.ticket;
    return execute_one(
        database_,
        "UPDATE tickets SET data = $3, sealed = $4, expires_at = $5,"
        " version = version + 1 WHERE hash = $1 AND version = $2",
        {ByteView(ticket.hash), ticket.version, ticket.data, ticket.sealed, ticket.expires_at},
        "the ticket was used");
  }

  Result<void> operator()(const DeleteTicket& change) const {
    return execute_one(database_, "DELETE FROM tickets WHERE hash = $1 AND version = $2",
                       {ByteView(change.hash), change.version}, "the ticket was used");
  }

  Result<void> operator()(const InsertServiceKey& change) const {
    return execute_one(database_,
                       "INSERT INTO service_keys (name, sealed) VALUES ($1, $2)"
                       " ON CONFLICT DO NOTHING",
                       {change.name, change.key}, "the service key exists");
  }

  Result<void> operator()(const KeepSignedHead& change) const {
    return keep_signed_head(database_, change.head);
  }

  Result<void> operator()(const KeepCheckpoint& change) const {
    return keep_checkpoint(database_, change.checkpoint);
  }

  Result<void> operator()(const ReplaceSealed& change) const {
    // The old secret is the condition: whoever changed the row in between has won.
    if (const auto* token = std::get_if<TokenId>(&change.place)) {
      return database_.queue("UPDATE tokens SET seed = $3 WHERE id = $1 AND seed = $2",
                             {*token, change.from, change.to});
    }
    if (const auto* ticket = std::get_if<TicketHash>(&change.place)) {
      return database_.queue("UPDATE tickets SET sealed = $3 WHERE hash = $1 AND sealed = $2",
                             {ByteView(*ticket), change.from, change.to});
    }
    if (const auto* mail = std::get_if<MailId>(&change.place)) {
      return database_.queue("UPDATE mails SET arguments = $3 WHERE id = $1 AND arguments = $2",
                             {*mail, change.from, change.to});
    }
    return database_.queue("UPDATE service_keys SET sealed = $3 WHERE name = $1 AND sealed = $2",
                           {std::get<std::string>(change.place), change.from, change.to});
  }

  Result<void> operator()(const RetireKey& change) const {
    return execute_one(database_,
                       "INSERT INTO retired_keys (key_id) VALUES ($1) ON CONFLICT DO NOTHING",
                       {ByteView(change.key)}, "the key is retired");
  }

 private:
  static std::optional<ByteView> salt_of(const User& user) {
    if (!user.pin) return std::nullopt;
    return ByteView(user.pin->salt);
  }
  static std::optional<ByteView> mac_of(const User& user) {
    if (!user.pin) return std::nullopt;
    return ByteView(user.pin->mac);
  }

  static std::optional<std::string_view> group_of(const ApiKey& key) {
    if (!key.required_group) return std::nullopt;
    return key.required_group->text();
  }
  static std::optional<WallTime> used_at(const Progress& progress) {
    if (progress.used.empty()) return std::nullopt;
    return progress.used.back().at;
  }

  Connection& database_;
};

/// The key of a ticket's row, from its hash.
std::uint64_t key_of(const TicketHash& hash) {
  std::uint64_t key = 0;
  for (std::size_t i = 0; i < sizeof key; ++i) key = (key << 8U) | hash[i];
  return key;
}

/// What a change is about: one overload for each that changes a row others may have read.
struct KeyOf {
  std::optional<std::uint64_t> operator()(const UpdateUser& one) const {
    return one.user.id.value();
  }
  std::optional<std::uint64_t> operator()(const UpdateUserSync& one) const {
    return one.user.value();
  }
  std::optional<std::uint64_t> operator()(const DeleteUser& one) const { return one.user.value(); }
  std::optional<std::uint64_t> operator()(const UpdateToken& one) const {
    return one.token.id.value();
  }
  std::optional<std::uint64_t> operator()(const UpdateProgress& one) const {
    return one.token.value();
  }
  std::optional<std::uint64_t> operator()(const DeleteToken& one) const {
    return one.token.value();
  }
  std::optional<std::uint64_t> operator()(const AddMember& one) const { return one.user.value(); }
  std::optional<std::uint64_t> operator()(const RemoveMember& one) const {
    return one.user.value();
  }
  std::optional<std::uint64_t> operator()(const RevokeApiKey& one) const { return one.key.value(); }
  std::optional<std::uint64_t> operator()(const RotateApiKey& one) const { return one.key.value(); }
  std::optional<std::uint64_t> operator()(const UpdateApiKey& one) const {
    return one.key.id.value();
  }
  std::optional<std::uint64_t> operator()(const UpdateOperator& one) const {
    return one.account.id.value();
  }
  std::optional<std::uint64_t> operator()(const DeleteOperator& one) const {
    return one.id.value();
  }
  std::optional<std::uint64_t> operator()(const UpdateSession& one) const {
    return key_of(one.session.hash);
  }
  std::optional<std::uint64_t> operator()(const DeleteSession& one) const {
    return key_of(one.hash);
  }
  std::optional<std::uint64_t> operator()(const DeleteSessionsOf& one) const { return one.subject; }
  std::optional<std::uint64_t> operator()(const DeleteApproval& one) const {
    return one.id.value();
  }
  std::optional<std::uint64_t> operator()(const UpdateTicket& one) const {
    return key_of(one.ticket.hash);
  }
  std::optional<std::uint64_t> operator()(const DeleteTicket& one) const {
    return key_of(one.hash);
  }
  std::optional<std::uint64_t> operator()(const UpdateMail& one) const {
    return one.mail.id.value();
  }
  std::optional<std::uint64_t> operator()(const PutMailCode& one) const {
    return one.code.user.value();
  }
  std::optional<std::uint64_t> operator()(const ReplaceSealed& one) const {
    const auto* token = std::get_if<TokenId>(&one.place);
    return token == nullptr ? std::nullopt : std::optional(token->value());
  }
  template <class Other>
  std::optional<std::uint64_t> operator()(const Other& /*one*/) const {
    return std::nullopt;
  }
};

}  // namespace

std::vector<std::uint64_t> keys_of(std::span<const Change> changes) {
  std::vector<std::uint64_t> keys;
  for (const Change& change : changes) {
    if (const auto key = std::visit(KeyOf(), change)) keys.push_back(*key);
  }
  return keys;
}

Result<void> apply(Connection& database, const Change& change) {
  return std::visit(Apply(database), change);
}

Result<void> check_keys(Connection& database, const ChangeSet& set) {
  std::set<KeyId> keys;  // nearly always none or one
  for (const Change& change : set.changes) {
    if (const Sealed* brought = sealed_in(change)) keys.insert(key_id_in(*brought));
  }
  for (const KeyId& key : keys) {
    LOCKSTEP_TRY(const auto rows,
                 database.query("SELECT 1 FROM retired_keys WHERE key_id = $1", {ByteView(key)}));
    LOCKSTEP_TRY(const bool retired, rows->next());
    if (!retired) continue;
    return fail(Errc::unavailable, "sealed under a key that was replaced: try again");
  }
  return {};
}

Result<std::uint64_t> delete_expired(Connection& database, WallTime now) {
  std::uint64_t deleted = 0;
  for (const std::string_view sql :
       {"DELETE FROM tickets WHERE expires_at < $1", "DELETE FROM sessions WHERE expires_at < $1",
        "DELETE FROM approvals WHERE expires_at < $1"}) {
    LOCKSTEP_TRY(const std::uint64_t rows, database.execute(sql, {now}));
    deleted += rows;
  }
  LOCKSTEP_TRY(const std::uint64_t mails,
               database.execute("DELETE FROM mails WHERE created_at < $1", {now - Mail::kKept}));
  return deleted + mails;
}

}  // namespace lockstep
