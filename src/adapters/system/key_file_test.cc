// SPDX-License-Identifier: Apache-2.0
#include "adapters/system/key_file.h"

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

#include "crypto/digest.h"

namespace lockstep {
namespace {

namespace fs = std::filesystem;

class KeyFile : public testing::Test {
 protected:
  KeyFile() {
    std::string pattern = (fs::temp_directory_path() / "lockstep-key-XXXXXX").string();
    directory_ = mkdtemp(pattern.data());
  }
  ~KeyFile() override { fs::remove_all(directory_); }

  [[nodiscard]] fs::path path() const { return directory_ / "key"; }

 private:
  fs::path directory_;
};

TEST_F(KeyFile, WhatIsSealedOpensAfterReopening) {
  ASSERT_TRUE(create_key_file(path()));
  const Secret seed = Secret::copy_of("12345678901234567890");
  const Sealed sealed =
      KeyFileVault::open(path()).value()->seal(SealPurpose::seed, 7, seed).value();
  const auto opened = KeyFileVault::open(path()).value()->open(SealPurpose::seed, 7, sealed);
  ASSERT_TRUE(opened);
  EXPECT_EQ(sha256(*opened), sha256(seed));
}

TEST_F(KeyFile, SealedForOneThingOpensForNoOther) {
  ASSERT_TRUE(create_key_file(path()));
  const auto vault = KeyFileVault::open(path()).value();
  const Sealed sealed = vault->seal(SealPurpose::seed, 7, Secret::copy_of("abc")).value();
  EXPECT_EQ(vault->open(SealPurpose::seed, 8, sealed).error().code, Errc::corrupt);
  EXPECT_EQ(vault->open(SealPurpose::import, 7, sealed).error().code, Errc::corrupt);
}

TEST_F(KeyFile, AnotherKeyOpensNothing) {
  ASSERT_TRUE(create_key_file(path()));
  const Sealed sealed =
      KeyFileVault::open(path()).value()->seal(SealPurpose::seed, 7, Secret::copy_of("a")).value();
  fs::remove(path());
  ASSERT_TRUE(create_key_file(path()));
  EXPECT_FALSE(KeyFileVault::open(path()).value()->open(SealPurpose::seed, 7, sealed));
}

TEST_F(KeyFile, IsNeverOverwritten) {
  ASSERT_TRUE(create_key_file(path()));
  EXPECT_EQ(create_key_file(path()).error().code, Errc::conflict);
}

TEST_F(KeyFile, ReadableByOthersIsRefusedAndSaysWhatToDo) {
  ASSERT_TRUE(create_key_file(path()));
  fs::permissions(path(), fs::perms::group_read, fs::perm_options::add);
  const auto result = KeyFileVault::open(path());
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, Errc::not_allowed);
  EXPECT_NE(result.error().context.find("chmod 600"), std::string::npos);
}

TEST_F(KeyFile, MissingAndDamagedFilesAreToldApart) {
  EXPECT_EQ(KeyFileVault::open(path()).error().code, Errc::not_found);
  ASSERT_TRUE(create_key_file(path()));
  fs::resize_file(path(), 40);
  EXPECT_EQ(KeyFileVault::open(path()).error().code, Errc::corrupt);
}

}  // namespace
}  // namespace lockstep
