// SPDX-License-Identifier: Apache-2.0
#include "front/pages/page_files.h"

#include <gtest/gtest.h>

namespace lockstep {
namespace {

TEST(PageFiles, HoldsPagesByNameAndAssetsWithTheirForms) {
  const PageFiles files(BuiltFiles{{"portal.html", "<p>"},
                                   {"assets/a.js", "let a"},
                                   {"assets/a.js.br", "B"},
                                   {"assets/a.js.gz", "G"},
                                   {"assets/b.css", "b{}"}});
  ASSERT_NE(files.page("portal"), nullptr);
  EXPECT_EQ(*files.page("portal"), "<p>");
  const Asset* script = files.asset("a.js");
  ASSERT_NE(script, nullptr);
  EXPECT_EQ(script->plain, "let a");
  EXPECT_EQ(script->brotli, "B");
  EXPECT_EQ(script->gzip, "G");
  EXPECT_EQ(files.asset("b.css")->brotli, "");
  EXPECT_FALSE(files.empty());
}

TEST(PageFiles, HoldsNothingElseOfWhatLiesThere) {
  const PageFiles files(BuiltFiles{{"portal.html.bak", "x"},
                                   {"notes.txt", "x"},
                                   {"other/a.js", "x"},
                                   {"assets/deep/a.js", "x"},
                                   {"assets/alone.js.br", "x"},
                                   {"assets/", "x"}});
  EXPECT_TRUE(files.empty());
  for (const char* name : {"", "deep/a.js", "alone.js", "alone.js.br", "a.js", "../portal.html"}) {
    EXPECT_EQ(files.asset(name), nullptr) << name;
  }
  EXPECT_EQ(files.page("notes"), nullptr);
  EXPECT_EQ(files.page(""), nullptr);
}

TEST(PageFiles, KnowsTheTypesThatABrowserIsStrictAbout) {
  const PageFiles files(BuiltFiles{{"assets/a.js", ""},
                                   {"assets/a.css", ""},
                                   {"assets/a.svg", ""},
                                   {"assets/a.woff2", ""},
                                   {"assets/a.exe", ""}});
  EXPECT_EQ(files.asset("a.js")->type, "text/javascript; charset=utf-8");
  EXPECT_EQ(files.asset("a.css")->type, "text/css; charset=utf-8");
  EXPECT_EQ(files.asset("a.svg")->type, "image/svg+xml");
  EXPECT_EQ(files.asset("a.woff2")->type, "font/woff2");
  EXPECT_EQ(files.asset("a.exe")->type, "application/octet-stream");
}

TEST(PageFiles, TagsFilesByWhatIsInThem) {
  const PageFiles files(
      BuiltFiles{{"assets/a.js", "one"}, {"assets/b.js", "one"}, {"assets/c.js", "two"}});
  // The first 16 bytes of `printf one | sha256sum`.
  EXPECT_EQ(files.asset("a.js")->etag, "\"7692c3ad3540bb803c020b3aee66cd88\"");
  EXPECT_EQ(files.asset("b.js")->etag, files.asset("a.js")->etag);
  EXPECT_NE(files.asset("c.js")->etag, files.asset("a.js")->etag);
}

}  // namespace
}  // namespace lockstep
