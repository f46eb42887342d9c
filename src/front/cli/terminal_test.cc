// SPDX-License-Identifier: Apache-2.0
#include "front/cli/terminal.h"

#include <gtest/gtest.h>

#include "front/cli/script_terminal.h"

namespace lockstep {
namespace {

TEST(NewSecret, IsAskedForTwiceWithoutEcho) {
  ScriptTerminal terminal;
  terminal.answers = {"hunter22", "hunter22"};
  const auto secret = new_secret(terminal, "Password", SecretFrom::prompt);
  ASSERT_TRUE(secret);
  EXPECT_EQ(secret->size(), 8U);
  EXPECT_EQ(terminal.prompts, (std::vector<std::string>{"Password: ", "Password again: "}));
  EXPECT_EQ(terminal.echoes, (std::vector<Echo>{Echo::off, Echo::off}));
}

TEST(NewSecret, TwoDifferentEntriesAreRefused) {
  ScriptTerminal terminal;
  terminal.answers = {"hunter22", "hunter23"};
  const auto secret = new_secret(terminal, "Password", SecretFrom::prompt);
  ASSERT_FALSE(secret);
  EXPECT_EQ(secret.error().code, Errc::invalid_input);
  EXPECT_EQ(secret.error().context.find("hunter"), std::string::npos);
}

TEST(NewSecret, FromStandardInputIsOneLine) {
  ScriptTerminal terminal;
  terminal.input = {"hunter22"};
  EXPECT_TRUE(new_secret(terminal, "Password", SecretFrom::standard_input));
  EXPECT_TRUE(terminal.prompts.empty());
}

TEST(KnownSecret, IsAskedForOnce) {
  ScriptTerminal terminal;
  terminal.answers = {"hunter22"};
  EXPECT_TRUE(known_secret(terminal, "Password", SecretFrom::prompt));
  EXPECT_EQ(terminal.prompts.size(), 1U);
}

TEST(KnownSecret, NothingIsRefused) {
  ScriptTerminal terminal;
  terminal.answers = {""};
  terminal.input = {""};
  EXPECT_FALSE(known_secret(terminal, "PIN", SecretFrom::prompt));
  EXPECT_FALSE(known_secret(terminal, "PIN", SecretFrom::standard_input));
}

TEST(KnownSecret, WithoutTerminalThePersonIsToldWhatElseThereIs) {
  ScriptTerminal terminal;
  const auto secret = known_secret(terminal, "PIN", SecretFrom::prompt);
  ASSERT_FALSE(secret);
  EXPECT_EQ(secret.error().code, Errc::unavailable);
}

}  // namespace
}  // namespace lockstep
