// SPDX-License-Identifier: Apache-2.0
#include "store_contract.h"

#include <utility>

#include "adapters/sql/sql_store.h"
#include "testing/memory_store.h"
#include "testing/seeded_random.h"
#include "testing/temporary_directory.h"
#include "testing/test_postgres.h"

namespace lockstep {
namespace {

std::unique_ptr<Store> make_memory(std::shared_ptr<void>& /*keep_alive*/) {
  return std::make_unique<MemoryStore>();
}

std::unique_ptr<Store> make_sqlite(std::shared_ptr<void>& keep_alive) {
  const auto directory = std::make_shared<TemporaryDirectory>();
  keep_alive = directory;
  SeededRandom random(1);
  auto store = open_sqlite_store(directory->path(), random);
  if (!store) {
    ADD_FAILURE() << store.error().context;
    return nullptr;
  }
  return *std::move(store);
}

std::unique_ptr<Store> make_postgres(std::shared_ptr<void>& keep_alive) {
  const auto directory = std::make_shared<TemporaryDirectory>();
  const auto random = std::make_shared<SeededRandom>(1);
  keep_alive =
      std::make_shared<std::pair<std::shared_ptr<void>, std::shared_ptr<void>>>(directory, random);
  auto store =
      open_postgres_store(TestPostgres::shared().make_database(), directory->path(), *random);
  if (!store) {
    ADD_FAILURE() << store.error().context;
    return nullptr;
  }
  return *std::move(store);
}

}  // namespace

std::vector<StoreKind> store_kinds() {
  if (LOCKSTEP_POSTGRES == 1) return {{"Postgres", make_postgres}};
  return {{"Memory", make_memory}, {"Sqlite", make_sqlite}};
}

std::string name_of_kind(const testing::TestParamInfo<StoreKind>& kind) { return kind.param.name; }

void StoreContract::must(Change change) {
  const Result<void> result = commit(std::move(change));
  ASSERT_TRUE(result) << result.error().context;
}

Result<void> StoreContract::commit(Change change) {
  ChangeSet set;
  set.changes.push_back(std::move(change));
  return store().commit(std::move(set));
}

User StoreContract::user(const std::string& name) {
  return store().situation(user_name(name)).value().user.value();
}

Token StoreContract::token(const std::string& text) {
  const Situation situation = store().situation(serial(text)).value();
  for (const Token& token : situation.tokens) {
    if (token.serial == serial(text)) return token;
  }
  ADD_FAILURE() << "there is no token " << text;
  return a_token(1, "NONE");
}

std::uint64_t StoreContract::version_of_user(const std::string& name) {
  return user(name).version.value();
}

std::uint64_t StoreContract::version_of_token(const std::string& text) {
  return token(text).version.value();
}

UserName user_name(const std::string& text) { return UserName::parse(text).value(); }
GroupName group_name(const std::string& text) { return GroupName::parse(text).value(); }
Serial serial(const std::string& text) { return Serial::parse(text).value(); }

Instant an_instant(std::int64_t second) {
  // A run beyond 2^63, as a hash of the boot id can be.
  return {kThen + Seconds(second), MonoTime(second * 1'000'000), ClockRun(0xfedcba9876543210U)};
}

User a_user(std::uint64_t id, const std::string& name) {
  User user{.id = UserId(id), .name = user_name(name)};
  user.first_name = "Zoë";
  user.last_name = "Müller-Łódź";
  user.email = name + "@example.org";
  user.phone = "+46 70 123 45 67";
  user.language = "sv";
  user.primary = TokenId(id + 100);
  user.password = "$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$aGFzaA";
  user.pin = PinMac{};
  user.pin->salt.fill(static_cast<std::uint8_t>(id));
  user.pin->mac.fill(0x5a);
  user.password_life = {kThen - Seconds(1), true};
  user.pin_life = {std::nullopt, true};
  user.old_pins = {*user.pin, PinMac{}};
  user.created_at = kThen;
  user.sync.misses_in_row = 3;
  user.sync.year = {-1'500'000, an_instant(1)};
  user.sync.factor_failures = {2, an_instant(2)};
  user.sync.failed_pairs_today = 1;
  user.sync.failed_pairs_since = an_instant(3);
  user.sync.slots = {{Source("vpn \"1\", 10.0.0.1"),
                      an_instant(4),
                      {{TokenId(7), Position(Position::kMax)}, {TokenId(8), Position(0)}}},
                     {Source(""), an_instant(5), {}}};
  user.sync.sources = {{Source("vpn"), 1, 2, an_instant(6)}};
  user.sync.temporary = TemporaryAccess{.codes = {*user.pin, PinMac{}},
                                        .single_use = true,
                                        .until = kThen + Seconds(60),
                                        .when_found = WhenFound::allow_after};
  user.version = RowVersion(1);
  return user;
}

Token a_token(std::uint64_t id, const std::string& serial_text) {
  Token token{.id = TokenId(id), .serial = serial(serial_text)};
  token.spec = {TokenKind::totp, HashAlgorithm::sha256, Digits::eight(), Seconds(60), Seconds(-5)};
  token.form = TokenForm::software;
  token.model = "Acme Größe 5";
  token.batch = "Lieferung 7";
  token.label = "Schlüsselbund";
  token.assigned_at = kThen + Seconds(7);
  token.valid_from = kThen - Seconds(10);
  token.valid_until = kThen + Seconds(10);
  token.warranty_until = kThen + Seconds(20);
  token.created_at = kThen;
  token.seed = Sealed(Bytes{0, 1, 2, 0xff, 0});
  token.progress.next = Position(Position::kMax);
  token.progress.clock = ClockFix{Micros(-123'456), an_instant(1)};
  token.progress.remembered = {{Position(17), an_instant(2)}, {Position(18), an_instant(3)}};
  token.progress.used = {{Position(16), kThen}};
  token.progress.resync_failures = {4, an_instant(5)};
  token.progress.sync = SyncState::drifting;
  token.version = RowVersion(1);
  return token;
}

ApiKey an_api_key(std::uint64_t id, const std::string& name) {
  ApiKey key;
  key.id = ApiKeyId(id);
  key.name = name;
  key.hash.fill(static_cast<std::uint8_t>(id));
  key.permissions = {Permission::authenticate, Permission::audit_read};
  key.required_group = group_name("staff");
  key.created_at = kThen;
  key.version = RowVersion(1);
  return key;
}

Ticket a_ticket(std::uint8_t number) {
  Ticket ticket;
  ticket.hash.fill(number);
  ticket.kind = TicketKind::resync;
  ticket.data = R"({"serial":"A-1"})";
  ticket.sealed = Sealed(Bytes{1, 2, 3});
  ticket.expires_at = kThen + Seconds(number);
  ticket.version = RowVersion(1);
  return ticket;
}

AuditEvent an_event(const std::string& user, WallTime at) {
  AuditEvent event{.kind = EventKind::login_refused, .at = at, .actor = Actor("key:vpn")};
  event.user = user_name(user);
  event.serial = serial("A-1");
  event.reason = Reason::already_used;
  event.source = "vpn 10.0.0.1";
  event.details = {{"position", "1842"}, {"", ""}};
  return event;
}

void expect_same(const User& stored, const User& expected) {
  EXPECT_EQ(stored.id, expected.id);
  EXPECT_EQ(stored.name, expected.name);
  EXPECT_EQ(stored.first_name, expected.first_name);
  EXPECT_EQ(stored.last_name, expected.last_name);
  EXPECT_EQ(stored.email, expected.email);
  EXPECT_EQ(stored.phone, expected.phone);
  EXPECT_EQ(stored.language, expected.language);
  EXPECT_EQ(stored.primary, expected.primary);
  EXPECT_EQ(stored.status, expected.status);
  EXPECT_TRUE(stored.password == expected.password);
  EXPECT_TRUE(stored.pin == expected.pin);
  EXPECT_TRUE(stored.password_life == expected.password_life);
  EXPECT_TRUE(stored.pin_life == expected.pin_life);
  EXPECT_TRUE(stored.old_pins == expected.old_pins);
  EXPECT_EQ(stored.created_at, expected.created_at);
  EXPECT_TRUE(stored.sync == expected.sync);
  EXPECT_EQ(stored.version, expected.version);
}

void expect_same(const Token& stored, const Token& expected) {
  EXPECT_EQ(stored.id, expected.id);
  EXPECT_EQ(stored.serial, expected.serial);
  EXPECT_TRUE(stored.spec == expected.spec);
  EXPECT_EQ(stored.form, expected.form);
  EXPECT_EQ(stored.status, expected.status);
  EXPECT_EQ(stored.model, expected.model);
  EXPECT_EQ(stored.batch, expected.batch);
  EXPECT_EQ(stored.owner, expected.owner);
  EXPECT_EQ(stored.label, expected.label);
  EXPECT_EQ(stored.assigned_at, expected.assigned_at);
  EXPECT_EQ(stored.valid_from, expected.valid_from);
  EXPECT_EQ(stored.valid_until, expected.valid_until);
  EXPECT_EQ(stored.warranty_until, expected.warranty_until);
  EXPECT_EQ(stored.created_at, expected.created_at);
  EXPECT_TRUE(stored.seed == expected.seed);
  EXPECT_TRUE(stored.progress == expected.progress);
  EXPECT_EQ(stored.version, expected.version);
}

}  // namespace lockstep
