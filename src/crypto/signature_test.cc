// SPDX-License-Identifier: Apache-2.0
#include "crypto/signature.h"

#include <algorithm>
#include <string>

#include <gtest/gtest.h>

#include "base/hex.h"

namespace lockstep {
namespace {

struct Answer {
  const char* secret;
  const char* key;
  const char* message;
  const char* signature;
};

// RFC 8032 section 7.1, tests 1 to 3.
constexpr Answer kAnswers[] = {
    {"9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
     "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
     "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9"
     "b46bd25bf5f0595bbe24655141438e7a100b"},
    {"4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
     "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
     "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f1"
     "1d8c387b2eaeb4302aeeb00d291612bb0c00"},
    {"c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
     "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
     "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984d"
     "c6594a7c15e9716ed28dc027beceea1ec40a"},
};

SigningKey key_of(const char* secret) {
  return SigningKey::from(Secret(parse_hex(secret).value())).value();
}

TEST(Signature, GivesTheAnswersOfRfc8032) {
  for (const Answer& answer : kAnswers) {
    const SigningKey key = key_of(answer.secret);
    const Bytes message = parse_hex(answer.message).value();
    EXPECT_EQ(to_hex(key.public_key()), answer.key);
    const Signature signature = key.sign(message).value();
    EXPECT_EQ(to_hex(signature), answer.signature);
    EXPECT_TRUE(signature_matches(key.public_key(), message, signature));
  }
}

TEST(Signature, EveryFlippedBitIsFound) {
  const SigningKey key = key_of(kAnswers[2].secret);
  const Bytes message = parse_hex(kAnswers[2].message).value();
  const Signature signature = key.sign(message).value();
  const auto flip = [](auto bytes, std::size_t bit) {
    bytes[bit / 8] = static_cast<std::uint8_t>(bytes[bit / 8] ^ (1U << (bit % 8)));
    return bytes;
  };
  for (std::size_t bit = 0; bit < signature.size() * 8; ++bit) {
    EXPECT_FALSE(signature_matches(key.public_key(), message, flip(signature, bit))) << bit;
  }
  for (std::size_t bit = 0; bit < message.size() * 8; ++bit) {
    EXPECT_FALSE(signature_matches(key.public_key(), flip(message, bit), signature)) << bit;
  }
  for (std::size_t bit = 0; bit < 256; ++bit) {
    EXPECT_FALSE(signature_matches(flip(key.public_key(), bit), message, signature)) << bit;
  }
}

TEST(Signature, AKeyOfAnotherLengthIsRefused) {
  EXPECT_EQ(SigningKey::from(Secret(Bytes(31, 1))).error().code, Errc::invalid_input);
}

TEST(Signature, FingerprintsTellKeysApart) {
  EXPECT_NE(fingerprint(key_of(kAnswers[0].secret).public_key()),
            fingerprint(key_of(kAnswers[1].secret).public_key()));
}

}  // namespace
}  // namespace lockstep
