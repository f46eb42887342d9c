// SPDX-License-Identifier: Apache-2.0
// What only a store on a server can be asked: several processes, and a server that goes away.
#include <array>
#include <atomic>
#include <csignal>
#include <filesystem>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "adapters/sql/postgres/node_file.h"
#include "adapters/sql/postgres/postgres_fixture.h"

namespace lockstep {
namespace {

using testing::HasSubstr;

TEST_F(OnPostgres, WhatWasWrittenIsThereAfterClosingAndOpening) {
  const auto first = node(1);
  ASSERT_TRUE(first->store->commit(one_user(1)));
  for (std::uint64_t opened = 0; opened < 3; ++opened) {
    EXPECT_EQ(position(*first->store, 1), opened);
    ASSERT_TRUE(first->store->attempt(name(1), step_on));
    first->store.reset();
    open(*first);
    EXPECT_EQ(verified_records(*first->store), opened + 1);
    EXPECT_EQ(first->store->audit_heads().value().size(), 1U) << "the chain goes on";
  }
}

TEST_F(OnPostgres, ADatabaseThatDoesNotSortByBytesSaysHowToMakeOne) {
  for (const char* const options :
       {"--locale=C.UTF-8 --encoding=UTF8", "--locale=C --encoding=SQL_ASCII"}) {
    const TemporaryDirectory directory;
    SeededRandom random(1);
    const auto store =
        open_postgres_store(server_.make_database(options), directory.path(), random);
    ASSERT_FALSE(store) << options;
    EXPECT_EQ(store.error().code, Errc::invalid_input);
    EXPECT_THAT(store.error().context, HasSubstr("LOCALE 'C'"));
  }
}

TEST_F(OnPostgres, AServerThatIsNotThereSaysWhere) {
  const TemporaryDirectory directory;
  SeededRandom random(1);
  const auto store = open_postgres_store("postgresql:///otp?host=/nowhere&password=hush",
                                         directory.path(), random);
  ASSERT_FALSE(store);
  EXPECT_EQ(store.error().code, Errc::unavailable);
  EXPECT_THAT(store.error().context, HasSubstr("/nowhere/otp"));
  EXPECT_THAT(store.error().context, testing::Not(HasSubstr("hush")));
}

TEST_F(OnPostgres, ADataDirectoryIsForOneProcess) {
  const auto first = node(1);
  SeededRandom random(2);
  const auto second = open_postgres_store(url_, first->directory.path(), random);
  ASSERT_FALSE(second);
  EXPECT_THAT(second.error().context, HasSubstr("in use by another Lockstep"));
}

TEST_F(OnPostgres, ANewerSchemaIsRefused) {
  node(1).reset();
  ASSERT_TRUE(connect()->execute("UPDATE meta SET value = '4711' WHERE key = 'schema'", {}));
  const TemporaryDirectory directory;
  SeededRandom random(1);
  const auto store = open_postgres_store(url_, directory.path(), random);
  ASSERT_FALSE(store);
  EXPECT_EQ(store.error().code, Errc::corrupt);
  EXPECT_THAT(store.error().context, HasSubstr("schema 4711"));
}

TEST_F(OnPostgres, ProcessesThatStartTogetherMakeTheTablesOnce) {
  std::vector<std::unique_ptr<Node>> nodes;
  for (std::uint64_t i = 0; i < 4; ++i) nodes.push_back(std::make_unique<Node>(i + 1));
  std::vector<std::thread> threads;
  for (const auto& one : nodes) threads.emplace_back([&] { open(*one); });
  for (std::thread& thread : threads) thread.join();
  ASSERT_TRUE(nodes[0]->store->commit(one_user(1)));
  for (const auto& one : nodes) ASSERT_TRUE(one->store->attempt(name(1), step_on));
  EXPECT_EQ(position(*nodes[0]->store, 1), 4U);
}

TEST_F(OnPostgres, OfAttemptsInTwoProcessesWithOneCodeExactlyOneWins) {
  constexpr std::uint64_t kRounds = 10;
  constexpr int kThreads = 16;
  const std::array nodes = {node(1), node(2)};
  ASSERT_TRUE(nodes[0]->store->commit(one_user(1)));
  for (std::uint64_t round = 0; round < kRounds; ++round) {
    std::atomic<int> wins = 0;
    std::vector<std::thread> threads;
    for (int i = 0; i < kThreads; ++i) {
      threads.emplace_back([&, i] {
        bool won = false;
        const auto result = nodes[static_cast<std::size_t>(i % 2)]->store->attempt(
            name(1), [&](const Situation& situation) -> Result<ChangeSet> {
              won = situation.tokens.at(0).progress.next == Position(round);
              ChangeSet set = step_on(situation);
              if (!won) set.changes.erase(set.changes.begin());
              return set;
            });
        EXPECT_TRUE(result) << result.error().context;
        if (result && won) ++wins;
      });
    }
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(wins, 1) << round;
  }
  // Each was charged, and each has its record in one of two chains.
  EXPECT_EQ(nodes[1]->store->situation(name(1)).value().user->sync.misses_in_row,
            kRounds * kThreads);
  EXPECT_EQ(verified_records(*nodes[0]->store), kRounds * kThreads);
  EXPECT_EQ(nodes[0]->store->audit_heads().value().size(), 2U);
}

TEST_F(OnPostgres, ProcessesThatLockInOppositeOrderBothGetThrough) {
  // Two rows that each set writes, in one order or the other: of a deadlock one is taken back,
  // which is certain, and tried again.
  url_ += "&options=-c%20deadlock_timeout%3D20ms";
  const std::array nodes = {node(1), node(2)};
  ASSERT_TRUE(nodes[0]->store->commit(
      {{InsertGroup{GroupName::parse("a").value()}, InsertGroup{GroupName::parse("b").value()},
        InsertUser{{.id = UserId(1), .name = name(1)}}},
       {}}));
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < 2; ++i) {
    threads.emplace_back([&, i] {
      for (int round = 0; round < 30; ++round) {
        ChangeSet set{{AddMember{GroupName::parse("a").value(), UserId(1)},
                       AddMember{GroupName::parse("b").value(), UserId(1)}},
                      {}};
        if (i == 1) std::swap(set.changes[0], set.changes[1]);
        const auto result = nodes[i]->store->commit(std::move(set));
        EXPECT_TRUE(result) << result.error().context;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
}

TEST_F(OnPostgres, ACopiedDataDirectoryTakesANameOfItsOwn) {
  const auto first = node(1);
  ASSERT_TRUE(first->store->commit(one_user(1)));
  auto copy = std::make_unique<Node>(2);
  std::filesystem::copy_file(node_file_path(first->directory.path()),
                             node_file_path(copy->directory.path()));
  open(*copy);
  for (int i = 0; i < 3; ++i) {
    for (Node* const one : {copy.get(), first.get()}) {
      const auto result = one->store->attempt(name(1), step_on);
      ASSERT_TRUE(result) << result.error().context;
    }
  }
  EXPECT_EQ(position(*first->store, 1), 6U);
  EXPECT_EQ(verified_records(*first->store), 6U);
  EXPECT_EQ(first->store->audit_heads().value().size(), 2U);
  EXPECT_NE(read_or_make_node(first->directory.path(), first->random).value(),
            read_or_make_node(copy->directory.path(), copy->random).value());
  EXPECT_NE(first->store->own_chain().node, copy->store->own_chain().node);
}

TEST_F(OnPostgres, WhileTheServerIsAwayEverybodyIsRefusedAndAfterwardsNobody) {
  // Its own: one with the databases of all tests before takes long to stop and to recover.
  TestPostgres server;
  url_ = server.make_database();
  const auto one = node(1);
  ASSERT_TRUE(one->store->commit(one_user(1)));
  for (const int signal : {SIGINT, SIGQUIT, SIGKILL}) {
    const std::uint64_t before = position(*one->store, 1);
    server.stop(signal);
    for (int i = 0; i < 20; ++i) {
      EXPECT_EQ(one->store->attempt(name(1), step_on).error().code, Errc::unavailable);
      EXPECT_EQ(one->store->commit(one_user(2)).error().code, Errc::unavailable);
    }
    server.start();
    // Refused at once while it was tried a moment ago, so that this takes a few tries.
    std::uint64_t tries = 0;
    while (!one->store->attempt(name(1), step_on)) ASSERT_LT(++tries, 1'000'000U);
    EXPECT_EQ(position(*one->store, 1), before + 1) << signal;
  }
  EXPECT_EQ(verified_records(*one->store), 3U);
  EXPECT_EQ(one->store->audit_heads().value().size(), 1U);
}

TEST_F(OnPostgres, AConnectionThatIsCutBetweenTransactionsIsNotNoticed) {
  const auto one = node(1);
  ASSERT_TRUE(one->store->commit(one_user(1)));
  for (int i = 0; i < 5; ++i) {
    server_.sql(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE"
        " backend_type = 'client backend' AND pid <> pg_backend_pid()");
    const auto result = one->store->attempt(name(1), step_on);
    EXPECT_TRUE(result) << result.error().context;
  }
  EXPECT_EQ(position(*one->store, 1), 5U);
  EXPECT_EQ(records_of(*one->store, EventKind::store_outcome_unknown), 0U);
}

TEST_F(OnPostgres, ADamagedRowIsCorruptAndHarmsNoOther) {
  const auto one = node(1);
  ASSERT_TRUE(one->store->commit(one_user(1)));
  ASSERT_TRUE(one->store->commit(one_user(2)));
  ASSERT_TRUE(connect()->execute("UPDATE users SET sync = '[2]' WHERE id = 1", {}));
  EXPECT_EQ(one->store->attempt(name(1), step_on).error().code, Errc::corrupt);
  EXPECT_TRUE(one->store->attempt(name(2), step_on));
}

}  // namespace
}  // namespace lockstep
