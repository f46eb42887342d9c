// SPDX-License-Identifier: Apache-2.0
#include "adapters/sql/backup.h"

#include <atomic>
#include <fstream>
#include <sstream>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>
#include <sys/stat.h>

#include "adapters/sql/copy.h"
#include "adapters/sql/migrations.h"
#include "adapters/sql/sql_store.h"
#include "adapters/sql/sqlite/scratch.h"
#include "base/handle.h"
#include "testing/seeded_random.h"
#include "testing/temporary_directory.h"

namespace lockstep {
namespace {

using testing::HasSubstr;

constexpr WallTime kAt{Seconds(1'800'000'000)};
const UserName kAnna = UserName::parse("anna").value();

Result<void> quietly(std::uint64_t /*done*/, std::uint64_t /*total*/) { return {}; }

ChangeSet anna_with_a_card() {
  ChangeSet set;
  set.changes.push_back(InsertUser{{.id = UserId(1), .name = kAnna}});
  Token card{.id = TokenId(2), .serial = Serial::parse("C-1").value()};
  card.owner = UserId(1);
  set.changes.push_back(InsertToken{card});
  set.changes.push_back(InsertTicket{Ticket{.data = "{}", .expires_at = kAt}});
  set.changes.push_back(InsertSession{Session{.about = {}, .data = "{}"}});
  return set;
}

/// Moves the card on by one and says so in the audit.
Result<ChangeSet> step_on(const Situation& situation) {
  const Token& token = situation.tokens.at(0);
  Progress progress = token.progress;
  progress.next = progress.next.moved(1);
  ChangeSet set;
  set.changes.push_back(UpdateProgress{token.id, token.version, progress, token.status});
  set.events.push_back(AuditEvent{.kind = EventKind::login_accepted});
  return set;
}

class Backup : public testing::Test {
 protected:
  Backup() {
    std::filesystem::create_directory(data());
    SeededRandom random(1);
    store_ = open_sqlite_store(data(), random).value();
    EXPECT_TRUE(store_->commit(anna_with_a_card()));
    EXPECT_TRUE(store_->attempt(kAnna, step_on));
  }

  [[nodiscard]] std::filesystem::path data() const { return directory_.path() / "data"; }
  [[nodiscard]] std::filesystem::path file() const { return directory_.path() / "b.lsb"; }
  [[nodiscard]] std::filesystem::path other() const { return directory_.path() / "other"; }

  Result<BackupFacts> back_up() {
    return make_sqlite_archive(data(), "1.2.3")->back_up(file(), kAt, quietly);
  }

  /// Unpacks into `other`, made anew.
  Result<BackupFacts> unpack() {
    std::filesystem::remove_all(other());
    std::filesystem::create_directory(other());
    return unpack_backup(file(), other(), quietly);
  }

  /// What the unpacked database holds.
  std::vector<TableDigest> unpacked() {
    const auto database = open_finished(other() / "lockstep.db", FileKind::store).value();
    const auto tables = tables_of_schema(migrations().back().number).value();
    return digest_tables(*database, tables).value();
  }

  std::unique_ptr<Store> open_unpacked() {
    SeededRandom random(2);
    return open_sqlite_store(other(), random).value();
  }

  [[nodiscard]] std::string content() const {
    std::ostringstream text;
    text << std::ifstream(file(), std::ios::binary).rdbuf();
    return text.str();
  }
  void replace(const std::string& content) {
    std::ofstream(file(), std::ios::binary | std::ios::trunc) << content;
  }

  TemporaryDirectory directory_;
  std::unique_ptr<Store> store_;
};

TEST_F(Backup, WhatWasThereIsThereAgainWithAChainOfItsOwn) {
  const auto written = back_up();
  ASSERT_TRUE(written) << written.error().context;
  EXPECT_EQ(written->version, "1.2.3");
  EXPECT_EQ(written->schema, migrations().back().number);
  EXPECT_EQ(written->at, kAt);
  ASSERT_EQ(written->heads.size(), 1U);
  EXPECT_EQ(written->heads.front().second.seq, 1U);
  EXPECT_EQ(read_backup_facts(file()).value().heads.front().second.hash,
            written->heads.front().second.hash);

  ASSERT_TRUE(unpack());
  const auto store = open_unpacked();
  const Situation anna = store->situation(kAnna).value();
  EXPECT_EQ(anna.tokens.at(0).progress.next, Position(1));
  EXPECT_FALSE(store->ticket({}).value()) << "it may have been used since";
  EXPECT_FALSE(store->session({}).value()) << "it may have been ended since";
  EXPECT_NE(store->own_chain().node, written->heads.front().first);
  EXPECT_EQ(store->own_chain().head.seq, 0U);
  ASSERT_TRUE(store->attempt(kAnna, step_on));
  EXPECT_EQ(store->audit_heads().value().size(), 2U);
}

TEST_F(Backup, IsForItsOwnerOnlyAndAlone) {
  ASSERT_TRUE(back_up());
  struct stat facts{};
  ASSERT_EQ(::stat(file().c_str(), &facts), 0);
  EXPECT_EQ(facts.st_mode & 0777U, 0600U);
  std::vector<std::string> names;
  for (const auto& one : std::filesystem::directory_iterator(directory_.path())) {
    names.push_back(one.path().filename());
  }
  EXPECT_THAT(names, testing::UnorderedElementsAre("data", "b.lsb"));
}

TEST_F(Backup, SaysWhyItCannotBeWritten) {
  const auto archive = make_sqlite_archive(data(), "1");
  const auto why = [&](const std::filesystem::path& path) {
    return archive->back_up(path, kAt, quietly).error().code;
  };
  replace("mine");
  EXPECT_EQ(why(file()), Errc::conflict);
  EXPECT_EQ(content(), "mine");
  EXPECT_EQ(why("relative.lsb"), Errc::invalid_input);
  EXPECT_EQ(why(directory_.path() / "nowhere" / "b"), Errc::not_found);
  std::filesystem::create_symlink("/nonexistent", directory_.path() / "link");
  EXPECT_EQ(why(directory_.path() / "link"), Errc::conflict);
}

TEST_F(Backup, ThatIsGivenUpLeavesNothing) {
  const auto archive = make_sqlite_archive(data(), "1");
  const auto stopped = archive->back_up(file(), kAt, [](std::uint64_t, std::uint64_t) {
    return Result<void>(fail(Errc::unavailable, "stop"));
  });
  EXPECT_EQ(stopped.error().context, "stop");
  EXPECT_FALSE(std::filesystem::exists(file()));
  EXPECT_FALSE(std::filesystem::exists(file().string() + ".lockstep-part"));
  ASSERT_TRUE(back_up());
}

TEST_F(Backup, HoldsOneMomentWhileTheStoreIsWritten) {
  std::atomic<bool> stop = false;
  std::jthread writer([&] {
    while (!stop) EXPECT_TRUE(store_->attempt(kAnna, step_on));
  });
  for (int i = 0; i < 5; ++i) {
    const auto facts = back_up();
    ASSERT_TRUE(facts) << facts.error().context;
    ASSERT_TRUE(unpack());
    const auto store = open_unpacked();
    const std::uint64_t next = store->situation(kAnna).value().tokens.at(0).progress.next.value();
    EXPECT_EQ(facts->heads.front().second.seq, next) << "a record for each step";
    ChainHead head;
    EXPECT_TRUE(store->audit_scan([&](const AuditRecord& record) -> Result<void> {
      EXPECT_TRUE(follows(head, record));
      head = {record.seq, record.hash};
      return {};
    }));
    EXPECT_EQ(head.hash, facts->heads.front().second.hash);
    std::filesystem::remove(file());
  }
  stop = true;
}

TEST_F(Backup, NoDamageGoesUnseen) {
  ASSERT_TRUE(back_up());
  ASSERT_TRUE(unpack());
  const auto whole = unpacked();
  const std::string good = content();
  int refused = 0;
  int used = 0;
  for (std::size_t at = 0; at < good.size(); ++at) {
    // Much of a small file is unused; every fiftieth byte of what is not.
    if (good[at] == 0 || ++used % 50 != 0) continue;
    std::string bad = good;
    bad[at] = static_cast<char>(bad[at] ^ 0x10);
    replace(bad);
    const auto result = unpack();
    if (result) {
      EXPECT_EQ(unpacked(), whole) << "a flip at " << at;
      continue;
    }
    ++refused;
    EXPECT_FALSE(std::filesystem::exists(other() / "lockstep.db")) << at;
  }
  EXPECT_GT(refused, 20);
}

TEST_F(Backup, ThatIsCutOrSomethingElseIsRefused) {
  ASSERT_TRUE(back_up());
  const std::string good = content();
  for (const std::size_t size :
       {std::size_t{0}, std::size_t{50}, std::size_t{4096}, good.size() / 2, good.size() - 4096}) {
    replace(good.substr(0, size));
    const auto result = unpack();
    ASSERT_FALSE(result) << size;
    EXPECT_EQ(result.error().code, Errc::corrupt) << result.error().context;
  }
  std::filesystem::remove(file());
  EXPECT_EQ(unpack().error().code, Errc::not_found);
  store_.reset();
  std::filesystem::copy_file(data() / "lockstep.db", file());
  EXPECT_THAT(unpack().error().context, HasSubstr("is no backup"));
}

TEST_F(Backup, OfAnOlderSchemaIsBroughtUpToDateWhenItIsOpened) {
  const TemporaryDirectory old;
  const std::ifstream in(std::string(LOCKSTEP_SOURCE_DIR) + "/tests/migrations/schema_1.sql");
  std::ostringstream sql;
  sql << in.rdbuf();
  sqlite3* raw = nullptr;
  ASSERT_EQ(sqlite3_open((old.path() / "lockstep.db").c_str(), &raw), SQLITE_OK);
  const Handle<sqlite3, sqlite3_close_v2> database(raw);
  ASSERT_EQ(sqlite3_exec(raw, sql.str().c_str(), nullptr, nullptr, nullptr), SQLITE_OK);

  const auto facts = make_sqlite_archive(old.path(), "0")->back_up(file(), kAt, quietly);
  ASSERT_TRUE(facts) << facts.error().context;
  EXPECT_EQ(facts->schema, 1U);
  ASSERT_TRUE(unpack());
  EXPECT_EQ(open_unpacked()->situation(kAnna).value().user->last_name, "Müller");
}

}  // namespace
}  // namespace lockstep
