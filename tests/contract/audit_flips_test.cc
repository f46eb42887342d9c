// SPDX-License-Identifier: Apache-2.0
// Somebody who can write the database flips one bit of the audit, anywhere: `verify_audit` says so.
#include <filesystem>

#include <gtest/gtest.h>
#include <sqlite3.h>

#include "adapters/sql/sql_store.h"
#include "adapters/system/key_file.h"
#include "base/handle.h"
#include "service/audit_trail.h"
#include "service/services.h"
#include "testing/fake_clock.h"
#include "testing/seeded_random.h"
#include "testing/temporary_directory.h"

namespace lockstep {
namespace {

using Database = Handle<sqlite3, sqlite3_close_v2>;
using Statement = Handle<sqlite3_stmt, sqlite3_finalize>;

/// The same database through a second door.
class BackDoor {
 public:
  explicit BackDoor(const std::filesystem::path& file) {
    sqlite3* raw = nullptr;
    EXPECT_EQ(sqlite3_open(file.c_str(), &raw), SQLITE_OK);
    database_.reset(raw);
    run("PRAGMA synchronous = OFF");
  }

  void run(const std::string& sql) {
    ASSERT_EQ(sqlite3_exec(database_.get(), sql.c_str(), nullptr, nullptr, nullptr), SQLITE_OK)
        << sqlite3_errmsg(database_.get());
  }

  [[nodiscard]] Statement prepare(const std::string& sql) const {
    sqlite3_stmt* raw = nullptr;
    EXPECT_EQ(sqlite3_prepare_v2(database_.get(), sql.c_str(), -1, &raw, nullptr), SQLITE_OK)
        << sql << ": " << sqlite3_errmsg(database_.get());
    return Statement(raw);
  }

 private:
  Database database_;
};

/// One value of one row.
struct Cell {
  std::string table;
  std::string column;
  std::int64_t row;
  int type;
  std::string bytes;  ///< of a number: eight, the lowest first
};

class AuditFlips : public testing::Test {
 protected:
  AuditFlips() {
    const auto services = start_services({*store, clock, random, vault}, 1).value();
    key = services->audit.public_key();
    AuditEvent event{.kind = EventKind::login_accepted,
                     .at = clock.now().wall,
                     .actor = Actor("key:vpn"),
                     .user = UserName::parse("elif").value(),
                     .serial = Serial::parse("A-1").value(),
                     .reason = Reason::next_code,
                     .source = "vpn ü",
                     .details = {{"next", "A-1@12"}}};
    EXPECT_TRUE(store->commit(ChangeSet{{}, {event}}));
    EXPECT_TRUE(sign_audit(*services));
    // The last record is behind the signed head, as one always is in a busy second.
    event.at += Seconds(1);
    EXPECT_TRUE(store->commit(ChangeSet{{}, {event}}));
  }

  [[nodiscard]] bool is_broken() const {
    const auto verdict = verify_audit(*store, {.key = key});
    EXPECT_TRUE(verdict) << verdict.error().context;
    return verdict && verdict->broken().has_value();
  }

  [[nodiscard]] std::vector<Cell> cells(const std::string& table) const {
    const Statement rows = door.prepare("SELECT rowid, * FROM " + table);
    std::vector<Cell> result;
    while (sqlite3_step(rows.get()) == SQLITE_ROW) {
      for (int i = 1; i < sqlite3_column_count(rows.get()); ++i) {
        Cell cell{table,
                  sqlite3_column_name(rows.get(), i),
                  sqlite3_column_int64(rows.get(), 0),
                  sqlite3_column_type(rows.get(), i),
                  {}};
        if (cell.type == SQLITE_NULL) continue;
        if (cell.type == SQLITE_INTEGER) {
          const std::int64_t number = sqlite3_column_int64(rows.get(), i);
          cell.bytes.assign(reinterpret_cast<const char*>(&number), sizeof number);
        } else {
          const auto* data = static_cast<const char*>(sqlite3_column_blob(rows.get(), i));
          cell.bytes.assign(data, static_cast<std::size_t>(sqlite3_column_bytes(rows.get(), i)));
        }
        result.push_back(std::move(cell));
      }
    }
    return result;
  }

  /// False: the database itself refuses, since there is a row of that key.
  [[nodiscard]] bool put(const Cell& cell, const std::string& bytes) const {
    const Statement update =
        door.prepare("UPDATE " + cell.table + " SET " + cell.column + " = ?1 WHERE rowid = ?2");
    const int size = static_cast<int>(bytes.size());
    if (cell.type == SQLITE_INTEGER) {
      std::int64_t number = 0;
      std::copy_n(bytes.data(), sizeof number, reinterpret_cast<char*>(&number));
      sqlite3_bind_int64(update.get(), 1, number);
    } else if (cell.type == SQLITE_TEXT) {
      sqlite3_bind_text(update.get(), 1, bytes.data(), size, SQLITE_STATIC);
    } else {
      sqlite3_bind_blob(update.get(), 1, bytes.data(), size, SQLITE_STATIC);
    }
    sqlite3_bind_int64(update.get(), 2, cell.row);
    const int done = sqlite3_step(update.get());
    EXPECT_TRUE(done == SQLITE_DONE || done == SQLITE_CONSTRAINT)
        << cell.table << "." << cell.column;
    return done == SQLITE_DONE;
  }

  void expect_every_flip_found(const std::string& table) {
    for (const Cell& cell : cells(table)) {
      for (std::size_t bit = 0; bit < cell.bytes.size() * 8; ++bit) {
        std::string edited = cell.bytes;
        edited[bit / 8] = static_cast<char>(edited[bit / 8] ^ (1 << (bit % 8)));
        if (!put(cell, edited)) continue;
        ASSERT_TRUE(is_broken()) << table << "." << cell.column << " of row " << cell.row
                                 << ", bit " << bit;
        ASSERT_TRUE(put(cell, cell.bytes));
      }
    }
    ASSERT_FALSE(is_broken()) << "everything was put back";
  }

  TemporaryDirectory directory;
  FakeClock clock;
  SeededRandom random{1};
  KeyFileVault vault{Secret(Bytes(32, 7))};
  std::unique_ptr<Store> store = open_sqlite_store(directory.path(), random).value();
  BackDoor door{directory.path() / "lockstep.db"};
  PublicKey key{};
};

TEST_F(AuditFlips, OfAnyColumnOfAnyRecord) { expect_every_flip_found("audit"); }
TEST_F(AuditFlips, OfTheHead) { expect_every_flip_found("audit_heads"); }
TEST_F(AuditFlips, OfTheSignedHead) { expect_every_flip_found("audit_signed_heads"); }

TEST_F(AuditFlips, AChainRemovedWithEverythingThatNamesIt) {
  for (const char* table : {"audit", "audit_heads", "audit_signed_heads", "audit_checkpoints"}) {
    door.run(std::string("DELETE FROM ") + table);
  }
  store.reset();
  store = open_sqlite_store(directory.path(), random).value();
  EXPECT_TRUE(is_broken()) << "the audit key was made, and nothing says so any more";
}

TEST_F(AuditFlips, ARecordCutOffWithItsHeadSetBackAfterARestart) {
  door.run("DELETE FROM audit WHERE seq >= 2");
  door.run("UPDATE audit_heads SET seq = 1, hash = (SELECT hash FROM audit WHERE seq = 1)");
  store.reset();
  store = open_sqlite_store(directory.path(), random).value();
  EXPECT_TRUE(is_broken()) << "number 2 was signed";
}

}  // namespace
}  // namespace lockstep
