// SPDX-License-Identifier: Apache-2.0
#include "service/audit_signing.h"

#include "base/hex.h"
#include "service/audit_trail.h"
#include "service/service_test_world.h"

namespace lockstep {
namespace {

class AuditSigning : public World {};

TEST_F(AuditSigning, TheKeyIsMadeOnceAndItsPublicHalfIsRecorded) {
  const AuditRecord made = store.audit_chain(NodeId(1), 0, 1).value().at(0);
  EXPECT_EQ(made.event.kind, EventKind::audit_key_created);
  EXPECT_EQ(made.event.details.at(0).second, to_hex(services->audit.public_key()));
  const auto again = start_services({store, clock, random, vault}, 2).value();
  EXPECT_EQ(again->audit.public_key(), services->audit.public_key());
  EXPECT_EQ(store.audit({}).value().size(), 1U);
}

TEST_F(AuditSigning, AnotherVaultCannotSign) {
  KeyFileVault other{Secret(Bytes(32, 8))};
  EXPECT_EQ(start_services({store, clock, random, other}, 2).error().code, Errc::corrupt);
}

TEST_F(AuditSigning, TheEndIsSignedWhereItHasMoved) {
  ASSERT_TRUE(sign_audit(*services));
  const SignedHead first = store.signed_heads().value().at(0);
  EXPECT_EQ(first.head, store.own_chain().head);
  EXPECT_EQ(first.at, clock.now().wall);
  EXPECT_TRUE(is_signed_by(services->audit.public_key(), HeadClaim::reached, first));

  clock.advance(Seconds(1));
  ASSERT_TRUE(sign_audit(*services));
  EXPECT_EQ(store.signed_heads().value().at(0), first) << "nothing has happened";
  add_user("anna");
  ASSERT_TRUE(sign_audit(*services));
  EXPECT_EQ(store.signed_heads().value().at(0).head.seq, first.head.seq + 1);
}

TEST_F(AuditSigning, StartAndStopAreSignedAtOnce) {
  ASSERT_TRUE(record_start(*services));
  EXPECT_EQ(store.signed_heads().value().at(0).head.seq, store.own_chain().head.seq);
  ASSERT_TRUE(record_stop(*services));
  EXPECT_EQ(store.signed_heads().value().at(0).head.seq, store.own_chain().head.seq);
}

TEST_F(AuditSigning, WhatIsBehindTheSignedHeadIsNeverSignedInItsPlace) {
  // The store was put back to an older state; what was signed says more.
  SignedHead later =
      sign_head(HeadClaim::reached, NodeId(1), {99, {}}, clock.now().wall, services->audit.key())
          .value();
  ASSERT_TRUE(store.commit(ChangeSet{{KeepSignedHead{later}}, {}}));
  EXPECT_EQ(sign_audit(*services).error().code, Errc::corrupt);
  EXPECT_EQ(store.signed_heads().value().at(0), later);
}

TEST_F(AuditSigning, AnotherEndOfTheSameLengthIsNeverSigned) {
  ChainHead other = store.own_chain().head;
  other.hash[0] ^= 1U;
  const SignedHead forged =
      sign_head(HeadClaim::reached, NodeId(1), other, clock.now().wall, services->audit.key())
          .value();
  ASSERT_TRUE(store.commit(ChangeSet{{KeepSignedHead{forged}}, {}}));
  EXPECT_EQ(sign_audit(*services).error().code, Errc::corrupt);
}

}  // namespace
}  // namespace lockstep
