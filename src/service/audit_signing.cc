// SPDX-License-Identifier: Apache-2.0
#include "service/audit_signing.h"

#include <algorithm>

namespace lockstep {
namespace {

/// What was signed of `node`'s chain before, if the chain still is what was signed.
Result<ChainHead> signed_before(Store& store, const OwnChain& chain) {
  LOCKSTEP_TRY(const std::vector<SignedHead> heads, store.signed_heads());
  const auto found = std::ranges::find(heads, chain.node, &SignedHead::node);
  if (found == heads.end()) return ChainHead{};
  const ChainHead& head = found->head;
  const auto broken = [](const char* what) {
    return fail(Errc::corrupt, std::string("the audit's chain ") + what +
                                   " than the one that was signed: run `lockstep audit verify`");
  };
  if (head.seq > chain.head.seq) return broken("is shorter");
  if (head.seq == chain.head.seq) {
    return head.hash == chain.head.hash ? Result<ChainHead>(head) : broken("has another end");
  }
  return head;
}

}  // namespace

Result<void> AuditSigner::sign(Store& store, WallTime now) {
  const std::scoped_lock lock(mutex_);
  const OwnChain chain = store.own_chain();
  if (!known_) {
    LOCKSTEP_TRY(last_, signed_before(store, chain));
    known_ = true;
  }
  if (chain.head.seq == last_.seq) return {};
  LOCKSTEP_TRY(const SignedHead made,
               sign_head(HeadClaim::reached, chain.node, chain.head, now, key_));
  LOCKSTEP_CHECK(store.commit(ChangeSet{{KeepSignedHead{made}}, {}}));
  last_ = chain.head;
  return {};
}

}  // namespace lockstep
