// SPDX-License-Identifier: Apache-2.0
#include "crypto/seed_fingerprint.h"

#include <gtest/gtest.h>

namespace lockstep {
namespace {

const Secret kKey = Secret::copy_of("a service's own key");

// Worked out with openssl: printf %s 'lockstep seed fingerprint 1' | openssl dgst -sha256 -mac HMAC
// -macopt key:"a service's own key" gives the derived key; with it as hexkey the same for the
// seed's bytes.
TEST(SeedFingerprint, IsWhatOpensslWorksOut) {
  const Secret seed = Secret::copy_of("12345678901234567890");
  EXPECT_EQ(seed_fingerprint(kKey, seed), "c6da4c82a4235b10");
}

TEST(SeedFingerprint, TellsSeedsApartAndServicesToo) {
  const Secret seed = Secret::copy_of("12345678901234567890");
  const Secret other = Secret::copy_of("12345678901234567891");
  EXPECT_EQ(seed_fingerprint(kKey, seed), seed_fingerprint(kKey, seed.clone()));
  EXPECT_NE(seed_fingerprint(kKey, seed), seed_fingerprint(kKey, other));
  EXPECT_NE(seed_fingerprint(kKey, seed), seed_fingerprint(Secret::copy_of("another"), seed));
}

}  // namespace
}  // namespace lockstep
