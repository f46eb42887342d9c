// SPDX-License-Identifier: Apache-2.0
// What only a store on a disk can be asked: is it still there afterwards, and does it say why not.
#include <array>
#include <csignal>
#include <fstream>
#include <map>
#include <thread>
#include <vector>

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "adapters/sql/sql_store.h"
#include "base/handle.h"
#include "testing/seeded_random.h"
#include "testing/temporary_directory.h"

namespace lockstep {
namespace {

using testing::HasSubstr;

Result<std::unique_ptr<Store>> open_in(const TemporaryDirectory& directory) {
  SeededRandom random(1);
  return open_sqlite_store(directory.path(), random);
}

UserName user_name(std::size_t number) {
  return UserName::parse("user" + std::to_string(number)).value();
}

ChangeSet one_user(std::size_t number) {
  ChangeSet set;
  set.changes.push_back(InsertUser{{.id = UserId(number + 1), .name = user_name(number)}});
  Token token{.id = TokenId(number + 1),
              .serial = Serial::parse("T-" + std::to_string(number)).value()};
  token.owner = UserId(number + 1);
  set.changes.push_back(InsertToken{token});
  return set;
}

/// Moves a user's token on by one and says so in the audit.
Result<ChangeSet> step_on(const Situation& situation) {
  const Token& token = situation.tokens.at(0);
  Progress progress = token.progress;
  progress.next = progress.next.moved(1);
  ChangeSet set;
  set.changes.push_back(UpdateProgress{token.id, token.version, progress, token.status});
  AuditEvent event{.kind = EventKind::login_accepted};
  event.user = situation.user->name;
  set.events.push_back(std::move(event));
  return set;
}

std::uint64_t position_of(Store& store, std::size_t user) {
  return store.situation(user_name(user)).value().tokens.at(0).progress.next.value();
}

/// How many records there are; fails the test when they are not one chain up to its head.
std::uint64_t verified_records(Store& store) {
  ChainHead head;
  EXPECT_TRUE(store.audit_scan([&](const AuditRecord& record) -> Result<void> {
    if (!follows(head, record)) return fail(Errc::corrupt, "the chain is broken");
    head = {record.seq, record.hash};
    return {};
  }));
  const auto heads = store.audit_heads().value();
  if (!heads.empty()) {
    EXPECT_EQ(heads.at(0).second.hash, head.hash);
  }
  return head.seq;
}

TEST(SqliteStore, WhatWasWrittenIsThereAfterClosingAndOpening) {
  const TemporaryDirectory directory;
  for (std::uint64_t opened = 0; opened < 3; ++opened) {
    const auto store = open_in(directory).value();
    if (opened == 0) {
      ASSERT_TRUE(store->commit(one_user(0)));
    }
    EXPECT_EQ(position_of(*store, 0), opened);
    ASSERT_TRUE(store->attempt(user_name(0), step_on));
    EXPECT_EQ(verified_records(*store), opened + 1);
    EXPECT_EQ(store->audit_heads().value().size(), 1U);
  }
}

TEST(SqliteStore, ClosingLeavesOneFileAndTheLock) {
  const TemporaryDirectory directory;
  ASSERT_TRUE(open_in(directory).value()->commit(one_user(0)));
  std::vector<std::string> files;
  for (const auto& entry : std::filesystem::directory_iterator(directory.path())) {
    files.push_back(entry.path().filename());
  }
  EXPECT_THAT(files, testing::UnorderedElementsAre("lockstep.db", "lockstep.lock"));
}

TEST(SqliteStore, ItsFilesAreForTheirOwnerOnly) {
  const TemporaryDirectory directory;
  const auto store = open_in(directory).value();
  for (const auto& entry : std::filesystem::directory_iterator(directory.path())) {
    const auto others = std::filesystem::perms::group_all | std::filesystem::perms::others_all;
    EXPECT_EQ(entry.status().permissions() & others, std::filesystem::perms::none) << entry.path();
  }
}

TEST(SqliteStore, ADirectoryInUseSaysSo) {
  const TemporaryDirectory directory;
  const auto store = open_in(directory).value();
  const auto second = open_in(directory);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, Errc::unavailable);
  EXPECT_THAT(second.error().context, HasSubstr("in use by another Lockstep"));
  EXPECT_THAT(second.error().context, HasSubstr(directory.path().string()));
}

TEST(SqliteStore, AMissingDirectorySaysSo) {
  SeededRandom random(1);
  const TemporaryDirectory directory;
  const auto store = open_sqlite_store(directory.path() / "nowhere", random);
  ASSERT_FALSE(store);
  EXPECT_EQ(store.error().code, Errc::not_found);
  EXPECT_THAT(store.error().context, HasSubstr("nowhere"));
  EXPECT_THAT(store.error().context, HasSubstr("lockstep init"));
}

TEST(SqliteStore, ADirectoryThatCannotBeWrittenSaysSo) {
  SeededRandom random(1);
  // Not even root can make a file there.
  const auto store = open_sqlite_store("/proc", random);
  ASSERT_FALSE(store);
  EXPECT_EQ(store.error().code, Errc::unavailable);
  EXPECT_THAT(store.error().context, HasSubstr("cannot write /proc/lockstep.lock"));
}

TEST(SqliteStore, AFileThatIsNoDatabaseSaysSo) {
  const TemporaryDirectory directory;
  std::ofstream(directory.path() / "lockstep.db") << std::string(8'192, 'x');
  const auto store = open_in(directory);
  ASSERT_FALSE(store);
  EXPECT_EQ(store.error().code, Errc::corrupt);
  EXPECT_THAT(store.error().context, HasSubstr("lockstep.db"));
  EXPECT_THAT(store.error().context, HasSubstr("restore a backup"));
}

/// Runs SQL on the database as somebody with the sqlite3 shell would.
void run_sql(const TemporaryDirectory& directory, const char* sql) {
  sqlite3* raw = nullptr;
  const auto file = directory.path() / "lockstep.db";
  ASSERT_EQ(sqlite3_open(file.c_str(), &raw), SQLITE_OK);
  const Handle<sqlite3, sqlite3_close_v2> database(raw);
  ASSERT_EQ(sqlite3_exec(raw, sql, nullptr, nullptr, nullptr), SQLITE_OK) << sqlite3_errmsg(raw);
}

TEST(SqliteStore, AnotherProgramsDatabaseIsLeftAlone) {
  const TemporaryDirectory directory;
  run_sql(directory, "CREATE TABLE recipes (name TEXT)");
  const auto store = open_in(directory);
  ASSERT_FALSE(store);
  EXPECT_EQ(store.error().code, Errc::corrupt);
  EXPECT_THAT(store.error().context, HasSubstr("belongs to another program"));
}

TEST(SqliteStore, ANewerSchemaIsRefused) {
  const TemporaryDirectory directory;
  ASSERT_TRUE(open_in(directory));
  run_sql(directory, "UPDATE meta SET value = '4711' WHERE key = 'schema'");
  const auto store = open_in(directory);
  ASSERT_FALSE(store);
  EXPECT_EQ(store.error().code, Errc::corrupt);
  EXPECT_THAT(store.error().context, HasSubstr("schema 4711"));
  EXPECT_THAT(store.error().context, HasSubstr("newer Lockstep"));
}

TEST(SqliteStore, ADamagedRowIsCorruptAndHarmsNoOther) {
  const TemporaryDirectory directory;
  {
    const auto store = open_in(directory).value();
    ASSERT_TRUE(store->commit(one_user(0)));
    ASSERT_TRUE(store->commit(one_user(1)));
  }
  const char* const damages[] = {
      "UPDATE users SET sync = '[2]' WHERE id = 1",
      "UPDATE users SET sync = '[1,0,[0,0,0],0,null,0,null,[],[]]', status = 'odd' WHERE id = 1",
      "UPDATE users SET status = 'enabled', misses = -1 WHERE id = 1",
      "UPDATE users SET misses = 0, pin_salt = x'00' WHERE id = 1",
      "UPDATE users SET pin_salt = NULL; UPDATE tokens SET seed = 'text' WHERE id = 1",
      "UPDATE tokens SET seed = x'00', digits = 99 WHERE id = 1",
      "UPDATE tokens SET digits = 6, next = 'many' WHERE id = 1",
  };
  for (const char* const damage : damages) {
    run_sql(directory, damage);
    const auto store = open_in(directory).value();
    const auto found = store->situation(user_name(0));
    ASSERT_FALSE(found) << damage;
    EXPECT_EQ(found.error().code, Errc::corrupt) << damage;
    EXPECT_EQ(store->attempt(user_name(0), step_on).error().code, Errc::corrupt) << damage;
    EXPECT_TRUE(store->attempt(user_name(1), step_on)) << damage;
  }
}

TEST(SqliteStore, ARecordBehindTheEndOfTheChainStopsWritingToTheAudit) {
  const TemporaryDirectory directory;
  {
    const auto store = open_in(directory).value();
    ASSERT_TRUE(store->commit(one_user(0)));
    ASSERT_TRUE(store->attempt(user_name(0), step_on));
  }
  run_sql(directory, "DELETE FROM audit_heads");
  const auto store = open_in(directory).value();
  const auto result = store->attempt(user_name(0), step_on);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, Errc::corrupt);
  EXPECT_THAT(result.error().context, HasSubstr("audit verify"));
  EXPECT_EQ(position_of(*store, 0), 1U);
}

TEST(SqliteStore, KeyedReadsAndAuditFiltersUseTheirIndexes) {
  // The plans that matter, as SQLite sees them: no scan where one row is meant.
  const TemporaryDirectory directory;
  ASSERT_TRUE(open_in(directory));
  sqlite3* raw = nullptr;
  ASSERT_EQ(sqlite3_open((directory.path() / "lockstep.db").c_str(), &raw), SQLITE_OK);
  const Handle<sqlite3, sqlite3_close_v2> database(raw);
  for (const char* const sql : {
           "SELECT id FROM users WHERE name = 'x'",
           "SELECT id FROM tokens WHERE owner = 1 ORDER BY serial",
           "SELECT id FROM tokens WHERE serial = 'x'",
           "SELECT group_name FROM members WHERE user_id = 1 ORDER BY group_name",
           "SELECT hash FROM audit WHERE (at_time, node, seq) < (1, 1, 1) AND user_name = 'x'"
           " ORDER BY at_time DESC, node DESC, seq DESC LIMIT 9",
           "SELECT hash FROM audit WHERE (at_time, node, seq) < (1, 1, 1) AND serial = 'x'"
           " ORDER BY at_time DESC, node DESC, seq DESC LIMIT 9",
           "SELECT hash FROM audit WHERE (node, seq) > (1, 1) ORDER BY node, seq LIMIT 9",
       }) {
    std::string plan;
    const auto append = [](void* to, int, char** values, char**) {
      *static_cast<std::string*>(to) += std::string(values[3]) + "; ";
      return 0;
    };
    const std::string explain = std::string("EXPLAIN QUERY PLAN ") + sql;
    ASSERT_EQ(sqlite3_exec(raw, explain.c_str(), append, &plan, nullptr), SQLITE_OK);
    EXPECT_THAT(plan, HasSubstr("SEARCH")) << sql;
    EXPECT_THAT(plan, testing::Not(HasSubstr("SCAN"))) << sql;
  }
}

// ---- A process that ends in the middle.

constexpr std::size_t kUsers = 4;

/// What the child says each time an attempt was acknowledged.
struct Acknowledged {
  std::uint64_t user;
  std::uint64_t position;
};

/// Attempts without end, for one user in each thread, acknowledged over `pipe`.
[[noreturn]] void attempt_for_ever(const TemporaryDirectory& directory, int pipe) {
  const auto store = open_in(directory).value();
  std::vector<std::thread> threads;
  for (std::size_t user = 0; user < kUsers; ++user) {
    threads.emplace_back([&, user] {
      while (true) {
        std::uint64_t position = 0;
        const auto result = store->attempt(user_name(user), [&](const Situation& situation) {
          position = situation.tokens.at(0).progress.next.value() + 1;
          return step_on(situation);
        });
        const Acknowledged said{user, position};
        if (!result || ::write(pipe, &said, sizeof said) != sizeof said) ::_exit(1);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  ::_exit(0);
}

TEST(SqliteStore, NothingAcknowledgedIsLostWhenTheProcessIsKilled) {
  constexpr int kRounds = 20;
  const TemporaryDirectory directory;
  {
    const auto store = open_in(directory).value();
    for (std::size_t user = 0; user < kUsers; ++user) ASSERT_TRUE(store->commit(one_user(user)));
  }
  SeededRandom random(20);
  for (int round = 0; round < kRounds; ++round) {
    std::array<int, 2> ends{};
    ASSERT_EQ(::pipe2(ends.data(), O_CLOEXEC), 0);
    const ::pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) attempt_for_ever(directory, ends[1]);
    ASSERT_EQ(::close(ends[1]), 0);

    std::array<std::uint64_t, kUsers> acknowledged{};
    const std::uint64_t kill_after = 1 + random.below(100);
    std::uint64_t count = 0;
    Acknowledged said{};
    while (::read(ends[0], &said, sizeof said) == sizeof said) {
      ASSERT_LT(said.user, kUsers);
      acknowledged[said.user] = std::max(acknowledged[said.user], said.position);
      if (++count == kill_after) {
        ASSERT_EQ(::kill(child, SIGKILL), 0);
      }
    }
    ASSERT_EQ(::close(ends[0]), 0);
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFSIGNALED(status)) << "the child gave up by itself";

    const auto store = open_in(directory).value();
    std::uint64_t total = 0;
    for (std::size_t user = 0; user < kUsers; ++user) {
      const std::uint64_t position = position_of(*store, user);
      EXPECT_GE(position, acknowledged[user]) << "round " << round;
      total += position;
    }
    // Each step has its record: the chain and the counters went to disk together.
    EXPECT_EQ(verified_records(*store), total) << "round " << round;
  }
}

TEST(SqliteStoreDeathTest, ACommitThatFailsEndsTheProcess) {
  const TemporaryDirectory directory;
  {
    const auto store = open_in(directory).value();
    ASSERT_TRUE(store->commit(one_user(0)));
  }
  const auto fill_the_disk = [&] {
    const auto store = open_in(directory).value();
    // A full disk, as a limit on how long a file may get: the log cannot grow beyond 64 KiB.
    std::signal(SIGXFSZ, SIG_IGN);
    const ::rlimit limit{65'536, 65'536};
    if (::setrlimit(RLIMIT_FSIZE, &limit) != 0) std::exit(1);
    for (int i = 0; i < 1'000; ++i) static_cast<void>(store->attempt(user_name(0), step_on));
    std::exit(2);
  };
  EXPECT_DEATH(fill_the_disk(), "committing.*What was acknowledged is on disk");
  const auto store = open_in(directory).value();
  EXPECT_EQ(verified_records(*store), position_of(*store, 0));
  EXPECT_TRUE(store->attempt(user_name(0), step_on));
}

}  // namespace
}  // namespace lockstep
