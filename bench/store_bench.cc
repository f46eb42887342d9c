// SPDX-License-Identifier: Apache-2.0
// Durable attempts per second: one caller alone pays the disk for each, 64 share it. On SQLite, on
// PostgreSQL by way of the batching writer, and on PostgreSQL with a connection and a commit for
// each.
#include <array>
#include <cstdlib>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include <benchmark/benchmark.h>
#include <fcntl.h>
#include <unistd.h>

#include "adapters/sql/audit_log.h"
#include "adapters/sql/changes.h"
#include "adapters/sql/postgres/postgres_connection.h"
#include "adapters/sql/reads.h"
#include "adapters/sql/sql_store.h"
#include "testing/seeded_random.h"
#include "testing/temporary_directory.h"
#include "testing/test_postgres.h"

namespace lockstep {
namespace {

constexpr std::uint64_t kUsers = 1'000;

UserName user_name(std::uint64_t number) {
  return UserName::parse("user" + std::to_string(number)).value();
}

enum class Engine { sqlite, postgres };

/// A store with users who have a token each. Temporary files have to lie on a real disk
/// (TMPDIR), or the numbers mean nothing.
class FilledStore {
 public:
  explicit FilledStore(Engine engine) {
    if (engine == Engine::postgres) {
      url_ = TestPostgres::shared().make_database();
      store_ = open_postgres_store(url_, directory_.path(), random_).value();
    } else {
      store_ = open_sqlite_store(directory_.path(), random_).value();
    }
    ChangeSet set;
    for (std::uint64_t i = 1; i <= kUsers; ++i) {
      set.changes.push_back(InsertUser{{.id = UserId(i), .name = user_name(i)}});
      Token token{.id = TokenId(i), .serial = Serial::parse("T-" + std::to_string(i)).value()};
      token.owner = UserId(i);
      set.changes.push_back(InsertToken{token});
    }
    if (!store_->commit(std::move(set))) std::abort();
  }

  Store& operator*() { return *store_; }
  [[nodiscard]] const std::string& url() const { return url_; }

 private:
  TemporaryDirectory directory_;
  SeededRandom random_{1};
  std::string url_;
  std::unique_ptr<Store> store_;
};

/// What a log-in writes: the token's place, the user's state, one record.
Result<ChangeSet> log_in(const Situation& situation) {
  const Token& token = situation.tokens.at(0);
  Progress progress = token.progress;
  progress.next = progress.next.moved(1);
  ChangeSet set;
  set.changes.push_back(UpdateProgress{token.id, token.version, progress, token.status});
  set.changes.push_back(
      UpdateUserSync{situation.user->id, situation.user->version, situation.user->sync});
  AuditEvent event{.kind = EventKind::login_accepted, .actor = Actor("key:bench")};
  event.user = situation.user->name;
  event.serial = token.serial;
  event.details = {{"position", "1842"}};
  set.events.push_back(std::move(event));
  return set;
}

void durable_attempts(benchmark::State& state, Engine engine) {
  static std::unique_ptr<FilledStore> store;
  if (state.thread_index() == 0) store = std::make_unique<FilledStore>(engine);
  SeededRandom random(static_cast<std::uint64_t>(state.thread_index()) + 1);
  for ([[maybe_unused]] const auto unused : state) {
    if (!(**store).attempt(user_name(1 + random.below(kUsers)), log_in)) std::abort();
  }
  state.SetItemsProcessed(state.iterations());
  if (state.thread_index() == 0) store.reset();
}
BENCHMARK_CAPTURE(durable_attempts, sqlite, Engine::sqlite)
    ->Threads(1)
    ->Threads(8)
    ->Threads(64)
    ->UseRealTime()
    ->MinTime(2);
BENCHMARK_CAPTURE(durable_attempts, postgres_batched, Engine::postgres)
    ->Threads(1)
    ->Threads(8)
    ->Threads(64)
    ->UseRealTime()
    ->MinTime(2);

/// The same in a transaction of its own; false when somebody else was faster.
bool attempt_alone(PostgresConnection& database, AuditLog& log, const UserName& user) {
  const AuditLog before = log;
  const auto carry_out = [&]() -> Result<void> {
    LOCKSTEP_CHECK(database.begin_write());
    LOCKSTEP_TRY(const Situation situation, read_situation(database, user));
    LOCKSTEP_TRY(ChangeSet set, log_in(situation));
    for (const Change& change : set.changes) LOCKSTEP_CHECK(lockstep::apply(database, change));
    LOCKSTEP_CHECK(log.append(database, std::move(set.events)));
    LOCKSTEP_CHECK(log.save_head(database));
    return database.commit();
  };
  if (carry_out()) return true;
  log = before;
  if (!database.rollback()) std::abort();
  return false;
}

void durable_attempts_one_by_one(benchmark::State& state) {
  static std::unique_ptr<FilledStore> store;
  static std::shared_ptr<PostgresServer> server;  // owned by the connections of all threads
  if (state.thread_index() == 0) {
    store = std::make_unique<FilledStore>(Engine::postgres);
    server = std::make_shared<PostgresServer>(PostgresUrl::parse(store->url()).value());
  }
  std::unique_ptr<PostgresConnection> database;
  std::optional<AuditLog> log;
  SeededRandom random(static_cast<std::uint64_t>(state.thread_index()) + 1);
  for ([[maybe_unused]] auto _ : state) {
    if (!database) {  // here the first thread has made the store
      database = PostgresConnection::open(server).value();
      log = AuditLog::load(*database, NodeId(random.id())).value();
    }
    while (!attempt_alone(*database, *log, user_name(1 + random.below(kUsers)))) continue;
  }
  state.SetItemsProcessed(state.iterations());
  database.reset();
  if (state.thread_index() == 0) store.reset();
}
BENCHMARK(durable_attempts_one_by_one)
    ->Name("durable_attempts/postgres_one_by_one")
    ->Threads(1)
    ->Threads(8)
    ->Threads(64)
    ->UseRealTime()
    ->MinTime(2);

/// The disk by itself: 8 KiB appended and synced.
void fdatasync_8k(benchmark::State& state) {
  const TemporaryDirectory directory;
  const int file = ::open((directory.path() / "file").c_str(), O_CREAT | O_RDWR | O_CLOEXEC, 0600);
  if (file < 0) std::abort();
  const std::array<char, 8'192> block{};
  for ([[maybe_unused]] const auto unused : state) {
    if (::write(file, block.data(), block.size()) < 0 || ::fdatasync(file) != 0) std::abort();
  }
  state.SetItemsProcessed(state.iterations());
  if (::close(file) != 0) std::abort();
}
BENCHMARK(fdatasync_8k)->UseRealTime();

}  // namespace
}  // namespace lockstep

BENCHMARK_MAIN();
