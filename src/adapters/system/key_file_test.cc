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

// ---- Several keys.

std::string content_of(const fs::path& path) {
  std::ifstream in(path);
  return {std::istreambuf_iterator<char>(in), {}};
}

AskPassphrase says(std::string text) {
  return [text = std::move(text)]() -> Result<Secret> { return Secret::copy_of(text); };
}

TEST_F(KeyFile, AfterATurnTheOldKeyStillOpensAndTheNewOneSeals) {
  ASSERT_TRUE(create_key_file(path()));
  const auto vault = KeyFileVault::open(path()).value();
  const Sealed old = vault->seal(SealPurpose::seed, 7, Secret::copy_of("abc")).value();
  const KeyId first = vault->ring().current;
  ASSERT_TRUE(vault->turn());
  EXPECT_EQ(vault->turn().error().code, Errc::conflict);

  // The file knows both before anything is sealed under the new one.
  const auto reopened = KeyFileVault::open(path()).value();
  for (KeyVault* now :
       {static_cast<KeyVault*>(vault.get()), static_cast<KeyVault*>(reopened.get())}) {
    EXPECT_NE(now->ring().current, first);
    EXPECT_EQ(now->ring().older, std::vector{first});
    EXPECT_TRUE(now->open(SealPurpose::seed, 7, old));
    const Sealed fresh = now->seal(SealPurpose::seed, 7, Secret::copy_of("abc")).value();
    EXPECT_EQ(key_id_in(fresh), now->ring().current);
    EXPECT_FALSE(now->rewrap(SealPurpose::seed, 7, fresh).value());
  }
}

TEST_F(KeyFile, WrappedAnewItOpensWithoutTheOldKey) {
  ASSERT_TRUE(create_key_file(path()));
  const auto vault = KeyFileVault::open(path()).value();
  const Secret seed = Secret::copy_of("12345678901234567890");
  const Sealed old = vault->seal(SealPurpose::seed, 7, seed).value();
  ASSERT_TRUE(vault->turn());
  const Sealed anew = vault->rewrap(SealPurpose::seed, 7, old).value().value();
  EXPECT_EQ(key_id_in(anew), vault->ring().current);
  EXPECT_EQ(vault->rewrap(SealPurpose::seed, 8, old).error().code, Errc::corrupt);

  ASSERT_TRUE(vault->forget_older());
  const auto reopened = KeyFileVault::open(path()).value();
  for (KeyVault* now :
       {static_cast<KeyVault*>(vault.get()), static_cast<KeyVault*>(reopened.get())}) {
    EXPECT_TRUE(now->ring().older.empty());
    EXPECT_EQ(sha256(now->open(SealPurpose::seed, 7, anew).value()), sha256(seed));
    EXPECT_EQ(now->open(SealPurpose::seed, 7, old).error().code, Errc::corrupt);
    EXPECT_EQ(now->rewrap(SealPurpose::seed, 7, old).error().code, Errc::corrupt);
  }
}

TEST_F(KeyFile, ASpareKeyIsTheNextOne) {
  ASSERT_TRUE(create_key_file(path()));
  const auto vault = KeyFileVault::open(path()).value();
  ASSERT_TRUE(vault->make_spare());
  const KeyId spare = vault->ring().spare.value();
  ASSERT_TRUE(vault->make_spare());
  EXPECT_EQ(vault->ring().spare, spare);
  EXPECT_NE(vault->ring().current, spare);
  // Another server that was given the file opens what is sealed after the turn.
  fs::copy_file(path(), path().string() + ".copy");
  const auto other = KeyFileVault::open(path().string() + ".copy").value();
  ASSERT_TRUE(vault->turn());
  EXPECT_EQ(vault->ring().current, spare);
  EXPECT_FALSE(vault->ring().spare);
  const Sealed sealed = vault->seal(SealPurpose::seed, 7, Secret::copy_of("abc")).value();
  EXPECT_TRUE(other->open(SealPurpose::seed, 7, sealed));
}

TEST_F(KeyFile, AFileOfTheFirstFormIsReadAndRewrittenInTheSecond) {
  std::ofstream(path()) << "lockstep-key-1\n" << std::string(64, 'a') << "\n";
  fs::permissions(path(), fs::perms::owner_read | fs::perms::owner_write);
  const auto vault = KeyFileVault::open(path()).value();
  ASSERT_TRUE(vault->make_spare());
  EXPECT_TRUE(content_of(path()).starts_with("lockstep-key-2\ncurrent " + std::string(64, 'a')));
  EXPECT_EQ(fs::status(path()).permissions(), fs::perms::owner_read | fs::perms::owner_write);
}

TEST_F(KeyFile, WhenTheFileCannotBeWrittenTheRingStaysAsItIs) {
  ASSERT_TRUE(create_key_file(path()));
  const auto vault = KeyFileVault::open(path()).value();
  const KeyId before = vault->ring().current;
  const std::string content = content_of(path());
  fs::create_directory(path().string() + ".new");  // where the next file would be written
  fs::create_directory(path().string() + ".new/full");
  EXPECT_FALSE(vault->turn());
  EXPECT_FALSE(vault->make_spare());
  EXPECT_EQ(vault->ring().current, before);
  EXPECT_FALSE(vault->ring().spare);
  EXPECT_EQ(content_of(path()), content);
}

TEST_F(KeyFile, WhatACrashLeftBesideTheFileIsInNobodysWay) {
  ASSERT_TRUE(create_key_file(path()));
  std::ofstream(path().string() + ".new") << "lockstep-key-2\ncurr";
  const auto vault = KeyFileVault::open(path()).value();
  ASSERT_TRUE(vault->turn());
  EXPECT_EQ(KeyFileVault::open(path()).value()->ring().current, vault->ring().current);
  EXPECT_FALSE(fs::exists(path().string() + ".new"));
}

TEST_F(KeyFile, ACredentialIsReadAndNeverWritten) {
  ASSERT_TRUE(create_key_file(path()));
  fs::permissions(path(), fs::perms::owner_read | fs::perms::group_read);
  const std::string content = content_of(path());
  const auto vault = KeyFileVault::open_credential(path()).value();
  EXPECT_TRUE(vault->seal(SealPurpose::seed, 7, Secret::copy_of("abc")));
  const auto turned = vault->turn();
  ASSERT_FALSE(turned);
  EXPECT_EQ(turned.error().code, Errc::not_allowed);
  EXPECT_NE(turned.error().context.find("lockstep keys turn"), std::string::npos);
  EXPECT_EQ(content_of(path()), content);
  fs::permissions(path(), fs::perms::others_read, fs::perm_options::add);
  EXPECT_EQ(KeyFileVault::open_credential(path()).error().code, Errc::not_allowed);
}

TEST_F(KeyFile, UnderAPassphraseItIsAskedForAndNothingElseOpens) {
  ASSERT_TRUE(create_key_file(path(), Secret::copy_of("correct horse battery")));
  const auto vault = KeyFileVault::open(path(), says("correct horse battery")).value();
  const Sealed sealed = vault->seal(SealPurpose::seed, 7, Secret::copy_of("abc")).value();
  ASSERT_TRUE(vault->turn()) << "no second question";
  EXPECT_TRUE(KeyFileVault::open(path(), says("correct horse battery"))
                  .value()
                  ->open(SealPurpose::seed, 7, sealed));
  EXPECT_EQ(KeyFileVault::open(path()).error().code, Errc::not_allowed);
  const auto wrong = KeyFileVault::open(path(), says("correct horse batterie"));
  ASSERT_FALSE(wrong);
  EXPECT_EQ(wrong.error().code, Errc::corrupt);
  EXPECT_NE(wrong.error().context.find("wrong passphrase"), std::string::npos);
}

TEST_F(KeyFile, ThePassphraseChangesWithoutTheKeys) {
  ASSERT_TRUE(create_key_file(path()));
  const auto vault = KeyFileVault::open(path()).value();
  const KeyId key = vault->ring().current;
  ASSERT_TRUE(vault->set_passphrase(Secret::copy_of("correct horse battery")));
  EXPECT_EQ(KeyFileVault::open(path(), says("correct horse battery")).value()->ring().current, key);
  EXPECT_EQ(vault->set_passphrase(Secret::copy_of("short")).error().code, Errc::invalid_input);
  ASSERT_TRUE(vault->set_passphrase(std::nullopt));
  EXPECT_EQ(KeyFileVault::open(path()).value()->ring().current, key);
}

TEST_F(KeyFile, ACutFileSaysWhatToDo) {
  ASSERT_TRUE(create_key_file(path()));
  fs::resize_file(path(), 60);
  const auto result = KeyFileVault::open(path());
  ASSERT_FALSE(result);
  EXPECT_NE(result.error().context.find("cut short"), std::string::npos);
  EXPECT_NE(result.error().context.find("put the copy back"), std::string::npos);
}

}  // namespace
}  // namespace lockstep
