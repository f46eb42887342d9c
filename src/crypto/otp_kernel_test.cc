// SPDX-License-Identifier: Apache-2.0
#include "crypto/otp_kernel.h"

#include <cstdio>
#include <limits>
#include <random>
#include <vector>

#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

namespace lockstep {
namespace {

constexpr OtpHash kHashes[] = {OtpHash::sha1, OtpHash::sha256, OtpHash::sha512};

const EVP_MD* openssl_hash(OtpHash hash) {
  switch (hash) {
    case OtpHash::sha1:
      return EVP_sha1();
    case OtpHash::sha256:
      return EVP_sha256();
    case OtpHash::sha512:
      return EVP_sha512();
  }
  return nullptr;
}

/// RFC 4226 section 5.3 word for word over OpenSSL's HMAC: one code at a time, byte by byte.
std::uint32_t by_the_book(OtpHash hash, ByteView key, std::uint64_t counter) {
  std::array<std::uint8_t, 8> message{};
  for (std::size_t i = 0; i < 8; ++i) {
    message[i] = static_cast<std::uint8_t>(counter >> (56 - 8 * i));
  }
  std::array<std::uint8_t, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  HMAC(openssl_hash(hash), key.data(), static_cast<int>(key.size()), message.data(), message.size(),
       digest.data(), &size);
  const std::size_t offset = digest[size - 1] & 0xfU;
  std::uint32_t number = digest[offset] & 0x7fU;
  for (std::size_t i = 1; i < 4; ++i) number = number << 8U | digest[offset + i];
  return number;
}

Bytes key_of(std::size_t size, std::mt19937_64& chance) {
  Bytes key(size);
  for (std::uint8_t& byte : key) byte = static_cast<std::uint8_t>(chance());
  return key;
}

std::vector<std::uint32_t> truncated(OtpHash hash, const Bytes& key, std::uint64_t first,
                                     std::size_t count) {
  std::vector<std::uint32_t> out(count);
  HmacState(hash, Secret(ByteView(key))).truncated(first, out);
  return out;
}

/// At each i, what the book says for first + i.
::testing::AssertionResult agrees(OtpHash hash, const Bytes& key, std::uint64_t first,
                                  std::size_t count) {
  const auto out = truncated(hash, key, first, count);
  for (std::size_t i = 0; i < count; ++i) {
    if (out[i] != by_the_book(hash, key, first + i)) {
      return ::testing::AssertionFailure()
             << "hash " << static_cast<int>(hash) << ", key of " << key.size() << " bytes, counter "
             << first << " + " << i;
    }
  }
  return ::testing::AssertionSuccess();
}

// RFC 4226 appendix D, the column "Truncated".
TEST(OtpKernel, GivesTheTruncatedNumbersOfRfc4226) {
  const Secret key = Secret::copy_of("12345678901234567890");
  std::vector<std::uint32_t> out(10);
  HmacState(OtpHash::sha1, key).truncated(0, out);
  const std::vector<std::uint32_t> rfc = {1284755224, 1094287082, 137359152, 1726969429, 1640338314,
                                          868254676,  1918287922, 82162583,  673399871,  645520489};
  EXPECT_EQ(out, rfc);
}

TEST(OtpKernel, EveryBatchSizeGivesTheSameNumbers) {
  std::mt19937_64 chance(1);
  const Bytes key = key_of(20, chance);
  for (const OtpHash hash : kHashes) {
    for (std::size_t count = 0; count <= 17; ++count) EXPECT_TRUE(agrees(hash, key, 1000, count));
  }
}

TEST(OtpKernel, WritesNothingBeyondTheBatch) {
  const HmacState state(OtpHash::sha1, Secret::copy_of("12345678901234567890"));
  std::vector<std::uint32_t> out(8, 7);
  state.truncated(0, std::span(out).first(5));
  EXPECT_EQ(out[4], 1640338314U);
  EXPECT_EQ(std::vector<std::uint32_t>(out.begin() + 5, out.end()),
            (std::vector<std::uint32_t>{7, 7, 7}));
}

// A block is 64 bytes for SHA-1 and SHA-256, 128 for SHA-512; longer keys are hashed first.
TEST(OtpKernel, KeysAroundTheBlockLengthAreTakenAsHmacSays) {
  std::mt19937_64 chance(2);
  for (const OtpHash hash : kHashes) {
    for (const std::size_t size : {1U, 20U, 32U, 63U, 64U, 65U, 127U, 128U, 129U, 300U}) {
      EXPECT_TRUE(agrees(hash, key_of(size, chance), 0, 3));
    }
  }
}

TEST(OtpKernel, CarriesIntoTheUpperHalfOfTheCounterWithinABatch) {
  std::mt19937_64 chance(3);
  const Bytes key = key_of(32, chance);
  const std::uint64_t edges[] = {0xffff'fffe, 0x7fff'ffff'ffff'fffe, 0x8000'0000'0000'0000};
  for (const OtpHash hash : kHashes) {
    for (const std::uint64_t first : edges) EXPECT_TRUE(agrees(hash, key, first, 6));
  }
}

TEST(OtpKernel, CountersWrapAfterTheLast) {
  std::mt19937_64 chance(4);
  const Bytes key = key_of(20, chance);
  const std::uint64_t last = std::numeric_limits<std::uint64_t>::max();
  for (const OtpHash hash : kHashes) EXPECT_TRUE(agrees(hash, key, last - 1, 5));
}

// Each of the 16 offsets, so that each way to cut 4 bytes from the digest is taken.
TEST(OtpKernel, EveryTruncationOffsetIsMet) {
  std::mt19937_64 chance(5);
  const Bytes key = key_of(20, chance);
  for (const OtpHash hash : kHashes) EXPECT_TRUE(agrees(hash, key, 0, 500));
}

TEST(OtpKernel, AgreesWithOpensslOnRandomKeysAndCounters) {
  const std::uint64_t seed = std::random_device{}();
  std::printf("random seed %llu\n", static_cast<unsigned long long>(seed));
  std::mt19937_64 chance(seed);
  for (int round = 0; round < 300; ++round) {
    const OtpHash hash = kHashes[chance() % 3];
    const Bytes key = key_of(1 + chance() % 140, chance);
    const std::uint64_t first = chance() >> (chance() % 64);
    EXPECT_TRUE(agrees(hash, key, first, 1 + chance() % 9));
  }
}

TEST(OtpKernel, CopiesGoOnWithoutTheirOriginal) {
  const auto copy = [] {
    const HmacState original(OtpHash::sha1, Secret::copy_of("12345678901234567890"));
    return HmacState(original);
  }();
  std::uint32_t number = 0;
  copy.truncated(9, std::span(&number, 1));
  EXPECT_EQ(number, 645520489U);
}

}  // namespace
}  // namespace lockstep
