// SPDX-License-Identifier: Apache-2.0
// What the tests on a real PostgreSQL server share.
#pragma once

#include <memory>
#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "adapters/sql/pipelined_connection.h"
#include "adapters/sql/postgres/postgres_connection.h"
#include "adapters/sql/sql_store.h"
#include "testing/seeded_random.h"
#include "testing/temporary_directory.h"
#include "testing/test_postgres.h"

namespace lockstep {

/// A database of its own for each test.
class OnPostgres : public testing::Test {
 protected:
  /// A server process: a data directory and the store it opened.
  struct Node {
    explicit Node(std::uint64_t seed) : random(seed) {}
    TemporaryDirectory directory;
    SeededRandom random;
    std::unique_ptr<Store> store;
  };

  std::unique_ptr<Node> node(std::uint64_t seed) {
    auto made = std::make_unique<Node>(seed);
    open(*made);
    return made;
  }
  void open(Node& node) const {
    auto store = open_postgres_store(url_, node.directory.path(), node.random);
    if (!store) FAIL() << store.error().context;
    node.store = *std::move(store);
  }

  std::unique_ptr<PostgresConnection> connect() const {
    return PostgresConnection::open(
               std::make_shared<PostgresServer>(PostgresUrl::parse(url_).value()))
        .value();
  }

  static UserName name(std::uint64_t number) {
    return UserName::parse("user" + std::to_string(number)).value();
  }
  /// A user with a card.
  static ChangeSet one_user(std::uint64_t number) {
    Token token{.id = TokenId(1'000 + number),
                .serial = Serial::parse("T-" + std::to_string(number)).value()};
    token.owner = UserId(number);
    return {{InsertUser{{.id = UserId(number), .name = name(number)}}, InsertToken{token}}, {}};
  }
  /// Moves the user's card on by one, charges the user, and says so.
  static ChangeSet step_on(const Situation& situation) {
    const Token& token = situation.tokens.at(0);
    Progress progress = token.progress;
    progress.next = progress.next.moved(1);
    UserSync sync = situation.user->sync;
    ++sync.misses_in_row;
    AuditEvent event{.kind = EventKind::login_accepted, .at = WallTime(Seconds(1'700'000'000))};
    event.user = situation.user->name;
    return {{UpdateProgress{token.id, token.version, progress, token.status},
             UpdateUserSync{situation.user->id, situation.user->version, sync}},
            {std::move(event)}};
  }
  static std::uint64_t position(Store& store, std::uint64_t user) {
    return store.situation(name(user)).value().tokens.at(0).progress.next.value();
  }

  /// How many records there are. Fails the test where they are not whole chains.
  static std::uint64_t verified_records(Store& store) {
    std::uint64_t count = 0;
    NodeId node(0);
    ChainHead head;
    EXPECT_TRUE(store.audit_scan([&](const AuditRecord& record) -> Result<void> {
      if (record.node != node) head = {};
      EXPECT_TRUE(follows(head, record)) << record.seq;
      node = record.node;
      head = {record.seq, record.hash};
      ++count;
      return {};
    }));
    std::uint64_t by_heads = 0;
    const auto heads = store.audit_heads().value();
    for (const auto& [chain, end] : heads) by_heads += end.seq;
    EXPECT_EQ(by_heads, count);
    return count;
  }
  static std::uint64_t records_of(Store& store, EventKind kind) {
    std::uint64_t count = 0;
    EXPECT_TRUE(store.audit_scan([&](const AuditRecord& record) -> Result<void> {
      if (record.event.kind == kind) ++count;
      return {};
    }));
    return count;
  }

  TestPostgres& server_ = TestPostgres::shared();
  std::string url_ = server_.make_database();
};

}  // namespace lockstep
