// SPDX-License-Identifier: Apache-2.0
// What the chain alone cannot show is that its end is missing: a shorter chain is a chain too. So
// its head is signed again and again, and whoever keeps one signed head elsewhere can tell.
#pragma once

#include <cstdint>

#include "base/result.h"
#include "base/time.h"
#include "core/audit/chain.h"
#include "crypto/signature.h"

namespace lockstep {

/// What a signature states. One for one never passes for the other.
enum class HeadClaim : std::uint8_t {
  reached = 1,  ///< the chain of `node` reached `head` at the time `at`
  removed = 2,  ///< its records up to and including `head` were removed by us: a checkpoint
};

/// A place in a chain that the holder of the audit key has vouched for.
struct SignedHead {
  NodeId node;
  ChainHead head;
  WallTime at;
  KeyFingerprint key{};  ///< of the public key it was signed with
  Signature signature{};

  friend bool operator==(const SignedHead&, const SignedHead&) = default;
};

/// The bytes that are signed: a fixed text, the claim, and every member but the signature.
[[nodiscard]] Bytes statement(HeadClaim claim, const SignedHead& head);

/// Errors: unavailable, when OpenSSL fails.
[[nodiscard]] Result<SignedHead> sign_head(HeadClaim claim, NodeId node, const ChainHead& head,
                                           WallTime at, const SigningKey& key);

/// Whether the holder of `key` claimed this.
[[nodiscard]] bool is_signed_by(const PublicKey& key, HeadClaim claim, const SignedHead& head);

}  // namespace lockstep
