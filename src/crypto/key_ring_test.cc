// SPDX-License-Identifier: Apache-2.0
#include "crypto/key_ring.h"

#include <algorithm>
#include <string>

#include <gtest/gtest.h>

#include "crypto/envelope.h"

namespace lockstep {
namespace {

const std::string kA(64, 'a');
const std::string kB(64, 'b');
const std::string kC(64, 'c');

Secret secret(const std::string& text) { return Secret::copy_of(text); }

std::string text_of(const Secret& secret) {
  return {secret.reveal().begin(), secret.reveal().end()};
}

std::string context_of(const Result<KeyRingSecrets>& result) {
  return result ? "no error" : result.error().context;
}

TEST(KeyRing, HasTheDocumentedText) {
  KeyRingSecrets ring;
  ring.current = Secret(Bytes(32, 0xaa));
  EXPECT_EQ(text_of(print_key_ring(ring)), "lockstep-key-2\ncurrent " + kA + "\nend\n");
  ring.older.emplace_back(Bytes(32, 0xbb));
  ring.spare = Secret(Bytes(32, 0xcc));
  EXPECT_EQ(text_of(print_key_ring(ring)),
            "lockstep-key-2\ncurrent " + kA + "\nolder " + kB + "\nspare " + kC + "\nend\n");
}

TEST(KeyRing, WhatIsPrintedParsesBack) {
  const std::string text =
      "lockstep-key-2\ncurrent " + kA + "\nolder " + kB + "\nolder " + kC + "\nend\n";
  const auto ring = parse_key_ring(secret(text));
  ASSERT_TRUE(ring);
  EXPECT_EQ(text_of(print_key_ring(*ring)), text);
  EXPECT_EQ(text_of(print_key_ring(ring->clone())), text);
}

TEST(KeyRing, TheFirstFormIsReadAsOneKey) {
  const auto ring = parse_key_ring(secret("lockstep-key-1\n" + kA + "\n"));
  ASSERT_TRUE(ring);
  EXPECT_EQ(text_of(print_key_ring(*ring)), "lockstep-key-2\ncurrent " + kA + "\nend\n");
}

TEST(KeyRing, EveryCutAndEveryFlippedCharacterIsNoticedOrAnotherKey) {
  const std::string text = "lockstep-key-2\ncurrent " + kA + "\nolder " + kB + "\nend\n";
  for (std::size_t size = 0; size < text.size(); ++size) {
    EXPECT_FALSE(parse_key_ring(secret(text.substr(0, size)))) << size;
  }
  EXPECT_NE(context_of(parse_key_ring(secret(text.substr(0, 100)))).find("cut short"),
            std::string::npos);
}

TEST(KeyRing, WhatIsNoRingIsRefused) {
  const std::string many = "older " + kB + "\n";
  std::string too_many = "lockstep-key-2\ncurrent " + kA + "\n";
  for (std::size_t i = 0; i <= kOlderKeysMax; ++i) too_many += many;
  for (const std::string& text :
       {std::string(), std::string("hello\nend\n"), "lockstep-key-2\nolder " + kA + "\nend\n",
        "lockstep-key-2\ncurrent " + kA + "\ncurrent " + kB + "\nend\n",
        "lockstep-key-2\ncurrent " + kA + "\nnewest " + kB + "\nend\n",
        "lockstep-key-2\ncurrent " + kA + "ff\nend\n", too_many + "end\n"}) {
    const auto ring = parse_key_ring(secret(text));
    ASSERT_FALSE(ring) << text.size();
    EXPECT_EQ(ring.error().code, Errc::corrupt);
    EXPECT_EQ(ring.error().context.find("aaaa"), std::string::npos) << "an error names a key";
  }
}

TEST(KeyRing, NewKeysDiffer) {
  EXPECT_NE(key_id_of(new_key()), key_id_of(new_key()));
  EXPECT_EQ(new_key().size(), 32U);
}

TEST(Passphrase, OpensWhatItSealed) {
  const Secret text = print_key_ring(new_key_ring());
  const auto key = PassphraseKey::make(secret("correct horse battery"));
  ASSERT_TRUE(key);
  const Secret sealed = key->seal(text).value();
  EXPECT_TRUE(is_under_passphrase(sealed));
  EXPECT_FALSE(is_under_passphrase(text));
  EXPECT_EQ(text_of(sealed).find(text_of(text).substr(24, 32)), std::string::npos);
  EXPECT_NE(context_of(parse_key_ring(sealed)).find("passphrase"), std::string::npos);

  const auto again = PassphraseKey::for_ring(sealed, secret("correct horse battery"));
  ASSERT_TRUE(again);
  EXPECT_EQ(text_of(again->open(sealed).value()), text_of(text));
  const auto wrong = PassphraseKey::for_ring(sealed, secret("correct horse batterie"));
  ASSERT_TRUE(wrong);
  ASSERT_FALSE(wrong->open(sealed));
  EXPECT_EQ(wrong->open(sealed).error().code, Errc::corrupt);
  EXPECT_NE(wrong->open(sealed).error().context.find("wrong passphrase"), std::string::npos);
}

TEST(Passphrase, ADamagedOrHostileHeadIsRefusedWithoutWork) {
  const std::string salt(32, '0');
  for (const std::string& text :
       {std::string("lockstep-key-2-passphrase\n"),
        std::string("lockstep-key-2-passphrase\nargon2id 3 65536 00\n00 00\nend\n"),
        "lockstep-key-2-passphrase\nargon2id 3 99999999 " + salt + "\n00 00\nend\n",
        "lockstep-key-2-passphrase\nargon2id 9999 65536 " + salt + "\n00 00\nend\n",
        "lockstep-key-2-passphrase\nscrypt 3 65536 " + salt + "\n00 00\nend\n"}) {
    const auto key = PassphraseKey::for_ring(secret(text), secret("correct horse battery"));
    ASSERT_FALSE(key) << text;
    EXPECT_EQ(key.error().code, Errc::corrupt);
  }
}

TEST(Passphrase, AShortOneIsRefused) {
  EXPECT_EQ(PassphraseKey::make(secret("short")).error().code, Errc::invalid_input);
}

}  // namespace
}  // namespace lockstep
