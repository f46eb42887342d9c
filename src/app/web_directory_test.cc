// SPDX-License-Identifier: Apache-2.0
#include "app/web_directory.h"

#include <fstream>
#include <string>

#include <gtest/gtest.h>

#include "app/data_directory.h"

namespace lockstep {
namespace {

class WebDirectoryTest : public ::testing::Test {
 protected:
  void write(const std::string& name, const std::string& content) {
    const std::filesystem::path path = directory_.path() / name;
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << content;
  }

  PassingDirectory directory_ = PassingDirectory::make().value();
};

TEST_F(WebDirectoryTest, PagesAndAssetsAreReadByteForByte) {
  const std::string bytes("\0\r\n\xff", 4);
  write("portal.html", "portal");
  write("lab.html", "lab");
  write("assets/a.js", bytes);
  write("deeper/b.js", "b");
  const auto files = read_web_directory(directory_.path());
  ASSERT_TRUE(files) << files.error().context;
  EXPECT_EQ(*files->page("portal"), "portal");
  EXPECT_EQ(*files->page("lab"), "lab");
  EXPECT_EQ(files->asset("a.js")->plain, bytes);
  EXPECT_EQ(files->asset("b.js"), nullptr);
}

TEST_F(WebDirectoryTest, ADirectoryWithoutPagesIsAMistake) {
  const auto files = read_web_directory(directory_.path());
  ASSERT_FALSE(files);
  EXPECT_EQ(files.error().code, Errc::not_found);
  EXPECT_NE(files.error().context.find("web.directory"), std::string::npos);
}

TEST_F(WebDirectoryTest, ADirectoryThatHoldsOtherThingsIsNotReadWhole) {
  write("portal.html", "portal");
  for (std::size_t i = 0; i < kWebFilesMax; ++i) write("assets/" + std::to_string(i), "");
  const auto many = read_web_directory(directory_.path());
  ASSERT_FALSE(many);
  EXPECT_EQ(many.error().code, Errc::invalid_input);

  std::filesystem::remove_all(directory_.path() / "assets");
  write("large.iso", "");
  std::filesystem::resize_file(directory_.path() / "large.iso", kWebBytesMax);
  const auto large = read_web_directory(directory_.path());
  ASSERT_FALSE(large);
  EXPECT_EQ(large.error().code, Errc::invalid_input);
}

TEST_F(WebDirectoryTest, APageWhoseAssetIsNotThereIsHalfBuilt) {
  write("portal.html", R"(<script src="/assets/a.js"></script><link href="/assets/b.css">)");
  write("assets/a.js", "a");
  const auto half = read_web_directory(directory_.path());
  ASSERT_FALSE(half);
  EXPECT_EQ(half.error().code, Errc::not_found);
  EXPECT_NE(half.error().context.find("assets/b.css"), std::string::npos);
  write("assets/b.css", "b");
  EXPECT_TRUE(read_web_directory(directory_.path()));
}

TEST_F(WebDirectoryTest, PagesBesideTheProgramMayBeMissingOrHalfBuilt) {
  const auto missing = find_web_pages({}, {});
  ASSERT_TRUE(missing);
  EXPECT_TRUE(missing->files.empty());
  EXPECT_FALSE(missing->why_none.empty());

  write("portal.html", R"(<script src="/assets/a.js"></script>)");
  const auto half = find_web_pages({}, directory_.path());
  ASSERT_TRUE(half) << half.error().context;
  EXPECT_TRUE(half->files.empty());
  EXPECT_NE(half->why_none.find("assets/a.js"), std::string::npos);

  write("assets/a.js", "a");
  const auto whole = find_web_pages({}, directory_.path());
  ASSERT_TRUE(whole);
  EXPECT_FALSE(whole->files.empty());
  EXPECT_EQ(whole->directory, directory_.path());
}

TEST_F(WebDirectoryTest, PagesThatSomebodyNamedHaveToBeThere) {
  const auto named = find_web_pages(directory_.path(), {});
  ASSERT_FALSE(named);
  EXPECT_EQ(named.error().code, Errc::not_found);
}

TEST_F(WebDirectoryTest, NoDirectoryIsNoPages) {
  const auto files = read_web_directory({});
  ASSERT_TRUE(files);
  EXPECT_TRUE(files->empty());
}

}  // namespace
}  // namespace lockstep
