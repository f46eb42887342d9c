// SPDX-License-Identifier: Apache-2.0
#include "crypto/password.h"

#include <gtest/gtest.h>

namespace lockstep {
namespace {

const std::string kPrefix = "$argon2id$v=19$m=19456,t=2,p=1$";

TEST(Password, HashHasTheUsualFormWithOurCost) {
  const auto hash = hash_password(Secret::copy_of("correct horse"));
  ASSERT_TRUE(hash);
  EXPECT_EQ(hash->substr(0, kPrefix.size()), kPrefix);
}

TEST(Password, TheSamePasswordGivesAnotherHashEachTime) {
  const Secret password = Secret::copy_of("correct horse");
  EXPECT_NE(hash_password(password).value(), hash_password(password).value());
}

TEST(Password, OnlyTheSamePasswordVerifies) {
  const std::string hash = hash_password(Secret::copy_of("correct horse")).value();
  EXPECT_TRUE(verify_password(hash, Secret::copy_of("correct horse")).value());
  for (const char* other : {"", "correct hors", "correct horse ", "Correct horse"}) {
    EXPECT_FALSE(verify_password(hash, Secret::copy_of(other)).value()) << other;
  }
}

TEST(Password, TheEmptyPasswordIsOneLikeAnyOther) {
  const std::string hash = hash_password(Secret()).value();
  EXPECT_TRUE(verify_password(hash, Secret()).value());
  EXPECT_FALSE(verify_password(hash, Secret::copy_of("x")).value());
}

// Made by an independent program, Debian's `argon2`:
// printf 'correct horse' | argon2 somesalt16bytes! -id -t 2 -k 19456 -p 1 -l 32 -e
TEST(Password, VerifiesAHashOfAnotherProgram) {
  const std::string hash =
      kPrefix + "c29tZXNhbHQxNmJ5dGVzIQ$/+mKIbPinpc4cMz5dD8M2ylDWOnWPSQYNRUFd/E5ph0";
  EXPECT_TRUE(verify_password(hash, Secret::copy_of("correct horse")).value());
  EXPECT_FALSE(verify_password(hash, Secret::copy_of("wrong horse")).value());
}

TEST(Password, WhatIsNoHashIsCorruptAndNotAWrongPassword) {
  const std::string damaged[] = {"", "secret", kPrefix, "$argon2id$v=19$m=19456,t=2,p=1$AAAA$",
                                 "$2b$12$R9h/cIPz0gi.URNNX3kh2OPST9/PgBkqquzi.Ss7KIUgO2t0jWMUW"};
  for (const std::string& hash : damaged) {
    const auto verified = verify_password(hash, Secret::copy_of("secret"));
    ASSERT_FALSE(verified) << hash;
    EXPECT_EQ(verified.error().code, Errc::corrupt) << hash;
  }
}

}  // namespace
}  // namespace lockstep
