// SPDX-License-Identifier: Apache-2.0
#include "base/base32.h"

#include <gtest/gtest.h>

namespace lockstep {
namespace {

struct Case {
  const char* plain;
  const char* encoded;
};

// RFC 4648 section 10, padding removed; the last is the seed of RFC 4226 appendix D.
constexpr Case kCases[] = {
    {"", ""},
    {"f", "MY"},
    {"fo", "MZXQ"},
    {"foo", "MZXW6"},
    {"foob", "MZXW6YQ"},
    {"fooba", "MZXW6YTB"},
    {"foobar", "MZXW6YTBOI"},
    {"12345678901234567890", "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"},
};

TEST(Base32, PublishedVectorsBothWays) {
  for (const Case& one : kCases) {
    EXPECT_EQ(to_base32(bytes_of(one.plain)), one.encoded);
    const auto parsed = parse_base32(one.encoded);
    ASSERT_TRUE(parsed) << one.encoded;
    EXPECT_EQ(std::string(parsed->begin(), parsed->end()), one.plain);
  }
}

TEST(Base32, LowerCaseAndPaddingAreRead) {
  EXPECT_EQ(parse_base32("mzxw6yq=").value(), parse_base32("MZXW6YQ").value());
}

TEST(Base32, OtherCharactersLengthsAndLeftOverBitsAreRefused) {
  for (const char* text : {"M", "MZX", "MZXW6Y", "M1", "M0", "MZ XQ", "MZ"}) {
    EXPECT_FALSE(parse_base32(text)) << text;
  }
}

}  // namespace
}  // namespace lockstep
