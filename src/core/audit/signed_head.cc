// SPDX-License-Identifier: Apache-2.0
#include "core/audit/signed_head.h"

#include <string_view>

namespace lockstep {
namespace {

/// Nothing else that is signed with this key may begin like this.
constexpr std::string_view kPrefix = "lockstep audit head 1\n";

void append(Bytes& out, std::uint64_t number) {
  for (int shift = 56; shift >= 0; shift -= 8) {
    out.push_back(static_cast<std::uint8_t>(number >> static_cast<unsigned>(shift)));
  }
}

}  // namespace

Bytes statement(HeadClaim claim, const SignedHead& head) {
  const ByteView prefix = bytes_of(kPrefix);
  Bytes out(prefix.begin(), prefix.end());
  out.push_back(static_cast<std::uint8_t>(claim));
  append(out, head.node.value());
  append(out, head.head.seq);
  out.insert(out.end(), head.head.hash.begin(), head.head.hash.end());
  append(out, static_cast<std::uint64_t>(head.at.time_since_epoch().count()));
  out.insert(out.end(), head.key.begin(), head.key.end());
  return out;
}

Result<SignedHead> sign_head(HeadClaim claim, NodeId node, const ChainHead& head, WallTime at,
                             const SigningKey& key) {
  SignedHead made{node, head, at, fingerprint(key.public_key()), {}};
  LOCKSTEP_TRY(made.signature, key.sign(statement(claim, made)));
  return made;
}

bool is_signed_by(const PublicKey& key, HeadClaim claim, const SignedHead& head) {
  return head.key == fingerprint(key) &&
         signature_matches(key, statement(claim, head), head.signature);
}

}  // namespace lockstep
