// SPDX-License-Identifier: Apache-2.0
#include "app/key_source.h"

#include <array>
#include <cstdlib>
#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "app/data_directory.h"
#include "app/key_ring_commands.h"
#include "front/cli/script_terminal.h"

namespace lockstep {
namespace {

using testing::HasSubstr;

class KeySources : public testing::Test {
 protected:
  KeySources() : directory_(PassingDirectory::make().value()) {}

  [[nodiscard]] std::filesystem::path data() const { return directory_.path(); }
  [[nodiscard]] std::filesystem::path file() const { return key_file_path(data()); }
  AskPassphrase ask() { return ask_passphrase(terminal_, -1); }

  /// Carries out `lockstep keys WORDS`.
  Result<void> keys(const std::string& words) {
    CLI::App app("test", "lockstep");
    KeyRingCommand chosen;
    add_key_ring_commands(app, chosen);
    app.parse("keys " + words);
    return chosen({file(), -1}, terminal_);
  }

  ScriptTerminal terminal_;

 private:
  PassingDirectory directory_;
};

TEST_F(KeySources, APassphraseIsAskedForWithoutEcho) {
  ASSERT_TRUE(create_key_file(file(), Secret::copy_of("correct horse battery")));
  terminal_.answers = {"correct horse battery", "wrong horse battery"};
  EXPECT_TRUE(open_keys(data(), {.source = KeySource::passphrase, .ask = ask()}));
  const auto wrong = open_keys(data(), {.source = KeySource::file, .ask = ask()});
  ASSERT_FALSE(wrong);
  EXPECT_THAT(wrong.error().context, HasSubstr("wrong passphrase"));
  EXPECT_EQ(terminal_.echoes, (std::vector{Echo::off, Echo::off}));
}

TEST_F(KeySources, WithoutATerminalThePassphraseComesFromAnOpenFile) {
  ASSERT_TRUE(create_key_file(file(), Secret::copy_of("correct horse battery")));
  const auto nobody = open_keys(data(), {.source = KeySource::file, .ask = ask()});
  ASSERT_FALSE(nobody);
  EXPECT_THAT(nobody.error().context, HasSubstr("--passphrase-fd"));
  std::array<int, 2> ends{};
  ASSERT_EQ(::pipe(ends.data()), 0);
  ASSERT_EQ(::write(ends[1], "correct horse battery\nmore", 26), 26);
  ::close(ends[1]);
  EXPECT_TRUE(
      open_keys(data(), {.source = KeySource::file, .ask = ask_passphrase(terminal_, ends[0])}));
  ::close(ends[0]);
}

TEST_F(KeySources, WhereAPassphraseIsWantedAFileInClearIsRefused) {
  ASSERT_TRUE(create_key_file(file()));
  const auto result = open_keys(data(), {.source = KeySource::passphrase, .ask = ask()});
  ASSERT_FALSE(result);
  EXPECT_THAT(result.error().context, HasSubstr("lockstep keys passphrase"));
  EXPECT_TRUE(open_keys(data(), {}));
}

TEST_F(KeySources, AMissingKeyFileSaysWhatToDo) {
  const auto result = open_keys(data(), {});
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, Errc::not_found);
  EXPECT_THAT(result.error().context, HasSubstr("bring it back from its copy"));
}

TEST_F(KeySources, ACredentialComesFromTheServiceManager) {
  ASSERT_TRUE(create_key_file(data() / "lockstep.key"));
  ::unsetenv("CREDENTIALS_DIRECTORY");
  const auto none = open_keys(data(), {.source = KeySource::credential, .ask = {}});
  ASSERT_FALSE(none);
  EXPECT_THAT(none.error().context, HasSubstr("LoadCredential"));
  ::setenv("CREDENTIALS_DIRECTORY", data().c_str(), 1);
  EXPECT_TRUE(open_keys(data(), {.source = KeySource::credential, .ask = {}}));
  ::unsetenv("CREDENTIALS_DIRECTORY");
}

TEST_F(KeySources, AKeyFileIsTurnedForgottenAndSealedByHand) {
  ASSERT_TRUE(create_key_file(file()));
  ASSERT_TRUE(keys("turn"));
  EXPECT_THAT(terminal_.said, HasSubstr("older"));
  EXPECT_FALSE(keys("turn")) << "the older key may still be needed";
  terminal_.said.clear();
  ASSERT_TRUE(keys("forget " + file().string()));
  EXPECT_THAT(terminal_.said, testing::Not(HasSubstr("older")));

  terminal_.answers = {"correct horse battery", "correct horse battery"};
  ASSERT_TRUE(keys("passphrase"));
  terminal_.answers = {"correct horse battery", "another horse battery", "another horse battery"};
  ASSERT_TRUE(keys("passphrase"));
  terminal_.answers = {"another horse battery"};
  ASSERT_TRUE(keys("clear"));
  EXPECT_TRUE(keys("show"));
}

}  // namespace
}  // namespace lockstep
