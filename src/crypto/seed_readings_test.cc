// SPDX-License-Identifier: Apache-2.0
#include "crypto/seed_readings.h"

#include <algorithm>
#include <string_view>

#include <gtest/gtest.h>

#include "base/hex.h"

namespace lockstep {
namespace {

Secret hex(std::string_view text) { return Secret(parse_hex(text).value()); }

/// The names of the readings of `seed` that give `other`.
std::vector<std::string> names_for(const Secret& seed, const Secret& other) {
  std::vector<std::string> names;
  for (const SeedReading& reading : seed_readings(seed)) {
    if (std::ranges::equal(reading.seed.reveal(), other.reveal())) names.push_back(reading.name);
  }
  return names;
}

using Names = std::vector<std::string>;

// The encodings are those of RFC 4648, of the seed of RFC 4226 appendix D.
constexpr std::string_view kSeed = "12345678901234567890";
constexpr std::string_view kSeedHex = "3132333435363738393031323334353637383930";
constexpr std::string_view kSeedBase32 = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
constexpr std::string_view kSeedBase64 = "MTIzNDU2Nzg5MDEyMzQ1Njc4OTA=";

TEST(SeedReadings, TextTakenForTheSeedIsDecoded) {
  const Secret seed = Secret::copy_of(kSeed);
  EXPECT_EQ(names_for(Secret::copy_of(kSeedHex), seed), Names{"hex read as ascii"});
  EXPECT_EQ(names_for(Secret::copy_of(kSeedBase32), seed), Names{"base32 read as ascii"});
  EXPECT_EQ(names_for(Secret::copy_of(kSeedBase64), seed), Names{"base64 read as ascii"});
}

TEST(SeedReadings, ASeedThatShouldHaveStayedTextIsEncodedAgain) {
  const Secret seed = Secret::copy_of(kSeed);
  EXPECT_EQ(names_for(seed, Secret::copy_of(kSeedHex)), Names{"ascii read as hex"});
  EXPECT_EQ(names_for(seed, Secret::copy_of(kSeedBase32)), Names{"ascii read as base32"});
  EXPECT_EQ(names_for(seed, Secret::copy_of(kSeedBase64)), Names{"ascii read as base64"});
}

TEST(SeedReadings, HexLettersOfEitherCaseMayHaveBeenTheSeed) {
  const Secret seed = hex("abcdefabcdefabcdefab");
  EXPECT_EQ(names_for(seed, Secret::copy_of("abcdefabcdefabcdefab")), Names{"ascii read as hex"});
  EXPECT_EQ(names_for(seed, Secret::copy_of("ABCDEFABCDEFABCDEFAB")), Names{"ascii read as hex"});
}

// "2345672345672345" is hex and base32 at once: 8 bytes as the one, 10 as the other. As computed by
// `echo 23456723456723452345 | base32 -d | xxd -p` and so on.
TEST(SeedReadings, TextThatFitsTwoAlphabetsIsReadInBoth) {
  const Secret as_hex = hex("2345672345672345234567234567234523456723");
  const Secret as_base32 = hex("d6f9df7f5be77dfd6f9dd6f9df7f5be77dfd6f9dd6f9df7f5b");
  const Secret as_base64 = hex("db7e39ebbdb7e39ebbdb7e39db7e39ebbdb7e39ebbdb7e39db7e39ebbdb7");
  EXPECT_EQ(names_for(as_hex, as_base32), Names{"base32 read as hex"});
  EXPECT_EQ(names_for(as_hex, as_base64), Names{"base64 read as hex"});
  EXPECT_EQ(names_for(as_base32, as_hex), Names{"hex read as base32"});
  EXPECT_EQ(names_for(as_base64, as_hex), Names{"hex read as base64"});
}

TEST(SeedReadings, NeverTheSeedItselfAndNoneTwice) {
  const std::string_view seeds[] = {kSeed, kSeedHex, kSeedBase32, kSeedBase64};
  for (const std::string_view text : seeds) {
    const Secret seed = Secret::copy_of(text);
    EXPECT_TRUE(names_for(seed, seed).empty());
    for (const SeedReading& reading : seed_readings(seed)) {
      EXPECT_EQ(names_for(seed, reading.seed).size(), 1U) << reading.name;
    }
  }
}

TEST(SeedReadings, OnlyLengthsThatASeedMayHave) {
  // As hex this text would be 9 bytes, as base64 13.
  EXPECT_TRUE(
      names_for(Secret::copy_of("313233343536373839"), Secret::copy_of("123456789")).empty());
  // 65 bytes: the hex text would be 130 bytes long.
  for (const SeedReading& reading : seed_readings(Secret(Bytes(65, 0xff)))) {
    EXPECT_GE(reading.seed.size(), 10U) << reading.name;
    EXPECT_LE(reading.seed.size(), 128U) << reading.name;
  }
}

TEST(SeedReadings, OfNothingThereAreNone) { EXPECT_TRUE(seed_readings(Secret()).empty()); }

}  // namespace
}  // namespace lockstep
