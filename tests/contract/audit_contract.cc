// SPDX-License-Identifier: Apache-2.0
// What keeps the audit honest: signed heads, checkpoints, and removing what is behind them.
#include "store_contract.h"

namespace lockstep {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class AuditContract : public StoreContract {
 protected:
  /// Writes one event of each of these times.
  void write(std::initializer_list<std::int64_t> seconds) {
    ChangeSet set;
    for (const std::int64_t second : seconds) {
      set.events.push_back(an_event("anna", kThen + Seconds(second)));
    }
    ASSERT_TRUE(store().commit(std::move(set)));
  }

  /// Something signed about number `seq` of a chain; the store does not look at signatures.
  static SignedHead signed_at(NodeId node, std::uint64_t seq) {
    SignedHead head{node, {seq, {}}, kThen + Micros(1), {}, {}};
    head.head.hash.fill(static_cast<std::uint8_t>(seq));
    head.key.fill(0xff);
    head.signature.fill(0x80);
    return head;
  }

  std::vector<std::uint64_t> numbers(NodeId node, std::uint64_t seq, std::uint32_t limit) {
    std::vector<std::uint64_t> result;
    const auto records = store().audit_chain(node, seq, limit);
    for (const AuditRecord& record : records.value()) {
      EXPECT_EQ(record.node, node);
      result.push_back(record.seq);
    }
    return result;
  }

  NodeId node() { return store().own_chain().node; }
};

TEST_P(AuditContract, TheOwnChainIsWhatWasWritten) {
  const OwnChain fresh = store().own_chain();
  EXPECT_NE(fresh.node, NodeId(0));
  EXPECT_EQ(fresh.head, ChainHead{});
  write({1, 2, 3});
  const OwnChain chain = store().own_chain();
  EXPECT_EQ(chain.node, fresh.node);
  EXPECT_EQ(chain.head.seq, 3U);
  EXPECT_EQ(chain.head, store().audit_heads().value().at(0).second);
}

TEST_P(AuditContract, TheOwnChainDoesNotMoveWhenNothingIsWritten) {
  write({1});
  const OwnChain before = store().own_chain();
  must(InsertUser{a_user(1, "anna")});
  ChangeSet refused;
  refused.changes.emplace_back(InsertUser{a_user(1, "anna")});
  refused.events = {an_event("anna")};
  EXPECT_EQ(error_of(store().commit(std::move(refused))), Errc::conflict);
  EXPECT_EQ(store().own_chain().head, before.head);
}

TEST_P(AuditContract, AChainIsReadFromAnyPlace) {
  write({1, 2, 3, 4, 5});
  EXPECT_THAT(numbers(node(), 0, 2), ElementsAre(1, 2));
  EXPECT_THAT(numbers(node(), 2, 100), ElementsAre(3, 4, 5));
  EXPECT_THAT(numbers(node(), 5, 100), IsEmpty());
  EXPECT_THAT(numbers(NodeId(node().value() + 1), 0, 100), IsEmpty());
  EXPECT_EQ(error_of(store().audit_chain(node(), 0, 0)), Errc::invalid_input);
  EXPECT_EQ(error_of(store().audit_chain(node(), 0, 1'001)), Errc::invalid_input);
}

TEST_P(AuditContract, TheChainsWithRecordsAreNamed) {
  EXPECT_THAT(store().audit_nodes().value(), IsEmpty());
  must(KeepSignedHead{signed_at(NodeId(7), 3)});
  write({1, 2, 3});
  EXPECT_THAT(store().audit_nodes().value(), ElementsAre(node()));
}

TEST_P(AuditContract, TheNewestSignedHeadOfEachChainIsKept) {
  EXPECT_THAT(store().signed_heads().value(), IsEmpty());
  must(KeepSignedHead{signed_at(NodeId(7), 3)});
  must(KeepSignedHead{signed_at(NodeId(3), 1)});
  must(KeepSignedHead{signed_at(NodeId(7), 4)});
  must(KeepSignedHead{signed_at(NodeId(7), 4)});
  EXPECT_EQ(error_of(commit(KeepSignedHead{signed_at(NodeId(7), 3)})), Errc::conflict);
  EXPECT_THAT(store().signed_heads().value(),
              ElementsAre(signed_at(NodeId(3), 1), signed_at(NodeId(7), 4)));
  EXPECT_THAT(store().audit_checkpoints().value(), IsEmpty());
}

TEST_P(AuditContract, CheckpointsOnlyMoveOn) {
  must(KeepCheckpoint{signed_at(NodeId(7), 3)});
  EXPECT_EQ(error_of(commit(KeepCheckpoint{signed_at(NodeId(7), 3)})), Errc::conflict)
      << "two processes that prune at once: one of them says so in the audit";
  EXPECT_EQ(error_of(commit(KeepCheckpoint{signed_at(NodeId(7), 2)})), Errc::conflict);
  must(KeepCheckpoint{signed_at(NodeId(7), 5)});
  EXPECT_THAT(store().audit_checkpoints().value(), ElementsAre(signed_at(NodeId(7), 5)));
  EXPECT_THAT(store().signed_heads().value(), IsEmpty());
}

TEST_P(AuditContract, WhatIsOlderEndsAtTheFirstRecordThatIsNot) {
  EXPECT_EQ(store().audit_seq_before(node(), kThen).value(), 0U);
  // The clock was set forward by mistake and back: the third record looks old and is not.
  write({10, 20, 90, 30, 100});
  const auto before = [&](std::int64_t second) {
    return store().audit_seq_before(node(), kThen + Seconds(second)).value();
  };
  EXPECT_EQ(before(10), 0U);
  EXPECT_EQ(before(11), 1U);
  EXPECT_EQ(before(50), 2U);
  EXPECT_EQ(before(95), 4U);
  EXPECT_EQ(before(101), 5U);
  EXPECT_EQ(store().audit_seq_before(NodeId(node().value() + 1), kThen).value(), 0U);
}

TEST_P(AuditContract, PruningGoesUpToTheCheckpointInPortions) {
  write({1, 2, 3, 4, 5, 6});
  EXPECT_EQ(store().prune_audit(node(), 100).value(), 0U) << "no checkpoint, no pruning";
  must(KeepCheckpoint{signed_at(node(), 5)});
  EXPECT_EQ(store().prune_audit(node(), 2).value(), 2U);
  EXPECT_THAT(numbers(node(), 0, 100), ElementsAre(3, 4, 5, 6));
  EXPECT_EQ(store().prune_audit(node(), 2).value(), 2U);
  EXPECT_EQ(store().prune_audit(node(), 2).value(), 1U);
  EXPECT_EQ(store().prune_audit(node(), 2).value(), 0U);
  EXPECT_THAT(numbers(node(), 0, 100), ElementsAre(6));
  write({7});
  EXPECT_THAT(numbers(node(), 0, 100), ElementsAre(6, 7)) << "the chain goes on";
  EXPECT_EQ(store().own_chain().head.seq, 7U);
}

TEST_P(AuditContract, PruningConcernsOneChain) {
  write({1, 2});
  const NodeId other(node().value() + 1);
  must(KeepCheckpoint{signed_at(other, 2)});
  EXPECT_EQ(store().prune_audit(other, 100).value(), 0U);
  EXPECT_EQ(store().prune_audit(node(), 100).value(), 0U);
  EXPECT_THAT(numbers(node(), 0, 100), ElementsAre(1, 2));
}

TEST_P(AuditContract, APortionHasALimit) {
  EXPECT_EQ(error_of(store().prune_audit(node(), 0)), Errc::invalid_input);
  EXPECT_EQ(error_of(store().prune_audit(node(), Store::kPruneMax + 1)), Errc::invalid_input);
}

INSTANTIATE_TEST_SUITE_P(Stores, AuditContract, testing::ValuesIn(store_kinds()), name_of_kind);

}  // namespace
}  // namespace lockstep
