// SPDX-License-Identifier: Apache-2.0
#include "core/audit/signed_head.h"

#include <functional>
#include <vector>

#include <gtest/gtest.h>

namespace lockstep {
namespace {

SigningKey key_of(std::uint8_t byte) {
  return SigningKey::from(Secret(Bytes(SigningKey::kBytes, byte))).value();
}

SignedHead sample() {
  ChainHead head{42, {}};
  head.hash.fill(0x5a);
  return sign_head(HeadClaim::reached, NodeId(9), head, WallTime(Seconds(1'800'000'000)), key_of(1))
      .value();
}

TEST(SignedHead, IsRecognisedByThePublicKeyAlone) {
  EXPECT_TRUE(is_signed_by(key_of(1).public_key(), HeadClaim::reached, sample()));
}

TEST(SignedHead, AnotherKeyAnotherClaimOrAnyEditIsFound) {
  EXPECT_FALSE(is_signed_by(key_of(2).public_key(), HeadClaim::reached, sample()));
  EXPECT_FALSE(is_signed_by(key_of(1).public_key(), HeadClaim::removed, sample()))
      << "a head must not pass for a checkpoint: it would excuse missing records";
  const std::vector<std::function<void(SignedHead&)>> edits = {
      [](SignedHead& h) { h.node = NodeId(8); },  [](SignedHead& h) { h.head.seq = 41; },
      [](SignedHead& h) { h.head.hash[0] ^= 1; }, [](SignedHead& h) { h.at += Micros(1); },
      [](SignedHead& h) { h.key[7] ^= 1; },       [](SignedHead& h) { h.signature[63] ^= 1; },
  };
  for (std::size_t i = 0; i < edits.size(); ++i) {
    SignedHead edited = sample();
    edits[i](edited);
    EXPECT_FALSE(is_signed_by(key_of(1).public_key(), HeadClaim::reached, edited)) << i;
  }
}

}  // namespace
}  // namespace lockstep
