// SPDX-License-Identifier: Apache-2.0
#include "app/data_directory.h"

#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "adapters/sql/sql_store.h"
#include "adapters/system/key_file.h"
#include "testing/seeded_random.h"

namespace lockstep {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class DataDirectory : public testing::Test {
 protected:
  DataDirectory() {
    auto made = PassingDirectory::make();
    LOCKSTEP_ASSERT(made.has_value());
    parent_.emplace(std::move(*made));
  }

  SeededRandom random_{1};
  std::optional<PassingDirectory> parent_;
};

fs::perms mode(const fs::path& path) { return fs::status(path).permissions(); }

TEST_F(DataDirectory, IsForItsOwnerAloneAndHoldsAKeyAndAStore) {
  const fs::path data = parent_->path() / "a" / "b";
  const auto made = create_data_directory(data, random_);
  ASSERT_TRUE(made) << made.error().context;
  EXPECT_EQ(mode(data), fs::perms::owner_all);
  EXPECT_EQ(mode(key_file_path(data)) & (fs::perms::group_all | fs::perms::others_all),
            fs::perms::none);
  EXPECT_TRUE(KeyFileVault::open(key_file_path(data)));
  EXPECT_TRUE(open_sqlite_store(data, random_));
}

TEST_F(DataDirectory, IsNeverOverwritten) {
  const fs::path data = parent_->path() / "data";
  ASSERT_TRUE(create_data_directory(data, random_));
  const auto again = create_data_directory(data, random_);
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, Errc::conflict);
  EXPECT_THAT(again.error().context, HasSubstr(data.string()));
}

TEST_F(DataDirectory, AStrangersFileKeepsTheDirectoryAsItIs) {
  const fs::path data = parent_->path() / "data";
  fs::create_directory(data);
  std::ofstream(data / "letter.txt") << "dear";
  ASSERT_FALSE(create_data_directory(data, random_));
  EXPECT_FALSE(fs::exists(key_file_path(data)));
}

TEST_F(DataDirectory, AnEmptyDirectoryIsTakenAndProtected) {
  const fs::path data = parent_->path() / "data";
  fs::create_directory(data);
  fs::permissions(data, fs::perms::all);
  const auto made = create_data_directory(data, random_);
  ASSERT_TRUE(made) << made.error().context;
  EXPECT_EQ(mode(data), fs::perms::owner_all);
}

TEST_F(DataDirectory, ATrailingSlashChangesNothing) {
  const auto made = create_data_directory(parent_->path() / "data/", random_);
  ASSERT_TRUE(made) << made.error().context;
  EXPECT_TRUE(fs::exists(key_file_path(parent_->path() / "data")));
}

TEST_F(DataDirectory, AFileInItsPlaceIsAConflict) {
  std::ofstream(parent_->path() / "data") << "x";
  const auto made = create_data_directory(parent_->path() / "data", random_);
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().code, Errc::conflict);
}

TEST(PassingDirectoryTest, GoesWithAllThatIsInIt) {
  fs::path path;
  {
    auto directory = PassingDirectory::make();
    ASSERT_TRUE(directory);
    path = directory->path();
    EXPECT_EQ(mode(path), fs::perms::owner_all);
    fs::create_directories(path / "deep/er");
    const PassingDirectory moved = std::move(*directory);
    EXPECT_EQ(moved.path(), path);
    EXPECT_TRUE(fs::exists(path));
  }
  EXPECT_FALSE(fs::exists(path));
}

}  // namespace
}  // namespace lockstep
