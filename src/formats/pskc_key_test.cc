// SPDX-License-Identifier: Apache-2.0
#include "formats/pskc_key.h"

#include <gtest/gtest.h>

namespace lockstep {
namespace {

/// Reads one plain key; what stands around keys is pskc_test.cc's.
Result<SeedRecord> read(const std::string& attributes, const std::string& inside) {
  XmlDocument document;
  LOCKSTEP_CHECK(document.load(
      bytes_of("<Key " + attributes + ">" + inside +
               "<Data><Secret><PlainValue>MTIzNDU2Nzg5MDEyMzQ1Njc4OTA=</PlainValue></Secret>"
               "</Data></Key>"),
      8));
  const FileKey none;
  PskcEncryption encryption(document.root(), none);
  return read_pskc_key(PskcKey{{}, document.root(), 3, "S1"}, encryption);
}

TEST(PskcKey, IsNamedAndNumberedByItsCaller) {
  const auto record = read("Algorithm='hotp'", "");
  ASSERT_TRUE(record.has_value()) << record.error().context;
  EXPECT_EQ(record->serial.text(), "S1");
  EXPECT_EQ(record->line, 3U);
  EXPECT_EQ(record->spec, CodeSpec{.kind = TokenKind::hotp});
}

TEST(PskcKey, TheHashStandsInTheAlgorithmOrInTheSuite) {
  EXPECT_EQ(read("Algorithm='x:totp-sha512'", "")->spec.hash, HashAlgorithm::sha512);
  EXPECT_EQ(read("Algorithm='totp'",
                 "<AlgorithmParameters><Suite>HMAC-SHA-256</Suite>"
                 "</AlgorithmParameters>")
                ->spec.hash,
            HashAlgorithm::sha256);
  EXPECT_FALSE(read("Algorithm='totp-md5'", "").has_value());
}

TEST(PskcKey, ADraftsUsageMustBeOtp) {
  EXPECT_TRUE(read("KeyAlgorithm='hotp'", "<Usage OTP='true' CR='true'/>").has_value());
  EXPECT_FALSE(read("KeyAlgorithm='hotp'", "<Usage CR='true'/>").has_value());
}

TEST(PskcKey, APinKeyIsTold) {
  XmlDocument document;
  ASSERT_TRUE(document.load(bytes_of("<Key Algorithm='urn:x:pskc:pin'/>"), 8).has_value());
  EXPECT_TRUE(is_pin_key(document.root()));
}

}  // namespace
}  // namespace lockstep
