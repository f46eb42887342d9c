// SPDX-License-Identifier: Apache-2.0
#include "adapters/sql/sqlite/install.h"

#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "adapters/sql/audit_import.h"
#include "adapters/sql/sql_store.h"
#include "testing/seeded_random.h"
#include "testing/temporary_directory.h"

namespace lockstep {
namespace {

using testing::HasSubstr;

void write(const std::filesystem::path& file, const std::string& text) {
  std::ofstream(file) << text;
}

std::string read(const std::filesystem::path& file) {
  std::ifstream in(file);
  return std::string(std::istreambuf_iterator<char>(in), {});
}

TEST(Install, TheOldDatabaseIsKeptWithItsLog) {
  const TemporaryDirectory directory;
  const std::filesystem::path data = directory.path();
  write(data / "lockstep.db", "old");
  write(data / "lockstep.db-wal", "log");
  write(data / "key", "key");
  write(data / "fresh", "new");
  const auto held = DataDirectory::hold(data).value();
  ASSERT_TRUE(install_database(held, data / "fresh", "before"));
  EXPECT_EQ(read(data / "lockstep.db"), "new");
  EXPECT_FALSE(std::filesystem::exists(data / "lockstep.db-wal")) << "it is not the new one's";
  EXPECT_EQ(read(data / "before" / "lockstep.db"), "old");
  EXPECT_EQ(read(data / "before" / "lockstep.db-wal"), "log");
  EXPECT_EQ(read(data / "key"), "key");
  EXPECT_TRUE(check_installed(data));
}

TEST(Install, NothingKeptIsOverwritten) {
  const TemporaryDirectory directory;
  const std::filesystem::path data = directory.path();
  write(data / "lockstep.db", "old");
  write(data / "fresh", "new");
  std::filesystem::create_directory(data / "before");
  const auto held = DataDirectory::hold(data).value();
  EXPECT_EQ(install_database(held, data / "fresh", "before").error().code, Errc::conflict);
  EXPECT_EQ(read(data / "lockstep.db"), "old");
}

TEST(Install, WhatWasInterruptedIsNotOpened) {
  const TemporaryDirectory directory;
  SeededRandom random(1);
  ASSERT_TRUE(open_sqlite_store(directory.path(), random));
  {
    const auto held = DataDirectory::hold(directory.path()).value();
    // There is nothing to put in place: it ends between putting away and putting in place.
    ASSERT_FALSE(install_database(held, directory.path() / "nothing", "before"));
  }
  EXPECT_FALSE(std::filesystem::exists(directory.path() / "lockstep.db"));
  const auto store = open_sqlite_store(directory.path(), random);
  ASSERT_FALSE(store);
  EXPECT_THAT(store.error().context, HasSubstr("run `lockstep restore` again"));
}

// ---- Records of another writer.

AuditRecord next(const ChainHead& head, NodeId node, const char* note) {
  return link(node, head, AuditEvent{.kind = EventKind::login_refused, .source = note});
}

class Import : public testing::Test {
 protected:
  Import() {
    SeededRandom random(1);
    const auto store = open_sqlite_store(directory_.path(), random).value();
    EXPECT_TRUE(store->commit(ChangeSet{{}, {AuditEvent{.kind = EventKind::service_started}}}));
    std::tie(node_, head_) = store->audit_heads().value().at(0);
  }

  TemporaryDirectory directory_;
  NodeId node_;
  ChainHead head_;
};

TEST_F(Import, GoesOnWhereTheChainEnded) {
  const AuditRecord second = next(head_, node_, "a");
  const AuditRecord third = next({second.seq, second.hash}, node_, "b");
  const AuditRecord foreign = next({}, NodeId(99), "c");
  {
    AuditImport import = AuditImport::open(directory_.path()).value();
    EXPECT_TRUE(import.add(second).value());
    EXPECT_FALSE(import.add(second).value()) << "a mirror may begin before the backup";
    EXPECT_TRUE(import.add(foreign).value());
    EXPECT_TRUE(import.add(third).value());
    ASSERT_TRUE(import.finish());
  }
  SeededRandom random(2);
  const auto store = open_sqlite_store(directory_.path(), random).value();
  EXPECT_EQ(store->audit_heads().value().size(), 2U);
  const auto records = store->audit_chain(node_, 0, 10).value();
  ASSERT_EQ(records.size(), 3U);
  EXPECT_EQ(records.at(2).hash, third.hash);
  EXPECT_TRUE(store->commit(ChangeSet{{}, {AuditEvent{.kind = EventKind::service_started}}}));
}

TEST_F(Import, AGapAnEditOrAnotherHistoryIsRefused) {
  AuditImport import = AuditImport::open(directory_.path()).value();
  const AuditRecord second = next(head_, node_, "a");
  const AuditRecord third = next({second.seq, second.hash}, node_, "b");
  EXPECT_THAT(import.add(third).error().context, HasSubstr("lacks the records 2 to 2"));
  AuditRecord edited = second;
  edited.event.source = "x";
  EXPECT_EQ(import.add(edited).error().code, Errc::corrupt);
  AuditRecord other = next({}, node_, "other");
  EXPECT_EQ(import.add(other).error().code, Errc::corrupt) << "the same number, another record";
}

TEST_F(Import, WhatIsNotFinishedIsNotThere) {
  {
    AuditImport import = AuditImport::open(directory_.path()).value();
    ASSERT_TRUE(import.add(next(head_, node_, "a")));
  }
  SeededRandom random(2);
  EXPECT_EQ(open_sqlite_store(directory_.path(), random).value()->audit_chain(node_, 0, 10)->size(),
            1U);
}

}  // namespace
}  // namespace lockstep
