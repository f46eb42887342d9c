// SPDX-License-Identifier: Apache-2.0
#include "crypto/mac.h"

#include <gtest/gtest.h>

#include "base/hex.h"

namespace lockstep {
namespace {

TEST(Hmac, GivesTheValuesOfTheRfcs) {
  const Secret key(Bytes(20, 0x0b));
  const ByteView message = bytes_of("Hi There");
  // RFC 2202 section 3, test case 1; RFC 4231 section 4.2.
  EXPECT_EQ(to_hex(hmac(MacHash::sha1, key, message)), "b617318655057264e28bc0b6fb378c8ef146be00");
  EXPECT_EQ(to_hex(hmac(MacHash::sha224, key, message)),
            "896fb1128abbdf196832107cd49df33f47b4b1169912ba4f53684b22");
  EXPECT_EQ(to_hex(hmac(MacHash::sha256, key, message)),
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
  EXPECT_EQ(
      to_hex(hmac(MacHash::sha384, key, message)),
      "afd03944d84895626b0825f4ab46907f15f9dadbe4101ec682aa034c7cebc59cfaea9ea9076ede7f4af152e8b2"
      "fa9cb6");
  EXPECT_EQ(
      to_hex(hmac(MacHash::sha512, key, message)),
      "87aa7cdea5ef619d4ff0b4241a1d6cb02379f4e2ce4ec2787ad0b30545e17cdedaa833b7d6b8a702038b274eae"
      "a3f4e4be9d914eeb61f1702e696c203a126854");
}

TEST(Hmac, TakesAnEmptyKeyForWhatItIs) {
  // By the hmac of Python 3.11. An empty key is not "the key before".
  EXPECT_NE(to_hex(hmac(MacHash::sha1, Secret::copy_of("another"), {})), "");
  EXPECT_EQ(to_hex(hmac(MacHash::sha1, Secret(), {})), "fbdb1d1b18aa6c08324b7d64b71fb76370690e1d");
}

Bytes salt(std::string_view text) { return {bytes_of(text).begin(), bytes_of(text).end()}; }

std::string derived(const Pbkdf2& how, std::string_view password) {
  return to_hex(pbkdf2(how, Secret::copy_of(password)).value().reveal());
}

TEST(Pbkdf2, GivesTheValuesOfRfc6070AndOfPython) {
  EXPECT_EQ(derived({MacHash::sha1, salt("salt"), 1, 20}, "password"),
            "0c60c80f961f0e71f3a9b524af6012062fe037a6");
  EXPECT_EQ(derived({MacHash::sha1, salt("salt"), 4096, 20}, "password"),
            "4b007901b765489abead49d926f721d065a429c1");
  EXPECT_EQ(derived({MacHash::sha1, salt("saltSALTsaltSALTsaltSALTsaltSALTsalt"), 4096, 25},
                    "passwordPASSWORDpassword"),
            "3d2eec4fe41c849b80c8d83662c0e44a8b291a964cf2f07038");
  // RFC 6030 figure 7.
  EXPECT_EQ(derived({MacHash::sha1, parse_hex("123eff3c4a72129c").value(), 1000, 16}, "qwerty"),
            "651e63cd57008476af1ff6422cd02e41");
  // hashlib.pbkdf2_hmac of Python 3.11.
  EXPECT_EQ(derived({MacHash::sha256, salt("salt"), 1000, 32}, "password"),
            "632c2812e46d4604102ba7618e9d6d7d2f8128f6266b4a03264d2a0460b7dcb3");
  EXPECT_EQ(derived({MacHash::sha512, salt("salt"), 1000, 32}, "password"),
            "afe6c5530785b6cc6b1c6453384731bd5ee432ee549fd42fb6695779ad8a1c5b");
}

TEST(Pbkdf2, RefusesWorkBeyondItsLimits) {
  const Secret password = Secret::copy_of("p");
  EXPECT_FALSE(pbkdf2({MacHash::sha1, salt("s"), 0, 16}, password).has_value());
  EXPECT_FALSE(pbkdf2({MacHash::sha1, salt("s"), kPbkdf2IterationsMax + 1, 16}, password));
  EXPECT_FALSE(pbkdf2({MacHash::sha1, salt("s"), 1, 0}, password).has_value());
  EXPECT_FALSE(pbkdf2({MacHash::sha1, salt("s"), 1, kPbkdf2KeyBytesMax + 1}, password));
}

}  // namespace
}  // namespace lockstep
