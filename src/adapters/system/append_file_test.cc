// SPDX-License-Identifier: Apache-2.0
#include "adapters/system/append_file.h"

#include <algorithm>
#include <fstream>
#include <sstream>
#include <vector>

#include <gtest/gtest.h>

#include "testing/temporary_directory.h"

namespace lockstep {
namespace {

class AppendFiles : public testing::Test {
 protected:
  void put(const std::string& text) { std::ofstream(path) << text; }
  [[nodiscard]] std::string text() const {
    std::ostringstream out;
    out << std::ifstream(path).rdbuf();
    return out.str();
  }
  std::vector<std::string> backwards(AppendFile& file, std::size_t most = 1'000'000) {
    std::vector<std::string> lines;
    EXPECT_TRUE(file.read_back([&](std::string_view line) {
      lines.emplace_back(line);
      return lines.size() < most;
    }));
    return lines;
  }

  TemporaryDirectory directory;
  const std::filesystem::path path = directory.path() / "audit.jsonl";
};

TEST_F(AppendFiles, IsMadeForItsOwnerAndGroupAndGrows) {
  AppendFile file(path);
  ASSERT_TRUE(file.open());
  ASSERT_TRUE(file.append("one\n"));
  ASSERT_TRUE(file.append("two\nthree\n"));
  ASSERT_TRUE(file.sync());
  EXPECT_EQ(text(), "one\ntwo\nthree\n");
  using std::filesystem::perms;
  const perms others = std::filesystem::status(path).permissions() & perms::others_all;
  EXPECT_EQ(others, perms::none);
  EXPECT_EQ(backwards(file), (std::vector<std::string>{"three", "two", "one"}));
  EXPECT_EQ(backwards(file, 2), (std::vector<std::string>{"three", "two"}));
}

TEST_F(AppendFiles, ATornLastLineIsCutOffWhateverItsLength) {
  for (const std::size_t length : {1UL, 100UL, 65'535UL, 65'536UL, 65'537UL, 200'000UL}) {
    for (const std::string& before : {std::string(), std::string("one\ntwo\n")}) {
      put(before + std::string(length, 'x'));
      AppendFile file(path);
      ASSERT_TRUE(file.open());
      EXPECT_EQ(text(), before) << length;
      ASSERT_TRUE(file.append("next\n"));
      EXPECT_EQ(text(), before + "next\n");
    }
  }
}

TEST_F(AppendFiles, LinesAreReadBackAcrossBlocks) {
  std::string all;
  std::vector<std::string> expected;
  for (std::size_t i = 0; i < 3'000; ++i) {
    expected.push_back(std::string(i % 97, 'a') + std::to_string(i));
    all += expected.back() + "\n";
  }
  expected.push_back(std::string(150'000, 'b'));
  expected.emplace_back();
  all += expected[3'000] + "\n\n";
  put(all);
  std::ranges::reverse(expected);
  AppendFile file(path);
  ASSERT_TRUE(file.open());
  EXPECT_EQ(backwards(file), expected);
}

TEST_F(AppendFiles, AnEmptyFileHasNoLines) {
  AppendFile file(path);
  ASSERT_TRUE(file.open());
  EXPECT_TRUE(backwards(file).empty());
}

TEST_F(AppendFiles, NoticesThatItWasRotated) {
  AppendFile file(path);
  EXPECT_TRUE(file.was_moved()) << "not open yet";
  ASSERT_TRUE(file.open());
  EXPECT_FALSE(file.was_moved());
  std::filesystem::rename(path, directory.path() / "audit.jsonl.1");
  EXPECT_TRUE(file.was_moved());
  put("another\n");
  EXPECT_TRUE(file.was_moved());
  ASSERT_TRUE(file.open());
  EXPECT_FALSE(file.was_moved());
  EXPECT_EQ(backwards(file), std::vector<std::string>{"another"});
}

TEST_F(AppendFiles, WhatIsNoFileIsRefusedByName) {
  AppendFile folder(directory.path());
  EXPECT_EQ(folder.open().error().code, Errc::unavailable);
  std::filesystem::create_symlink("/etc/passwd", path);
  AppendFile link(path);
  EXPECT_EQ(link.open().error().code, Errc::unavailable) << "others may not redirect it";
  AppendFile nowhere(directory.path() / "none" / "audit.jsonl");
  const auto failed = nowhere.open();
  ASSERT_FALSE(failed);
  EXPECT_NE(failed.error().context.find("none/audit.jsonl"), std::string::npos);
}

}  // namespace
}  // namespace lockstep
