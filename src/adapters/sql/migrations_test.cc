// SPDX-License-Identifier: Apache-2.0
#include "adapters/sql/migrations.h"

#include <csignal>
#include <fstream>
#include <set>
#include <sstream>

#include <gtest/gtest.h>
#include <sqlite3.h>
#include <sys/wait.h>
#include <unistd.h>

#include "adapters/sql/sql_store.h"
#include "adapters/sql/sqlite/scratch.h"
#include "adapters/sql/sqlite/sqlite_connection.h"
#include "base/handle.h"
#include "testing/seeded_random.h"
#include "testing/temporary_directory.h"

namespace lockstep {
namespace {

TEST(Migrations, CountFromOneWithoutGaps) {
  std::uint32_t expected = 1;
  for (const Migration& migration : migrations()) EXPECT_EQ(migration.number, expected++);
}

TEST(Migrations, RunOnceAndNameTheChainOnce) {
  const TemporaryDirectory directory;
  auto data = std::make_unique<DataDirectory>(DataDirectory::hold(directory.path()).value());
  ASSERT_TRUE(data->make_database_file());
  const SqliteFile file{data->database()};
  const auto connection = SqliteConnection::open_writer(file, std::move(data)).value();
  SeededRandom random(1);
  const NodeId node = migrate(*connection, random).value();
  EXPECT_NE(node, NodeId(0));
  EXPECT_EQ(migrate(*connection, random).value(), node);
}

/// Makes a database from the SQL in tests/migrations.
void load(const std::string& name, const std::filesystem::path& file) {
  const std::ifstream in(std::string(LOCKSTEP_SOURCE_DIR) + "/tests/migrations/" + name);
  ASSERT_TRUE(in);
  std::ostringstream sql;
  sql << in.rdbuf();
  sqlite3* raw = nullptr;
  ASSERT_EQ(sqlite3_open(file.c_str(), &raw), SQLITE_OK);
  const Handle<sqlite3, sqlite3_close_v2> database(raw);
  ASSERT_EQ(sqlite3_exec(raw, sql.str().c_str(), nullptr, nullptr, nullptr), SQLITE_OK)
      << sqlite3_errmsg(raw);
}

/// What a database is made of, as SQLite remembers it.
std::set<std::string> definitions(Connection& database) {
  std::set<std::string> found;
  const auto rows =
      database.query("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL", {}).value();
  while (rows->next().value()) found.insert(rows->text(0).value().value());
  return found;
}

class Schema : public testing::TestWithParam<std::uint32_t> {
 protected:
  static std::string file_name() { return "schema_" + std::to_string(GetParam()) + ".sql"; }
};

TEST_P(Schema, IsInTestsMigrationsAsItWasReleased) {
  const TemporaryDirectory directory;
  const std::filesystem::path file = directory.path() / "lockstep.db";
  ASSERT_NO_FATAL_FAILURE(load(file_name(), file))
      << "add tests/migrations/" << file_name() << ": a database of that schema with rows in each "
      << "table, as `sqlite3 FILE .dump` prints it, the line about application_id in front";
  const auto released = open_finished(file, FileKind::store).value();
  const auto made = open_in_memory().value();
  ASSERT_TRUE(migrate_to(*made, GetParam()));
  EXPECT_EQ(definitions(*released), definitions(*made)) << "a released step never changes";
  EXPECT_EQ(schema_of(*released).value(), GetParam());
  const auto tables = tables_of_schema(GetParam()).value();
  for (const TableShape& table : tables) {
    const auto rows = released->query("SELECT COUNT(*) FROM " + table.name, {}).value();
    ASSERT_TRUE(rows->next().value());
    EXPECT_GT(rows->integer(0).value().value(), 0) << table.name << " has no row to upgrade";
  }
}

TEST_P(Schema, KilledInTheMiddleOfItsUpgradeItIsTheOldOne) {
  const TemporaryDirectory directory;
  const std::filesystem::path file = directory.path() / "lockstep.db";
  ASSERT_NO_FATAL_FAILURE(load(file_name(), file));
  const ::pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    // All steps but the commit; what it cannot do shows in that it is not killed.
    auto held = std::make_unique<DataDirectory>(DataDirectory::hold(directory.path()).value());
    const auto database = SqliteConnection::open_writer({.path = file}, std::move(held)).value();
    if (!database->begin_write()) ::_exit(1);
    for (const Migration& step : migrations().subspan(GetParam())) {
      if (!database->script(step.sql)) ::_exit(1);
    }
    if (!database->script("UPDATE meta SET value = '999' WHERE key = 'schema'")) ::_exit(1);
    ::raise(SIGKILL);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFSIGNALED(status));
  EXPECT_EQ(schema_of(*SqliteConnection::open_reader({.path = file}).value()).value(), GetParam());
  SeededRandom random(1);
  EXPECT_TRUE(open_sqlite_store(directory.path(), random)) << "and the next start upgrades it";
}

TEST_P(Schema, OpensAndWorks) {
  const TemporaryDirectory directory;
  ASSERT_NO_FATAL_FAILURE(load(file_name(), directory.path() / "lockstep.db"));
  SeededRandom random(1);
  const auto store = open_sqlite_store(directory.path(), random).value();

  const UserName anna = UserName::parse("anna").value();
  const Situation before = store->situation(anna).value();
  ASSERT_TRUE(before.user);
  EXPECT_EQ(before.user->last_name, "Müller");
  EXPECT_EQ(before.user->sync.misses_in_row, 2U);
  EXPECT_EQ(before.user->sync.slots.at(0).candidates.at(0).position, Position(1'842));
  ASSERT_EQ(before.tokens.size(), 2U);
  EXPECT_EQ(before.tokens[0].progress.next, Position(1'830));
  EXPECT_EQ(before.tokens[1].progress.clock->offset, Micros(-90'000'000));
  EXPECT_EQ(before.tokens[0].progress.sync, SyncState::in_sync);
  EXPECT_EQ(before.tokens[1].progress.sync, SyncState::out_of_sync) << "its resync had failed";
  EXPECT_EQ(before.groups, std::vector{GroupName::parse("vpn").value()});
  EXPECT_EQ(store->policy().value()->number, 1U);
  EXPECT_EQ(store->api_keys({}).value().size(), 1U);
  EXPECT_TRUE(store->service_key("pin").value());

  ASSERT_TRUE(store->attempt(anna, [](const Situation& situation) -> Result<ChangeSet> {
    ChangeSet set;
    set.changes.push_back(
        UpdateUserSync{situation.user->id, situation.user->version, situation.user->sync});
    set.events.push_back(AuditEvent{.kind = EventKind::login_refused});
    return set;
  }));
  ChainHead head;
  ASSERT_TRUE(store->audit_scan([&](const AuditRecord& record) -> Result<void> {
    EXPECT_TRUE(follows(head, record)) << record.seq;
    head = {record.seq, record.hash};
    return {};
  }));
  EXPECT_EQ(head.seq, 3U);
}

INSTANTIATE_TEST_SUITE_P(EveryReleased, Schema, testing::Range(1U, migrations().back().number + 1));

}  // namespace
}  // namespace lockstep
