// SPDX-License-Identifier: Apache-2.0
#include "service/backups.h"

#include <future>

#include <gtest/gtest.h>

#include "service/service_test_world.h"

namespace lockstep {
namespace {

/// Takes as long as the test wants.
class SlowArchive final : public Archive {
 public:
  Result<BackupFacts> back_up(const std::filesystem::path& file, WallTime at,
                              const OnWork& on_work) override {
    LOCKSTEP_CHECK(on_work(1, 4));
    begun.set_value();
    go_on.get_future().wait();
    LOCKSTEP_CHECK(on_work(4, 4));
    if (file == "/full/b") return fail(Errc::unavailable, "no space");
    return BackupFacts{
        .version = "1", .schema = 2, .at = at, .heads = {{NodeId(7), {3, {}}}}, .rows = 2};
  }

  std::promise<void> begun;
  std::promise<void> go_on;
};

class BackupDeskTest : public World {};

BackupStatus ended(const BackupDesk& desk) {
  BackupStatus status = desk.wait();
  while (status.state == BackupState::running) status = desk.wait();
  return status;
}

TEST_F(BackupDeskTest, OneAtATimeAndItsEndIsInTheAudit) {
  SlowArchive archive;
  BackupDesk desk(archive, *services);
  EXPECT_EQ(desk.status().state, BackupState::none);
  ASSERT_TRUE(desk.start(owner(), "/b/one"));
  archive.begun.get_future().wait();
  EXPECT_EQ(desk.status().done, 1U);
  EXPECT_EQ(desk.start(owner(), "/b/two").error().code, Errc::conflict);
  archive.go_on.set_value();
  const BackupStatus status = ended(desk);
  EXPECT_EQ(status.state, BackupState::done);
  EXPECT_EQ(status.file, "/b/one");
  EXPECT_EQ(status.facts->rows, 2U);
  const auto records = store.audit({}).value();
  EXPECT_EQ(records.at(0).event.kind, EventKind::store_backed_up);
  EXPECT_EQ(records.at(0).event.details.at(2),
            (std::pair<std::string, std::string>("head", "7:3")));
}

TEST_F(BackupDeskTest, AFailureSaysWhyAndIsNoBackup) {
  SlowArchive archive;
  BackupDesk desk(archive, *services);
  archive.go_on.set_value();
  ASSERT_TRUE(desk.start(owner(), "/full/b"));
  const BackupStatus status = ended(desk);
  EXPECT_EQ(status.state, BackupState::failed);
  EXPECT_EQ(status.error->context, "no space");
  EXPECT_NE(last_record().event.kind, EventKind::store_backed_up);
}

TEST_F(BackupDeskTest, APathHasToBeWhole) {
  SlowArchive archive;
  BackupDesk desk(archive, *services);
  for (const char* path : {"", "b", "./b", "/b/"}) {
    EXPECT_EQ(desk.start(owner(), path).error().code, Errc::invalid_input) << path;
  }
  EXPECT_EQ(desk.start(owner(), std::string("/b\0c", 4)).error().code, Errc::invalid_input);
}

TEST_F(BackupDeskTest, AnEndingServerGivesTheBackupUp) {
  SlowArchive archive;
  {
    BackupDesk desk(archive, *services);
    ASSERT_TRUE(desk.start(owner(), "/b/one"));
    archive.begun.get_future().wait();
    archive.go_on.set_value();
  }
  SUCCEED() << "the thread is gone, whichever of the two was first";
}

}  // namespace
}  // namespace lockstep
