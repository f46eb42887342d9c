// SPDX-License-Identifier: Apache-2.0
#include "formats/base64.h"

#include <gtest/gtest.h>

namespace lockstep {
namespace {

Bytes bytes(std::string_view text) { return {text.begin(), text.end()}; }

TEST(Base64, ReadsTheVectorsOfTheStandard) {
  const std::pair<const char*, const char*> vectors[] = {
      // RFC 4648 section 10.
      {"", ""},
      {"f", "Zg=="},
      {"fo", "Zm8="},
      {"foo", "Zm9v"},
      {"foob", "Zm9vYg=="},
      {"fooba", "Zm9vYmE="},
      {"foobar", "Zm9vYmFy"},
  };
  for (const auto& [plain, text] : vectors) {
    EXPECT_EQ(parse_base64(text).value(), bytes(plain)) << text;
  }
}

TEST(Base64, WritesTheVectorsOfTheStandard) {
  EXPECT_EQ(to_base64(bytes("")), "");
  EXPECT_EQ(to_base64(bytes("f")), "Zg==");
  EXPECT_EQ(to_base64(bytes("fo")), "Zm8=");
  EXPECT_EQ(to_base64(bytes("foo")), "Zm9v");
  EXPECT_EQ(to_base64(bytes("foobar")), "Zm9vYmFy");
  EXPECT_EQ(to_base64(Bytes{0xfb, 0xff}), "+/8=");
}

TEST(Base64, SkipsBlanksAndLineBreaks) {
  EXPECT_EQ(parse_base64(" Zm9v\r\n\tYmFy \n").value(), bytes("foobar"));
}

TEST(Base64, RefusesWhatIsNotWhole) {
  for (const char* text :
       {"Z", "Zg", "Zg=", "Zg===", "Zm9v=", "Z=g=", "Zh==", "Zm9=", "Zm-v", "Zm9v!", "====", "="}) {
    const auto parsed = parse_base64(text);
    ASSERT_FALSE(parsed.has_value()) << text;
    EXPECT_EQ(parsed.error().code, Errc::invalid_input);
    EXPECT_EQ(parsed.error().context.find(text), std::string::npos);
  }
}

TEST(Base64Url, NeedsNoQuotingAndNoPadding) {
  EXPECT_EQ(to_base64url(bytes("foob")), "Zm9vYg");
  EXPECT_EQ(to_base64url(Bytes{0xFB, 0xEF, 0xFF}), "--__");
  EXPECT_EQ(to_base64url(Bytes(32, 0)).size(), 43U);
  EXPECT_EQ(to_base64url({}), "");
}

}  // namespace
}  // namespace lockstep
