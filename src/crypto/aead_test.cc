// SPDX-License-Identifier: Apache-2.0
#include "crypto/aead.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "base/hex.h"

namespace lockstep {
namespace {

Bytes hex(std::string_view text) { return parse_hex(text).value(); }

AeadNonce nonce_of(std::string_view text) {
  AeadNonce nonce{};
  std::ranges::copy(hex(text), nonce.begin());
  return nonce;
}

// McGrew and Viega, "The Galois/Counter Mode of Operation", appendix B, test cases 13, 14 and 16.
struct Published {
  const char* name;
  const char* key;
  const char* nonce;
  const char* associated;
  const char* plain;
  const char* sealed;
};

constexpr const char* kZeroKey = "0000000000000000000000000000000000000000000000000000000000000000";
constexpr const char* kZeroNonce = "000000000000000000000000";
constexpr const char* kSealed13 = "530f8afbc74536b9a963b4f1c4cb738b";
constexpr const char* kPlain14 = "00000000000000000000000000000000";
constexpr const char* kSealed14 =
    "cea7403d4d606b6e074ec5d3baf39d18"
    "d0d1c8a799996bf0265b98b5d48ab919";

constexpr const char* kKey16 = "feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308";
constexpr const char* kNonce16 = "cafebabefacedbaddecaf888";
constexpr const char* kAssociated16 = "feedfacedeadbeeffeedfacedeadbeefabaddad2";
constexpr const char* kPlain16 =
    "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
    "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39";
constexpr const char* kSealed16 =
    "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
    "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662"
    "76fc6ece0f4e1768cddf8853bb2d551b";

const Published kPublished[] = {
    {"13: nothing", kZeroKey, kZeroNonce, "", "", kSealed13},
    {"14: a block of zeros", kZeroKey, kZeroNonce, "", kPlain14, kSealed14},
    {"16: associated data", kKey16, kNonce16, kAssociated16, kPlain16, kSealed16},
};

TEST(Aead, GivesThePublishedCiphertexts) {
  for (const Published& one : kPublished) {
    const Secret key(hex(one.key));
    const AeadNonce nonce = nonce_of(one.nonce);
    const auto sealed = aead_seal({key, nonce}, hex(one.associated), Secret(hex(one.plain)));
    ASSERT_TRUE(sealed) << one.name;
    EXPECT_EQ(to_hex(*sealed), one.sealed) << one.name;
  }
}

TEST(Aead, OpensWhatItSealed) {
  for (const Published& one : kPublished) {
    const Secret key(hex(one.key));
    const AeadNonce nonce = nonce_of(one.nonce);
    const auto opened = aead_open({key, nonce}, hex(one.associated), hex(one.sealed));
    ASSERT_TRUE(opened) << one.name;
    EXPECT_EQ(to_hex(opened->reveal()), one.plain) << one.name;
  }
}

class AeadDamage : public ::testing::Test {
 protected:
  const Secret key_{Bytes(kAeadKeyBytes, 1)};
  const AeadNonce nonce_{2};
  const Bytes sealed_ =
      aead_seal({key_, nonce_}, bytes_of("row 7"), Secret::copy_of("seed")).value();

  static void expect_corrupt(const Result<Secret>& opened) {
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().code, Errc::corrupt);
  }
};

TEST_F(AeadDamage, AnyFlippedBitIsNoticed) {
  for (std::size_t bit = 0; bit < sealed_.size() * 8; ++bit) {
    Bytes damaged = sealed_;
    damaged[bit / 8] = static_cast<std::uint8_t>(damaged[bit / 8] ^ (1U << (bit % 8)));
    expect_corrupt(aead_open({key_, nonce_}, bytes_of("row 7"), damaged));
  }
}

TEST_F(AeadDamage, AnyCutIsNoticed) {
  for (std::size_t size = 0; size < sealed_.size(); ++size) {
    expect_corrupt(aead_open({key_, nonce_}, bytes_of("row 7"), ByteView(sealed_).first(size)));
  }
}

TEST_F(AeadDamage, OtherAssociatedDataNonceOrKeyDoNotOpen) {
  const Secret other_key(Bytes(kAeadKeyBytes, 3));
  const AeadNonce other_nonce{3};
  expect_corrupt(aead_open({key_, nonce_}, bytes_of("row 8"), sealed_));
  expect_corrupt(aead_open({key_, nonce_}, {}, sealed_));
  expect_corrupt(aead_open({key_, other_nonce}, bytes_of("row 7"), sealed_));
  expect_corrupt(aead_open({other_key, nonce_}, bytes_of("row 7"), sealed_));
}

TEST_F(AeadDamage, AKeyOfAnotherLengthIsRefused) {
  for (const std::size_t size : {0U, 16U, 31U, 33U}) {
    const Secret key(Bytes(size, 1));
    const auto sealed = aead_seal({key, nonce_}, {}, Secret());
    ASSERT_FALSE(sealed) << size;
    EXPECT_EQ(sealed.error().code, Errc::invalid_input);
    const auto opened = aead_open({key, nonce_}, bytes_of("row 7"), sealed_);
    ASSERT_FALSE(opened) << size;
    EXPECT_EQ(opened.error().code, Errc::invalid_input);
  }
}

}  // namespace
}  // namespace lockstep
