// SPDX-License-Identifier: Apache-2.0
#include "adapters/sql/migrations.h"

#include <charconv>
#include <string>

#include "adapters/sql/row_codec.h"

namespace lockstep {
namespace {

constexpr const char* kSchema1 = R"sql(
CREATE TABLE users (
  id          BIGINT PRIMARY KEY,
  name        TEXT   NOT NULL UNIQUE,
  first_name  TEXT   NOT NULL,
  last_name   TEXT   NOT NULL,
  email       TEXT   NOT NULL,
  search      TEXT   NOT NULL,
  status      TEXT   NOT NULL,
  password    TEXT,
  pin_salt    BYTEA,
  pin_mac     BYTEA,
  created_at  BIGINT NOT NULL,
  misses      BIGINT NOT NULL,
  sync        TEXT   NOT NULL,
  version     BIGINT NOT NULL
);
CREATE TABLE tokens (
  id          BIGINT PRIMARY KEY,
  serial      TEXT   NOT NULL UNIQUE,
  kind        TEXT   NOT NULL,
  hash        TEXT   NOT NULL,
  digits      BIGINT NOT NULL,
  step        BIGINT NOT NULL,
  t0          BIGINT NOT NULL,
  form        TEXT   NOT NULL,
  status      TEXT   NOT NULL,
  model       TEXT   NOT NULL,
  search      TEXT   NOT NULL,
  owner       BIGINT REFERENCES users (id),
  valid_from  BIGINT,
  valid_until BIGINT,
  created_at  BIGINT NOT NULL,
  seed        BYTEA  NOT NULL,
  next        BIGINT NOT NULL,
  progress    TEXT   NOT NULL,
  version     BIGINT NOT NULL
);
CREATE INDEX tokens_by_owner ON tokens (owner);
CREATE TABLE user_groups (
  name        TEXT   PRIMARY KEY
);
CREATE TABLE members (
  group_name  TEXT   NOT NULL REFERENCES user_groups (name) ON DELETE CASCADE,
  user_id     BIGINT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  PRIMARY KEY (group_name, user_id)
);
CREATE INDEX members_by_user ON members (user_id);
CREATE TABLE api_keys (
  id          BIGINT PRIMARY KEY,
  name        TEXT   NOT NULL UNIQUE,
  hash        BYTEA  NOT NULL UNIQUE,
  permissions TEXT   NOT NULL,
  created_at  BIGINT NOT NULL,
  revoked_at  BIGINT,
  version     BIGINT NOT NULL
);
CREATE TABLE policies (
  number      BIGINT PRIMARY KEY,
  document    TEXT   NOT NULL,
  at_time     BIGINT NOT NULL,
  actor       TEXT   NOT NULL
);
CREATE TABLE tickets (
  hash        BYTEA  PRIMARY KEY,
  kind        TEXT   NOT NULL,
  data        TEXT   NOT NULL,
  sealed      BYTEA,
  expires_at  BIGINT NOT NULL,
  version     BIGINT NOT NULL
);
CREATE INDEX tickets_by_expiry ON tickets (expires_at);
CREATE TABLE service_keys (
  name        TEXT   PRIMARY KEY,
  sealed      BYTEA  NOT NULL
);
CREATE TABLE audit (
  node        BIGINT NOT NULL,
  seq         BIGINT NOT NULL,
  hash        BYTEA  NOT NULL,
  kind        TEXT   NOT NULL,
  at_time     BIGINT NOT NULL,
  actor       TEXT   NOT NULL,
  user_name   TEXT,
  serial      TEXT,
  reason      TEXT   NOT NULL,
  source      TEXT   NOT NULL,
  details     TEXT   NOT NULL,
  PRIMARY KEY (node, seq)
);
CREATE INDEX audit_by_time ON audit (at_time, node, seq);
CREATE INDEX audit_by_user ON audit (user_name, at_time, node, seq) WHERE user_name IS NOT NULL;
CREATE INDEX audit_by_serial ON audit (serial, at_time, node, seq) WHERE serial IS NOT NULL;
CREATE TABLE audit_heads (
  node        BIGINT PRIMARY KEY,
  seq         BIGINT NOT NULL,
  hash        BYTEA  NOT NULL
);
)sql";

// Signatures of the audit's heads, and of where it begins after old records were removed.
constexpr const char* kSchema2 = R"sql(
CREATE TABLE audit_signed_heads (
  node        BIGINT PRIMARY KEY,
  seq         BIGINT NOT NULL,
  hash        BYTEA  NOT NULL,
  at_time     BIGINT NOT NULL,
  key_id      BYTEA  NOT NULL,
  signature   BYTEA  NOT NULL
);
CREATE TABLE audit_checkpoints (
  node        BIGINT PRIMARY KEY,
  seq         BIGINT NOT NULL,
  hash        BYTEA  NOT NULL,
  at_time     BIGINT NOT NULL,
  key_id      BYTEA  NOT NULL,
  signature   BYTEA  NOT NULL
);
)sql";

// Keys that nothing new may be sealed under.
constexpr const char* kSchema3 = R"sql(
CREATE TABLE retired_keys (
  key_id      BYTEA  PRIMARY KEY
);
)sql";

// The life of tokens and of first factors, operators, and what the web applications keep.
constexpr const char* kSchema4 = R"sql(
ALTER TABLE users ADD COLUMN phone TEXT NOT NULL DEFAULT '';
ALTER TABLE users ADD COLUMN primary_token BIGINT;
ALTER TABLE users ADD COLUMN factors TEXT NOT NULL DEFAULT '[1,null,0,null,0,[]]';
ALTER TABLE tokens ADD COLUMN batch TEXT NOT NULL DEFAULT '';
ALTER TABLE tokens ADD COLUMN warranty_until BIGINT;
ALTER TABLE tokens ADD COLUMN used_at BIGINT;
ALTER TABLE api_keys ADD COLUMN required_group TEXT;
CREATE TABLE token_models (
  name            TEXT   PRIMARY KEY,
  maker           TEXT   NOT NULL,
  form            TEXT   NOT NULL,
  kind            TEXT   NOT NULL,
  hash            TEXT   NOT NULL,
  digits          BIGINT NOT NULL,
  step            BIGINT NOT NULL,
  t0              BIGINT NOT NULL,
  shown_for       BIGINT NOT NULL,
  warranty_months BIGINT NOT NULL,
  help            TEXT   NOT NULL,
  version         BIGINT NOT NULL
);
CREATE TABLE policy_draft (
  id          BIGINT PRIMARY KEY,
  document    TEXT   NOT NULL,
  at_time     BIGINT NOT NULL,
  actor       TEXT   NOT NULL,
  version     BIGINT NOT NULL
);
CREATE TABLE operators (
  id              BIGINT PRIMARY KEY,
  name            TEXT   NOT NULL UNIQUE,
  full_name       TEXT   NOT NULL,
  email           TEXT   NOT NULL,
  role            TEXT   NOT NULL,
  scope           TEXT   NOT NULL,
  status          TEXT   NOT NULL,
  password        TEXT,
  tokens_of       TEXT,
  wrong_passwords BIGINT NOT NULL,
  wrong_at        BIGINT,
  signed_in_at    BIGINT,
  created_at      BIGINT NOT NULL,
  version         BIGINT NOT NULL
);
CREATE TABLE sessions (
  hash        BYTEA  PRIMARY KEY,
  kind        TEXT   NOT NULL,
  subject     BIGINT NOT NULL,
  created_at  BIGINT NOT NULL,
  seen_at     BIGINT NOT NULL,
  expires_at  BIGINT NOT NULL,
  proven_at   BIGINT,
  about       TEXT   NOT NULL,
  version     BIGINT NOT NULL
);
CREATE INDEX sessions_by_subject ON sessions (kind, subject);
CREATE INDEX sessions_by_expiry ON sessions (expires_at);
CREATE TABLE approvals (
  id          BIGINT PRIMARY KEY,
  what        TEXT   NOT NULL,
  data        TEXT   NOT NULL,
  asked_by    TEXT   NOT NULL,
  asked_at    BIGINT NOT NULL,
  expires_at  BIGINT NOT NULL,
  version     BIGINT NOT NULL
);
)sql";

// What the portal keeps: mails that wait, codes by mail, and what users call their tokens.
constexpr const char* kSchema5 = R"sql(
ALTER TABLE users ADD COLUMN language TEXT NOT NULL DEFAULT '';
ALTER TABLE tokens ADD COLUMN label TEXT NOT NULL DEFAULT '';
ALTER TABLE tokens ADD COLUMN assigned_at BIGINT;
ALTER TABLE sessions ADD COLUMN data TEXT NOT NULL DEFAULT '';
CREATE TABLE mails (
  id          BIGINT PRIMARY KEY,
  recipient   TEXT   NOT NULL,
  event       TEXT   NOT NULL,
  language    TEXT   NOT NULL,
  arguments   BYTEA  NOT NULL,
  state       TEXT   NOT NULL,
  tries       BIGINT NOT NULL,
  next_try_at BIGINT NOT NULL,
  created_at  BIGINT NOT NULL,
  expires_at  BIGINT NOT NULL,
  problem     TEXT   NOT NULL,
  version     BIGINT NOT NULL
);
CREATE INDEX mails_by_due ON mails (state, next_try_at, id);
CREATE INDEX mails_by_age ON mails (created_at, id);
CREATE TABLE mail_codes (
  user_id      BIGINT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  purpose      TEXT   NOT NULL,
  code_salt    BYTEA,
  code_mac     BYTEA,
  state        BYTEA  NOT NULL,
  expires_at   BIGINT NOT NULL,
  sent_at      BIGINT NOT NULL,
  hour_since   BIGINT NOT NULL,
  sent_in_hour BIGINT NOT NULL,
  day_since    BIGINT NOT NULL,
  wrong_in_day BIGINT NOT NULL,
  version      BIGINT NOT NULL,
  PRIMARY KEY (user_id, purpose)
);
)sql";

// Whether tokens are in step. Of what was there the state says it roughly, and the next code sets
// it right. In a state's text (json_codec.cc) a fence is a 1 behind everything else, and nothing
// but the list of used codes stands before the number of failures.
constexpr const char* kSchema6 = R"sql(
ALTER TABLE tokens ADD COLUMN sync TEXT NOT NULL DEFAULT 'unused';
UPDATE tokens SET sync = CASE
  WHEN progress LIKE '%,1]' OR progress NOT LIKE '%],0,null%' THEN 'out_of_sync'
  ELSE 'in_sync' END
 WHERE progress NOT LIKE '%],[],0,null%';
CREATE INDEX tokens_by_sync ON tokens (sync, serial);
)sql";

constexpr const char* kMetaTable =
    "CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL)";

constexpr Migration kMigrations[] = {
    {1, kSchema1}, {2, kSchema2}, {3, kSchema3}, {4, kSchema4}, {5, kSchema5}, {6, kSchema6},
};

/// A number from the table `meta`; 0 when it is not there.
Result<std::uint64_t> read_meta(Connection& database, std::string_view key) {
  LOCKSTEP_TRY(const auto rows, database.query("SELECT value FROM meta WHERE key = $1", {key}));
  LOCKSTEP_TRY(const bool found, rows->next());
  if (!found) return 0;
  Columns columns(*rows);
  const std::string text = columns.text();
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (!columns.sound() || error != std::errc() || end != text.data() + text.size()) {
    return fail(Errc::corrupt, "the database's own description is damaged");
  }
  return value;
}

Result<void> write_meta(Connection& database, std::string_view key, std::uint64_t value) {
  LOCKSTEP_CHECK(
      database.execute("INSERT INTO meta (key, value) VALUES ($1, $2)"
                       " ON CONFLICT (key) DO UPDATE SET value = excluded.value",
                       {key, std::to_string(value)}));
  return {};
}

/// All steps behind the schema that is there, inside the caller's transaction.
Result<NodeId> step_up(Connection& database, Random& random) {
  LOCKSTEP_CHECK(database.script(kMetaTable));
  LOCKSTEP_TRY(std::uint64_t schema, read_meta(database, "schema"));
  if (schema < migrations().back().number) {
    // Another process may be at it: this row is its, until it is done.
    LOCKSTEP_CHECK(write_meta(database, "migrating_to", migrations().back().number));
    LOCKSTEP_TRY(schema, read_meta(database, "schema"));
  }
  const std::uint32_t newest = migrations().back().number;
  if (schema > newest) {
    return fail(Errc::corrupt, "the database has schema " + std::to_string(schema) +
                                   " and this program knows up to " + std::to_string(newest) +
                                   ": install the newer Lockstep that wrote it");
  }
  for (const Migration& migration : migrations()) {
    if (migration.number <= schema) continue;
    LOCKSTEP_CHECK(database.script(migration.sql));
    LOCKSTEP_CHECK(write_meta(database, "schema", migration.number));
  }
  LOCKSTEP_TRY(std::uint64_t node, read_meta(database, "node"));
  if (node == 0) {
    node = random.id();
    LOCKSTEP_CHECK(write_meta(database, "node", node));
  }
  return NodeId(node);
}

}  // namespace

std::span<const Migration> migrations() { return kMigrations; }

Result<void> migrate_to(Connection& database, std::uint32_t schema) {
  if (schema == 0 || schema > migrations().back().number) {
    return fail(Errc::invalid_input, "schema " + std::to_string(schema) +
                                         " is not known to this program: install the Lockstep "
                                         "that wrote it, or a newer one");
  }
  LOCKSTEP_CHECK(database.begin_write());
  LOCKSTEP_CHECK(database.script(kMetaTable));
  for (const Migration& migration : migrations().first(schema)) {
    LOCKSTEP_CHECK(database.script(migration.sql));
  }
  LOCKSTEP_CHECK(write_meta(database, "schema", schema));
  return database.commit();
}

Result<std::uint32_t> schema_of(Connection& database) {
  LOCKSTEP_TRY(const std::uint64_t schema, read_meta(database, "schema"));
  return static_cast<std::uint32_t>(schema);
}

Result<void> forget_node(Connection& database) {
  LOCKSTEP_CHECK(database.execute("DELETE FROM meta WHERE key = 'node'", {}));
  return {};
}

Result<NodeId> migrate(Connection& database, Random& random) {
  // Of two processes that make the first table of all at once one gets an error, and finds it there
  // the next time.
  constexpr int kTriesMax = 3;
  for (int tries = 1;; ++tries) {
    LOCKSTEP_CHECK(database.begin_write());
    Result<NodeId> node = step_up(database, random);
    if (node) {
      LOCKSTEP_CHECK(database.commit());
      return node;
    }
    LOCKSTEP_CHECK(database.rollback());
    if (node.error().code == Errc::corrupt || tries == kTriesMax) return node;
  }
}

}  // namespace lockstep
