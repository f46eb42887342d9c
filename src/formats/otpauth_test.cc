// SPDX-License-Identifier: Apache-2.0
#include "formats/otpauth.h"

#include <gtest/gtest.h>

namespace lockstep {
namespace {

const Secret kSeed = Secret::copy_of("12345678901234567890");
// The same in base32, by `printf 12345678901234567890 | base32`.
const std::string kSeedText = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

TEST(OtpauthUri, OfATimeTokenNamesHashDigitsAndPeriod) {
  const CodeSpec spec{.kind = TokenKind::totp,
                      .hash = HashAlgorithm::sha256,
                      .digits = Digits::eight(),
                      .step = Seconds(60)};
  EXPECT_EQ(otpauth_uri({"Lockstep", "anna"}, spec, Position(), kSeed),
            "otpauth://totp/Lockstep:anna?secret=" + kSeedText +
                "&issuer=Lockstep&algorithm=SHA256&digits=8&period=60");
}

TEST(OtpauthUri, OfAnEventTokenNamesTheCounter) {
  EXPECT_EQ(otpauth_uri({"Lockstep", "anna"}, {.kind = TokenKind::hotp}, Position(42), kSeed),
            "otpauth://hotp/Lockstep:anna?secret=" + kSeedText +
                "&issuer=Lockstep&algorithm=SHA1&digits=6&counter=42");
}

TEST(OtpauthUri, QuotesWhatWouldEndALabel) {
  const std::string uri =
      otpauth_uri({"A&B Co", "\xC3\xA5sa@example.org?x"}, {}, Position(), kSeed);
  EXPECT_TRUE(uri.starts_with("otpauth://hotp/A%26B%20Co:%C3%A5sa%40example.org%3Fx?secret="));
  EXPECT_NE(uri.find("&issuer=A%26B%20Co&"), std::string::npos);
}

}  // namespace
}  // namespace lockstep
