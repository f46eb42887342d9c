// SPDX-License-Identifier: Apache-2.0
#include "adapters/sql/copy.h"

#include <limits>
#include <set>

#include <gtest/gtest.h>

#include "adapters/sql/migrations.h"
#include "adapters/sql/sqlite/scratch.h"

namespace lockstep {
namespace {

using Limits = std::numeric_limits<std::int64_t>;

std::uint32_t newest() { return migrations().back().number; }

std::unique_ptr<SqliteConnection> empty_database() {
  auto database = open_in_memory().value();
  EXPECT_TRUE(migrate_to(*database, newest()));
  return database;
}

/// More rows than are read at once, nulls, empty and odd values, a key of two columns.
std::unique_ptr<SqliteConnection> full_database() {
  auto database = empty_database();
  const Result<void> made = database->script(R"sql(
    INSERT INTO meta VALUES ('node', '77');
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 600)
      INSERT INTO audit SELECT i % 3 + 1, i, CAST(randomblob(32) AS BLOB), 'k', i, 'owner', NULL,
        NULL, 'none', 's', '[1]' FROM n;
    INSERT INTO user_groups VALUES (''), ('ä'), ('Z'), ('a' || char(10) || 'b');
    INSERT INTO service_keys VALUES ('empty', X''), ('zero', X'00ff00');
  )sql");
  EXPECT_TRUE(made);
  EXPECT_TRUE(database->execute(
      "INSERT INTO policies (number, document, at_time, actor) VALUES ($1, $2, $3, $4)",
      {Limits::max(), std::string("a\0b", 3), Limits::min(), ""}));
  return database;
}

Result<std::vector<TableDigest>> copy(Connection& from, Connection& to) {
  const auto tables = tables_of_schema(newest()).value();
  EXPECT_TRUE(from.begin_read());
  auto result =
      copy_tables(from, to, tables, [](const CopyProgress&) -> Result<void> { return {}; });
  EXPECT_TRUE(from.end_read());
  return result;
}

std::vector<TableDigest> digests(Connection& database) {
  return digest_tables(database, tables_of_schema(newest()).value()).value();
}

TEST(Copy, EveryRowArrivesWhateverIsInIt) {
  const auto from = full_database();
  const auto to = empty_database();
  const auto copied = copy(*from, *to);
  ASSERT_TRUE(copied) << copied.error().context;
  EXPECT_EQ(*copied, digests(*to));
  EXPECT_EQ(*copied, digests(*from));
  std::uint64_t rows = 0;
  for (const TableDigest& table : *copied) rows += table.rows;
  EXPECT_EQ(rows, 600U + 4 + 2 + 1 + 2);
}

TEST(Copy, SaysHowFarItIsUpToTheEnd) {
  const auto from = full_database();
  const auto to = empty_database();
  std::vector<std::uint64_t> done;
  std::uint64_t total = 0;
  ASSERT_TRUE(from->begin_read());
  ASSERT_TRUE(copy_tables(*from, *to, tables_of_schema(newest()).value(),
                          [&](const CopyProgress& progress) -> Result<void> {
                            done.push_back(progress.done);
                            total = progress.total;
                            return {};
                          }));
  EXPECT_TRUE(std::ranges::is_sorted(done));
  EXPECT_EQ(done.back(), total);
  EXPECT_EQ(total, 2 * (600U + 4 + 2 + 1 + 2));
}

TEST(Copy, ADatabaseWithSomethingInItIsLeftAlone) {
  const auto from = full_database();
  const auto to = empty_database();
  ASSERT_TRUE(to->script("INSERT INTO user_groups VALUES ('mine')"));
  const auto before = digests(*to);
  const auto copied = copy(*from, *to);
  ASSERT_FALSE(copied);
  EXPECT_EQ(copied.error().code, Errc::conflict);
  EXPECT_EQ(digests(*to), before);
}

TEST(Copy, WhatArrivedAsSomethingElseIsFound) {
  const auto from = full_database();
  const auto to = empty_database();
  ASSERT_TRUE(
      to->script("CREATE TRIGGER t AFTER INSERT ON service_keys BEGIN"
                 " UPDATE service_keys SET sealed = X'' WHERE name = 'zero'; END"));
  const auto copied = copy(*from, *to);
  ASSERT_FALSE(copied);
  EXPECT_EQ(copied.error().code, Errc::corrupt);
}

TEST(Copy, WhoeverIsToldCanEndIt) {
  const auto from = full_database();
  const auto to = empty_database();
  ASSERT_TRUE(from->begin_read());
  const auto copied = copy_tables(
      *from, *to, tables_of_schema(newest()).value(),
      [](const CopyProgress&) -> Result<void> { return fail(Errc::unavailable, "enough"); });
  ASSERT_FALSE(copied);
  EXPECT_EQ(copied.error().context, "enough");
}

TEST(Digest, EachChangeShows) {
  const auto database = full_database();
  std::set<std::string> seen;
  const auto differs = [&] {
    std::string all;
    for (const TableDigest& one : digests(*database)) {
      all.append(one.digest.begin(), one.digest.end());
    }
    return seen.insert(all).second;
  };
  EXPECT_TRUE(differs());
  EXPECT_FALSE(differs());
  for (const char* change : {"UPDATE audit SET user_name = '' WHERE seq = 600",
                             "DELETE FROM user_groups WHERE name = ''",
                             "UPDATE service_keys SET sealed = X'00ff' WHERE name = 'zero'",
                             "UPDATE service_keys SET sealed = X'00ff00' WHERE name = 'empty'",
                             "UPDATE audit SET actor = 'owners', source = '' WHERE seq = 1",
                             "UPDATE policies SET at_time = at_time + 1"}) {
    ASSERT_TRUE(database->script(change));
    EXPECT_TRUE(differs()) << change;
  }
}

TEST(Tables, OfEverySchemaAreThoseThatTheMigrationsMake) {
  std::size_t tables = 0;
  for (std::uint32_t schema = 1; schema <= newest(); ++schema) {
    const auto shapes = tables_of_schema(schema).value();
    EXPECT_GE(shapes.size(), tables) << schema;
    tables = shapes.size();
    for (const TableShape& shape : shapes) {
      EXPECT_FALSE(shape.key.empty()) << shape.name << ": rows without key have no order";
    }
  }
  const auto first = tables_of_schema(1).value();
  EXPECT_EQ(first.size(), 11U);
  EXPECT_EQ(first.front().name, "meta");
  EXPECT_FALSE(tables_of_schema(0));
  EXPECT_FALSE(tables_of_schema(newest() + 1));
}

}  // namespace
}  // namespace lockstep
