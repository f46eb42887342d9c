// SPDX-License-Identifier: Apache-2.0
#include "base/hex.h"

#include <gtest/gtest.h>

namespace lockstep {
namespace {

TEST(Hex, RoundTripsEveryByte) {
  Bytes all(256);
  for (std::size_t i = 0; i < all.size(); ++i) all[i] = static_cast<std::uint8_t>(i);
  const auto back = parse_hex(to_hex(all));
  ASSERT_TRUE(back);
  EXPECT_EQ(*back, all);
}

TEST(Hex, EitherCaseIsRead) {
  EXPECT_EQ(parse_hex("DeadBEEF").value(), (Bytes{0xde, 0xad, 0xbe, 0xef}));
  EXPECT_TRUE(parse_hex("")->empty());
}

TEST(Hex, OddLengthAndOtherCharactersAreRefusedWithoutRepeatingThem) {
  for (const char* text : {"abc", "zz", "0x12", "12 34", "1g"}) {
    const auto result = parse_hex(text);
    ASSERT_FALSE(result) << text;
    EXPECT_EQ(result.error().code, Errc::invalid_input);
    EXPECT_EQ(result.error().context.find(text), std::string::npos);
  }
}

}  // namespace
}  // namespace lockstep
