// SPDX-License-Identifier: Apache-2.0
#include "app/commands.h"

#include <array>
#include <filesystem>
#include <iterator>
#include <map>
#include <optional>
#include <sstream>
#include <utility>

#include <boost/json/parse.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/data_directory.h"
#include "base/hex.h"
#include "front/cli/script_terminal.h"
#include "testing/simulated_token.h"

namespace lockstep {
namespace {

using testing::ContainsRegex;
using testing::HasSubstr;
using testing::Not;

constexpr const char* kSeed = "3132333435363738393031323334353637383930";  // RFC 4226 appendix D

/// Commands as typed, one after the other, on a data directory that no server has open.
class CommandLine : public testing::Test {
 protected:
  CommandLine() {
    auto made = PassingDirectory::make();
    LOCKSTEP_ASSERT(made.has_value());
    directory_.emplace(std::move(*made));
  }

  ExitCode run(std::vector<std::string> words) {
    terminal_.said.clear();
    terminal_.complained.clear();
    words.insert(words.end(), {"--data", data().string()});
    return run_command_line(words, terminal_);
  }

  [[nodiscard]] std::filesystem::path data() const { return directory_->path() / "data"; }

  ScriptTerminal terminal_;
  std::optional<PassingDirectory> directory_;
};

TEST_F(CommandLine, FromAnEmptyDirectoryToALogIn) {
  ASSERT_EQ(run({"init"}), ExitCode::ok) << terminal_.complained;
  EXPECT_THAT(terminal_.said, HasSubstr("lockstep serve --data"));
  ASSERT_EQ(run({"user", "add", "anna", "--last", "Lind"}), ExitCode::ok) << terminal_.complained;
  terminal_.input = {kSeed};
  ASSERT_EQ(
      run({"token", "create", "--kind", "hotp", "--serial", "s1", "--owner", "anna", "--stdin"}),
      ExitCode::ok)
      << terminal_.complained;

  CodeSpec spec;
  SimulatedToken token(spec, Secret(*parse_hex(kSeed)));
  const std::string code = token.press();
  terminal_.input = {code};
  EXPECT_EQ(run({"authenticate", "anna", "--stdin"}), ExitCode::ok) << terminal_.complained;
  EXPECT_EQ(terminal_.said, "Accepted, token S1.\n");
  terminal_.input = {code};
  EXPECT_EQ(run({"authenticate", "anna", "--stdin"}), ExitCode::refused);

  token.press_unseen(500);
  const std::string first = token.press();
  EXPECT_EQ(run({"token", "resync", "S1", first, token.press()}), ExitCode::ok)
      << terminal_.complained;
  EXPECT_EQ(terminal_.said, "Found 500 codes ahead.\n");
  terminal_.input = {token.press()};
  EXPECT_EQ(run({"authenticate", "anna", "--stdin"}), ExitCode::ok);

  EXPECT_EQ(run({"audit", "list", "--user", "anna"}), ExitCode::ok);
  EXPECT_THAT(terminal_.said, HasSubstr("resync.succeeded"));
  EXPECT_EQ(run({"audit", "verify"}), ExitCode::ok);
}

TEST_F(CommandLine, CommandsWithoutServerAreNoServiceStarts) {
  ASSERT_EQ(run({"init"}), ExitCode::ok);
  ASSERT_EQ(run({"group", "add", "vpn"}), ExitCode::ok);
  EXPECT_EQ(run({"audit", "list"}), ExitCode::ok);
  EXPECT_THAT(terminal_.said, HasSubstr("group.created"));
  EXPECT_THAT(terminal_.said, Not(HasSubstr("service.started")));
}

TEST_F(CommandLine, JsonIsTheAnswerOfTheApi) {
  ASSERT_EQ(run({"init"}), ExitCode::ok);
  ASSERT_EQ(run({"--json", "user", "add", "anna"}), ExitCode::ok);
  EXPECT_EQ(boost::json::parse(terminal_.said).at("id").as_string(), "anna");
  EXPECT_EQ(run({"user", "show", "bo", "--json"}), ExitCode::not_found);
  EXPECT_EQ(boost::json::parse(terminal_.said).at("reason").as_string(), "not_found");
}

TEST_F(CommandLine, AKeyIsShownOnceWithItsScopes) {
  ASSERT_EQ(run({"init"}), ExitCode::ok);
  ASSERT_EQ(run({"key", "create", "vpn", "--scope", "authenticate"}), ExitCode::ok);
  EXPECT_THAT(terminal_.said, HasSubstr("lsk_"));
  ASSERT_EQ(run({"key", "list"}), ExitCode::ok);
  EXPECT_THAT(terminal_.said, HasSubstr("vpn"));
  EXPECT_THAT(terminal_.said, Not(HasSubstr("lsk_")));
  EXPECT_EQ(run({"key", "create", "vpn", "--scope", "authenticate"}), ExitCode::conflict);
}

TEST_F(CommandLine, InitNeverOverwrites) {
  ASSERT_EQ(run({"init"}), ExitCode::ok);
  EXPECT_EQ(run({"init"}), ExitCode::conflict);
  EXPECT_THAT(terminal_.complained, HasSubstr("lockstep serve"));
}

TEST_F(CommandLine, WithoutDataDirectoryItSaysHowToNameOne) {
  EXPECT_EQ(run({"user", "list"}), ExitCode::unavailable);
  EXPECT_THAT(terminal_.complained, HasSubstr("--data"));
}

TEST_F(CommandLine, AServerThatIsNamedAndDoesNotRunIsUnavailable) {
  EXPECT_EQ(run({"user", "list", "--socket", "/nonexistent/admin.sock"}), ExitCode::unavailable);
}

TEST_F(CommandLine, ABadConfigurationIsNamed) {
  EXPECT_EQ(run({"serve", "--config", "/nonexistent.toml"}), ExitCode::not_found);
  EXPECT_THAT(terminal_.complained, HasSubstr("/nonexistent.toml"));
}

/// What follows which words, as bash is told: "user" to "add show …".
std::map<std::string, std::string> completions(const std::string& script) {
  std::map<std::string, std::string> result;
  std::istringstream lines(script);
  for (std::string line; std::getline(lines, line);) {
    std::istringstream parts(line);  // "    'user') echo 'add show …' ;;"
    std::array<std::string, 4> quoted;
    for (std::string& part : quoted) std::getline(parts, part, '\'');
    if (quoted[2] == ") echo ") result[quoted[1]] = quoted[3];
  }
  return result;
}

TEST_F(CommandLine, TheHelpOfEveryVerbIsItsManual) {
  ASSERT_EQ(run({"manual", "--bash"}), ExitCode::ok);
  const auto words = completions(terminal_.said);
  int verbs = 0;
  for (const auto& [called, follow] : words) {
    if (!follow.starts_with("--")) continue;  // A noun, or all of them.
    ++verbs;
    std::istringstream parts(called);
    std::vector<std::string> line{std::istream_iterator<std::string>(parts), {}};
    line.emplace_back("--help");
    ASSERT_EQ(run_command_line(line, terminal_), ExitCode::ok) << called;
    const std::string help = std::exchange(terminal_.said, "");
    EXPECT_THAT(help, HasSubstr("Example: lockstep " + called)) << called;
    EXPECT_THAT(help, HasSubstr("Exit codes: 0 done")) << called;
    EXPECT_THAT(help, Not(ContainsRegex("\n  -[a-z,-]+( [A-Z]+)*\n  -")))
        << "An option unexplained";
  }
  EXPECT_GT(verbs, 40);
}

TEST_F(CommandLine, TheManualPageHasEveryVerbWithItsOptions) {
  ASSERT_EQ(run({"manual", "--bash"}), ExitCode::ok);
  const auto words = completions(terminal_.said);
  ASSERT_EQ(run({"manual"}), ExitCode::ok);
  const std::string page = terminal_.said;
  EXPECT_TRUE(page.starts_with(".\\\"")) << page.substr(0, 80);
  for (const auto& [called, follow] : words) {
    if (!follow.starts_with("--")) continue;
    std::string typed = called;
    for (std::size_t at = 0; (at = typed.find('-', at)) != std::string::npos; at += 2) {
      typed.insert(at, 1, '\\');
    }
    EXPECT_THAT(page, HasSubstr("\n.SS lockstep " + typed + " ")) << called;
  }
  EXPECT_THAT(page, HasSubstr("\\fB\\-\\-passphrase\\-fd\\fR"));
  EXPECT_THAT(page, Not(HasSubstr(".SS lockstep manual")));
}

TEST_F(CommandLine, OurOwnCommandsSpeakJsonToo) {
  ASSERT_EQ(run({"init", "--json"}), ExitCode::ok);
  EXPECT_EQ(boost::json::parse(terminal_.said).at("data").as_string(), data().string());
  ASSERT_EQ(run({"keys", "show", "--json"}), ExitCode::ok) << terminal_.complained;
  EXPECT_TRUE(boost::json::parse(terminal_.said).at("current").is_string());
}

TEST_F(CommandLine, HelpIsOnStandardOutputAndMistakesAreNot) {
  EXPECT_EQ(run({"--help"}), ExitCode::ok);
  EXPECT_THAT(terminal_.said, HasSubstr("lockstep init --data DIR"));
  EXPECT_EQ(run({"--version"}), ExitCode::ok);
  EXPECT_THAT(terminal_.said, HasSubstr("lockstep 0."));
  EXPECT_EQ(run({"fly"}), ExitCode::usage);
  EXPECT_EQ(terminal_.said, "");
  EXPECT_NE(terminal_.complained, "");
}

}  // namespace
}  // namespace lockstep
