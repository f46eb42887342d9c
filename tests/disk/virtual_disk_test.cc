// SPDX-License-Identifier: Apache-2.0
// What the other tests of this folder rest on: the disk loses what it says it loses, and nothing
// else, and SQLite works on it as on any other.
#include "virtual_disk.h"

#include <deque>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "watched_connection.h"

namespace lockstep {
namespace {

using Kind = DiskOp::Kind;

Bytes bytes(std::string_view text) { return {text.begin(), text.end()}; }

std::string text_of(const Content& content) {
  Bytes all(content.size());
  content.read(0, all);
  return {all.begin(), all.end()};
}

/// A file "f" that holds `synced`, and what is done to it after that.
class AFile : public testing::Test {
 public:
  AFile() { does(DiskOp{Kind::write, 0, 0, bytes("synced")}, DiskOp{Kind::sync, 0, 0, {}}); }

  template <class... Ops>
  void does(Ops... ops) {
    (state_.apply(ops_.emplace_back(std::move(ops))), ...);
  }
  std::string after(Cut cut) { return text_of(state_.after(cut, random_).at("f")); }
  DiskState& state() { return state_; }
  SeededRandom& random() { return random_; }

 private:
  SeededRandom random_{1};
  std::deque<DiskOp> ops_;
  DiskState state_{{{"f", Content()}}};
};

TEST_F(AFile, KeepsWhatWasSyncedWhateverComesAfter) {
  EXPECT_TRUE(state().is_synced());
  for (const Cut cut : {Cut::none, Cut::all, Cut::some, Cut::torn}) EXPECT_EQ(after(cut), "synced");
}

TEST_F(AFile, LosesOrKeepsWhatWasNotSynced) {
  does(DiskOp{Kind::write, 0, 0, bytes("SYN")}, DiskOp{Kind::truncate, 0, 4, {}});
  EXPECT_FALSE(state().is_synced());
  EXPECT_EQ(after(Cut::none), "synced");
  EXPECT_EQ(after(Cut::all), "SYNc");
  std::set<std::string> seen;
  for (int i = 0; i < 100; ++i) seen.insert(after(Cut::some));
  EXPECT_EQ(seen, (std::set<std::string>{"synced", "SYNced", "sync", "SYNc"}));
}

TEST_F(AFile, IsTornAtSectorsAndNowhereElse) {
  const std::string wide(3 * DiskState::kSectorBytes, 'x');
  does(DiskOp{Kind::write, 0, 256, bytes(wide)});
  std::set<std::string> seen;
  for (int i = 0; i < 1'000; ++i) seen.insert(after(Cut::torn));
  // Four sectors are touched, the first and the last in part.
  EXPECT_EQ(seen.size(), 16U);
  EXPECT_TRUE(seen.contains("synced"));
  EXPECT_TRUE(seen.contains("synced" + std::string(250, '\0') + std::string(256, 'x')));
}

TEST_F(AFile, NeverGetsWhatAFailedSyncDroppedAlthoughTheNextSyncSucceeds) {
  does(DiskOp{Kind::write, 0, 0, bytes("lost")}, DiskOp{Kind::lost_sync, 0, 0, {}},
       DiskOp{Kind::write, 0, 4, bytes("ED")}, DiskOp{Kind::sync, 0, 0, {}});
  EXPECT_EQ(after(Cut::process), "lostED");
  EXPECT_EQ(after(Cut::all), "syncED");
  EXPECT_EQ(after(Cut::none), "syncED");
}

TEST_F(AFile, IsThereAfterItsNameReachedTheDiskAndMayNotBeBefore) {
  does(DiskOp{Kind::create, 1, 0, bytes("g")});
  EXPECT_FALSE(state().after(Cut::none, random()).contains("g"));
  EXPECT_TRUE(state().after(Cut::all, random()).contains("g"));
  does(DiskOp{Kind::sync_names, 1, 0, {}}, DiskOp{Kind::remove, 0, 0, bytes("f")});
  EXPECT_TRUE(state().after(Cut::none, random()).contains("g"));
  EXPECT_EQ(after(Cut::none), "synced");
  EXPECT_FALSE(state().after(Cut::all, random()).contains("f"));
}

TEST(Content, CopiesDoNotSeeEachOthersWrites) {
  Content one;
  one.write(0, bytes("one"));
  Content two = one;
  two.write(5'000, bytes("far"));
  two.write(0, bytes("two"));
  EXPECT_EQ(text_of(one), "one");
  EXPECT_EQ(two.size(), 5'003U);
  two.resize(2);
  two.resize(4);
  EXPECT_EQ(text_of(two), std::string("tw\0\0", 4));
}

// ---- The store on it.

ChangeSet one_group(int number) {
  return {{InsertGroup{GroupName::parse("group-" + std::to_string(number)).value()}}, {}};
}

TEST(VirtualDisk, KeepsAStoreOverItsClosing) {
  VirtualDisk disk(empty_disk());
  SeededRandom random(1);
  ASSERT_TRUE(open_store(disk, random).value()->commit(one_group(1)));
  // The last one out moves the log into the database and removes it.
  EXPECT_EQ(disk.image().size(), 1U);
  EXPECT_EQ(open_store(disk, random).value()->groups({})->size(), 1U);
}

TEST(VirtualDisk, TellsItsListenerEnoughToBuildTheSameDisk) {
  std::deque<DiskOp> ops;
  VirtualDisk disk(empty_disk(), [&](DiskOp op) { ops.push_back(std::move(op)); });
  SeededRandom random(1);
  const auto store = open_store(disk, random).value();
  for (int i = 0; i < 20; ++i) ASSERT_TRUE(store->commit(one_group(i)));
  DiskState state(empty_disk());
  for (const DiskOp& op : ops) state.apply(op);
  for (const Cut cut : {Cut::none, Cut::all, Cut::process}) {
    VirtualDisk again(state.after(cut, random));
    EXPECT_EQ(read_pages(again).value(), read_pages(disk).value());
  }
}

TEST(VirtualDisk, DoesTheThingsThatASyncedWriteAheadLogIsMadeOf) {
  // The settings of production, seen from below: each commit writes to the log and syncs it once.
  std::vector<std::string> syncs;
  VirtualDisk disk(empty_disk());
  SeededRandom random(1);
  const auto store = open_store(disk, random).value();
  disk.fail_when([&](DiskCall call, std::string_view name, std::uint64_t) {
    if (call == DiskCall::sync) syncs.emplace_back(name);
    return DiskFault::none;
  });
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(store->commit(one_group(i)));
  EXPECT_EQ(syncs, std::vector<std::string>(3, "lockstep.db-wal"));
}

TEST(VirtualDisk, TheLogIsMovedIntoTheDatabaseWhileTheStoreIsOpen) {
  // A log that only grows would fill the disk and make each start slower than the one before.
  constexpr std::uint64_t kLogBytesMax = 6U << 20U;
  VirtualDisk disk(empty_disk());
  SeededRandom random(1);
  const auto store = open_store(disk, random).value();
  for (int i = 0; i < 3'000; ++i) ASSERT_TRUE(store->commit(one_group(i)));
  EXPECT_LT(disk.size_of("lockstep.db-wal"), kLogBytesMax);
  EXPECT_GT(disk.size_of("lockstep.db"), 20U * 4'096U);
}

}  // namespace
}  // namespace lockstep
