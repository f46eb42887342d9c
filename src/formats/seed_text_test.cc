// SPDX-License-Identifier: Apache-2.0
#include "formats/seed_text.h"

#include <algorithm>

#include <gtest/gtest.h>

namespace lockstep {
namespace {

std::string text_of(const Secret& secret) {
  const ByteView bytes = secret.reveal();
  return {bytes.begin(), bytes.end()};
}

TEST(ParseSeed, ReadsHexAndBase32WithBlanksBetween) {
  EXPECT_EQ(text_of(parse_seed("3132 3334", SeedEncoding::hex).value()), "1234");
  // RFC 4648 section 10: "foobar".
  EXPECT_EQ(text_of(parse_seed("mzxw 6ytb oi", SeedEncoding::base32).value()), "foobar");
}

TEST(ParseSeed, RefusesAnotherAlphabetWithoutRepeatingIt) {
  for (const SeedEncoding encoding : {SeedEncoding::hex, SeedEncoding::base32}) {
    const auto seed = parse_seed("0x9Z!", encoding);
    ASSERT_FALSE(seed.has_value());
    EXPECT_EQ(seed.error().context.find("0x9Z"), std::string::npos);
  }
}

TEST(SeedToBase32, IsReadBack) {
  const Secret seed = Secret::copy_of("12345678901234567890");
  EXPECT_EQ(text_of(parse_seed(seed_to_base32(seed), SeedEncoding::base32).value()), text_of(seed));
}

TEST(CheckPin, AllowsFourToSixteenVisibleCharacters) {
  EXPECT_TRUE(check_pin(Secret::copy_of("1234")).has_value());
  EXPECT_TRUE(check_pin(Secret::copy_of("aB3!~#%&/()=?+*-")).has_value());
  EXPECT_FALSE(check_pin(Secret::copy_of("123")).has_value());
  EXPECT_FALSE(check_pin(Secret::copy_of("12345678901234567")).has_value());
  EXPECT_FALSE(check_pin(Secret::copy_of("12 34")).has_value());
  EXPECT_FALSE(check_pin(Secret::copy_of("123\x7F")).has_value());
}

TEST(CheckPassword, AllowsEightTo256BytesWithoutControlCharacters) {
  EXPECT_TRUE(check_password(Secret::copy_of("12345678")).has_value());
  EXPECT_TRUE(check_password(Secret::copy_of("l\xC3\xB6senord med blank")).has_value());
  EXPECT_FALSE(check_password(Secret::copy_of("1234567")).has_value());
  EXPECT_FALSE(check_password(Secret::copy_of(std::string(257, 'a'))).has_value());
  EXPECT_FALSE(check_password(Secret::copy_of("12345678\n")).has_value());
}

TEST(PackCodes, ComeBackWithTheirTimes) {
  Instant at;
  at.wall = WallTime(Micros(1'767'600'000'123'456));
  at.mono = MonoTime(77);
  at.run = ClockRun(0xFFFF'FFFF'FFFF'FFFF);
  const std::vector<GivenCode> codes = {given_code("012345", Digits::six(), at),
                                        given_code("99999999", Digits::eight(), at)};
  const auto back = unpack_codes(pack_codes(codes)).value();
  ASSERT_EQ(back.size(), 2U);
  EXPECT_EQ(back[0].code->value(), 12'345U);
  EXPECT_EQ(back[0].digits, Digits::six());
  EXPECT_EQ(back[1].code->value(), 99'999'999U);
  EXPECT_EQ(back[1].digits, Digits::eight());
  EXPECT_EQ(back[1].at, at);
  EXPECT_EQ(back[1].reason, Reason::none);
}

TEST(UnpackCodes, RefusesWhatWasNotPacked) {
  EXPECT_FALSE(unpack_codes(Secret(Bytes(39))).has_value());
  EXPECT_FALSE(unpack_codes(Secret(Bytes(40))).has_value());  // no token shows 0 digits
  EXPECT_TRUE(unpack_codes(Secret())->empty());
}

}  // namespace
}  // namespace lockstep
