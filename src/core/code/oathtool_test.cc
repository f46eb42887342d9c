// SPDX-License-Identifier: Apache-2.0
// Random tokens, compared with an independent program: oathtool of oath-toolkit. It knows 6, 7 and
// 8 digits; other lengths are in vectors_test.cc.
#include <array>
#include <cstdio>
#include <random>
#include <sstream>
#include <string>
#include <vector>

#include <fcntl.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/hex.h"
#include "core/code/generator.h"

namespace lockstep {
namespace {

constexpr int kRunsEach = 300;
constexpr std::size_t kCodesARun = 40;

/// What a program prints, run without a shell. Empty, with a failed expectation, if it fails.
std::string output_of(std::vector<std::string> arguments) {
  std::array<int, 2> ends{};
  EXPECT_EQ(pipe2(ends.data(), O_CLOEXEC), 0);
  std::vector<char*> argv;
  for (std::string& argument : arguments) argv.push_back(argument.data());
  argv.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
  pid_t child = 0;
  const int failed = posix_spawnp(&child, argv[0], &actions, nullptr, argv.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  close(ends[1]);

  std::string output;
  std::array<char, 4096> buffer{};
  ssize_t size = 0;
  while (failed == 0 && (size = read(ends[0], buffer.data(), buffer.size())) > 0) {
    output.append(buffer.data(), static_cast<std::size_t>(size));
  }
  close(ends[0]);
  int status = -1;
  if (failed == 0) waitpid(child, &status, 0);
  EXPECT_EQ(status, 0) << arguments[0] << " is not there or failed";
  return status == 0 ? output : "";
}

std::vector<std::string> words_of(const std::string& text) {
  std::istringstream stream(text);
  std::vector<std::string> words;
  for (std::string word; stream >> word;) words.push_back(word);
  return words;
}

/// A random token and the two programs' codes for it.
class OathtoolComparison : public ::testing::Test {
 protected:
  OathtoolComparison() { fmt::print("random seed {}\n", random_seed_); }

  std::uint64_t up_to(std::uint64_t most) {
    return std::uniform_int_distribution<std::uint64_t>(0, most)(chance_);
  }

  /// Any size is as likely as any other: 0, some thousands, 2^63 and beyond.
  std::uint64_t any_counter() { return chance_() >> up_to(63); }

  CodeSpec any_spec(TokenKind kind) {
    constexpr HashAlgorithm kHashes[] = {HashAlgorithm::sha1, HashAlgorithm::sha256,
                                         HashAlgorithm::sha512};
    CodeSpec spec{.kind = kind,
                  .digits = Digits::make(static_cast<unsigned>(6 + up_to(2))).value()};
    if (kind == TokenKind::hotp) return spec;  // oathtool's HOTP is SHA-1 alone.
    spec.hash = kHashes[up_to(2)];
    spec.step = Seconds(1 + up_to(up_to(1) == 0 ? 120 : 86'399));
    spec.t0 = Seconds(up_to(1) == 0 ? 0 : up_to(1'000'000'000));
    return spec;
  }

  Bytes any_seed() {
    Bytes seed(10 + up_to(118));
    for (std::uint8_t& byte : seed) byte = static_cast<std::uint8_t>(up_to(255));
    return seed;
  }

  /// Fails unless ours from `first` on are what oathtool prints with `options`.
  static void compare(const CodeSpec& spec, const Bytes& seed, Position first,
                      const std::vector<std::string>& options) {
    std::vector<std::string> arguments = {"oathtool",
                                          fmt::format("--digits={}", spec.digits.count()),
                                          fmt::format("--window={}", kCodesARun - 1)};
    arguments.insert(arguments.end(), options.begin(), options.end());
    arguments.push_back(to_hex(seed));
    const std::vector<std::string> theirs = words_of(output_of(arguments));
    ASSERT_EQ(theirs.size(), kCodesARun);

    std::vector<Code> ours(kCodesARun);
    CodeGenerator::make(spec, Secret(ByteView(seed))).value().codes_at(first, ours);
    for (std::size_t i = 0; i < kCodesARun; ++i) {
      ASSERT_EQ(to_text(ours[i], spec.digits), theirs[i])
          << fmt::format("{} + {}", fmt::join(arguments, " "), i);
    }
  }

 private:
  const std::uint64_t random_seed_ = std::random_device{}();
  std::mt19937_64 chance_{random_seed_};
};

TEST_F(OathtoolComparison, RandomEventTokensShowTheSameCodes) {
  for (int run = 0; run < kRunsEach && !HasFatalFailure(); ++run) {
    const std::uint64_t counter = any_counter();
    compare(any_spec(TokenKind::hotp), any_seed(), Position(counter),
            {fmt::format("--counter={}", counter)});
  }
}

TEST_F(OathtoolComparison, EventTokensShowTheSameCodesAtTheEdgesOfTheCounter) {
  const std::uint64_t edges[] = {0, 0xffff'ffff, 0x7fff'ffff'ffff'fff0, 0xffff'ffff'ffff'fff0};
  for (const std::uint64_t counter : edges) {
    compare(any_spec(TokenKind::hotp), any_seed(), Position(counter),
            {fmt::format("--counter={}", counter)});
  }
}

TEST_F(OathtoolComparison, RandomTimeTokensShowTheSameCodes) {
  constexpr std::array kModes = {"SHA1", "SHA256", "SHA512"};
  for (int run = 0; run < kRunsEach && !HasFatalFailure(); ++run) {
    const CodeSpec spec = any_spec(TokenKind::totp);
    const Seconds now = spec.t0 + Seconds(up_to(20'000'000'000));
    compare(
        spec, any_seed(), step_at(spec, WallTime(now)),
        {fmt::format("--totp={}", kModes.at(static_cast<std::size_t>(spec.hash))),
         fmt::format("--now=@{}", now.count()), fmt::format("--start-time=@{}", spec.t0.count()),
         fmt::format("--time-step-size={}s", spec.step.count())});
  }
}

}  // namespace
}  // namespace lockstep
