// SPDX-License-Identifier: Apache-2.0
#include "crypto/digest.h"

#include <string>

#include <gtest/gtest.h>

#include "base/hex.h"

namespace lockstep {
namespace {

// FIPS 180-2 appendix B and the digest of the empty message.
TEST(Sha256, GivesThePublishedDigests) {
  EXPECT_EQ(to_hex(sha256(bytes_of("abc"))),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(to_hex(sha256(ByteView())),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(to_hex(sha256(bytes_of("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"))),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
}

TEST(Sha256, OfASecretIsThatOfItsBytes) {
  EXPECT_EQ(sha256(Secret::copy_of("abc")), sha256(bytes_of("abc")));
}

// RFC 4231 section 4.3 (key "Jefe") and 4.7 (a key longer than a block).
TEST(HmacSha256, GivesTheVectorsOfRfc4231) {
  EXPECT_EQ(to_hex(hmac_sha256(Secret::copy_of("Jefe"), bytes_of("what do ya want for nothing?"))),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  EXPECT_EQ(to_hex(hmac_sha256(Secret(Bytes(131, 0xaa)),
                               bytes_of("Test Using Larger Than Block-Size Key - Hash Key First"))),
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

// The value is the one of `printf '' | openssl dgst -sha256 -hmac ''`.
TEST(HmacSha256, TakesAnEmptyKey) {
  EXPECT_EQ(to_hex(hmac_sha256(Secret(), ByteView())),
            "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad");
}

TEST(PinMac, IsTheMacOfSaltAndPinInARow) {
  const Secret key = Secret::copy_of("Jefe");
  EXPECT_EQ(pin_mac(key, bytes_of("what do ya want "), Secret::copy_of("for nothing?")),
            hmac_sha256(key, bytes_of("what do ya want for nothing?")));
}

TEST(PinMac, OtherSaltOrPinIsAnotherMac) {
  const Secret key = Secret::copy_of("key");
  const auto mac = pin_mac(key, bytes_of("salt"), Secret::copy_of("1234"));
  EXPECT_NE(mac, pin_mac(key, bytes_of("sale"), Secret::copy_of("1234")));
  EXPECT_NE(mac, pin_mac(key, bytes_of("salt"), Secret::copy_of("1235")));
  EXPECT_NE(mac, pin_mac(Secret::copy_of("kez"), bytes_of("salt"), Secret::copy_of("1234")));
}

TEST(ConstantTimeEqual, SaysWhatEqualSays) {
  struct Case {
    const char* name;
    const char* a;
    const char* b;
    bool equal;
  };
  const Case cases[] = {
      {"same", "abc", "abc", true},           {"both empty", "", "", true},
      {"first differs", "abc", "xbc", false}, {"last differs", "abc", "abx", false},
      {"shorter", "abc", "ab", false},        {"one empty", "", "a", false},
  };
  for (const Case& one : cases) {
    EXPECT_EQ(constant_time_equal(bytes_of(one.a), bytes_of(one.b)), one.equal) << one.name;
  }
}

}  // namespace
}  // namespace lockstep
