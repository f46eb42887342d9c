// SPDX-License-Identifier: Apache-2.0
#include "service/audit_trail.h"

#include "service/service_test_world.h"

namespace lockstep {
namespace {

/// A store whose audit can be tampered with, as somebody with the database in hand could.
class Tampered final : public MemoryStore {
 public:
  Result<std::vector<AuditRecord>> audit_chain(NodeId node, std::uint64_t seq,
                                               std::uint32_t limit) override {
    LOCKSTEP_TRY(auto records, MemoryStore::audit_chain(node, 0, Page::kLimitMax));
    tamper(records);
    std::erase_if(records, [&](const AuditRecord& record) { return record.seq <= seq; });
    if (records.size() > limit) records.resize(limit, records.front());
    return records;
  }

  std::function<void(std::vector<AuditRecord>&)> tamper = [](std::vector<AuditRecord>&) {};
};

class AuditTrail : public testing::Test {
 public:
  AuditTrail() {
    for (int i = 0; i < 5; ++i) {
      AuditEvent event{.kind = EventKind::service_started, .at = {}, .actor = Actor("system")};
      event.at = FakeClock::kStart + Seconds(i);
      EXPECT_TRUE(store.commit(ChangeSet{{}, {event}}));
    }
  }

  /// The break after `how` was done to the records, as kind and sequence number.
  std::optional<std::pair<AuditBreak::Kind, std::uint64_t>> after(
      std::function<void(std::vector<AuditRecord>&)> how) {
    store.tamper = std::move(how);
    const auto broken = verify_audit(store, {}).value().broken();
    if (!broken) return std::nullopt;
    return std::pair(broken->kind, broken->seq);
  }

  Tampered store;
};

TEST_F(AuditTrail, WhatNobodyTouchedVerifies) {
  const AuditVerdict verdict = verify_audit(store, {}).value();
  EXPECT_EQ(verdict.records, 5U);
  EXPECT_EQ(verdict.chains.size(), 1U);
  EXPECT_FALSE(verdict.signatures_checked) << "without a key";
  EXPECT_FALSE(verdict.broken().has_value());
}

TEST_F(AuditTrail, AnEmptyStoreVerifies) {
  MemoryStore empty;
  const AuditVerdict verdict = verify_audit(empty, {}).value();
  EXPECT_EQ(verdict.records, 0U);
  EXPECT_FALSE(verdict.broken().has_value());
}

TEST_F(AuditTrail, EveryKindOfTamperingIsFoundAtItsFirstRecord) {
  using Kind = AuditBreak::Kind;
  EXPECT_EQ(after([](auto& all) { all[2].event.actor = Actor("owner"); }),
            std::pair(Kind::altered, std::uint64_t{3}));
  EXPECT_EQ(after([](auto& all) { all[2].hash[0] ^= 1U; }),
            std::pair(Kind::altered, std::uint64_t{3}));
  EXPECT_EQ(after([](auto& all) { all.erase(all.begin() + 2); }),
            std::pair(Kind::gap, std::uint64_t{3}));
  EXPECT_EQ(after([](auto& all) { all.erase(all.begin()); }),
            std::pair(Kind::gap, std::uint64_t{1}));
  EXPECT_EQ(after([](auto& all) { all.insert(all.begin() + 2, all[1]); }),
            std::pair(Kind::gap, std::uint64_t{3}));
  EXPECT_EQ(after([](auto& all) { std::swap(all[1].event, all[2].event); }),
            std::pair(Kind::altered, std::uint64_t{2}));
  EXPECT_EQ(after([](auto& all) { all.pop_back(); }), std::pair(Kind::cut, std::uint64_t{5}));
  EXPECT_EQ(after([](auto& all) { all.clear(); }), std::pair(Kind::no_chain, std::uint64_t{1}));
}

TEST_F(AuditTrail, AChainThatWasMadeAnewFromSomeRecordOnDoesNotReachItsHead) {
  const auto forge = [](std::vector<AuditRecord>& all) {
    ChainHead head{all[1].seq, all[1].hash};
    for (std::size_t i = 2; i < all.size(); ++i) {
      AuditEvent event = all[i].event;
      event.actor = Actor("owner");
      all[i] = link(all[i].node, head, event);
      head = ChainHead{all[i].seq, all[i].hash};
    }
  };
  EXPECT_EQ(after(forge), std::pair(AuditBreak::Kind::altered, std::uint64_t{5}));
}

TEST_F(AuditTrail, ARecordAddedBehindTheHeadIsFound) {
  const auto append = [](std::vector<AuditRecord>& all) {
    all.push_back(
        link(all.back().node, ChainHead{all.back().seq, all.back().hash}, all.front().event));
  };
  EXPECT_EQ(after(append), std::pair(AuditBreak::Kind::altered, std::uint64_t{6}));
}

SigningKey key_of(std::uint8_t byte) {
  return SigningKey::from(Secret(Bytes(SigningKey::kBytes, byte))).value();
}

TEST_F(AuditTrail, AHeadNotedElsewhereOutlivesWhatIsInTheStore) {
  const SigningKey key = key_of(1);
  const OwnChain chain = store.own_chain();
  SignedHead noted = sign_head(HeadClaim::reached, chain.node, chain.head, {}, key).value();
  EXPECT_FALSE(verify_audit(store, {.key = key.public_key(), .noted = {noted}})->broken());
  MemoryStore other(chain.node);
  const auto gone = verify_audit(other, {.key = key.public_key(), .noted = {noted}})->broken();
  ASSERT_TRUE(gone);
  EXPECT_EQ(gone->kind, AuditBreak::Kind::no_chain) << "the whole chain was removed";
  noted.head.seq = 9;
  EXPECT_EQ(verify_audit(store, {.key = key.public_key(), .noted = {noted}})->broken()->kind,
            AuditBreak::Kind::forged);
}

TEST_F(AuditTrail, AChainThatAStartNamesMustBeThere) {
  AuditEvent start{.kind = EventKind::service_started, .at = {}, .actor = Actor("system")};
  start.details = {{"chain", "77"}};
  ASSERT_TRUE(store.commit(ChangeSet{{}, {start}}));
  const auto broken = verify_audit(store, {})->broken();
  ASSERT_TRUE(broken);
  EXPECT_EQ(broken->kind, AuditBreak::Kind::no_chain);
  EXPECT_EQ(broken->node, NodeId(77));
}

TEST_F(AuditTrail, AKeyWithoutAnyChainIsABreak) {
  MemoryStore wiped;
  ASSERT_TRUE(wiped.commit(ChangeSet{{InsertServiceKey{"audit", Sealed(Bytes{1})}}, {}}));
  EXPECT_TRUE(verify_audit(wiped, {})->broken());
}

TEST(AuditVerification, TellsHowFarItIs) {
  MemoryStore store;
  ChangeSet set;
  for (int i = 0; i < 100'001; ++i) {
    set.events.push_back(AuditEvent{.kind = EventKind::login_refused, .at = {}});
  }
  ASSERT_TRUE(store.commit(std::move(set)));
  std::uint64_t seen = 0;
  ASSERT_TRUE(verify_audit(store, {.progress = [&](std::uint64_t count) { seen = count; }}));
  EXPECT_EQ(seen, 100'000U);
}

/// A store that is pruned in the middle of a walk.
class PrunedMeanwhile final : public MemoryStore {
 public:
  Result<std::vector<AuditRecord>> audit_chain(NodeId node, std::uint64_t seq,
                                               std::uint32_t limit) override {
    if (!std::exchange(pruned_, true)) {
      LOCKSTEP_TRY(const auto records, MemoryStore::audit_chain(node, 0, 3));
      const ChainHead end{records.back().seq, records.back().hash};
      LOCKSTEP_TRY(const SignedHead checkpoint,
                   sign_head(HeadClaim::removed, node, end, {}, key_of(1)));
      LOCKSTEP_CHECK(commit(ChangeSet{{KeepCheckpoint{checkpoint}}, {}}));
      LOCKSTEP_CHECK(prune_audit(node, 2));
    }
    return MemoryStore::audit_chain(node, seq, limit);
  }

 private:
  bool pruned_ = false;
};

TEST(AuditVerification, PruningMeanwhileIsNoBreak) {
  PrunedMeanwhile store;
  for (int i = 0; i < 5; ++i) {
    const AuditEvent event{.kind = EventKind::service_started, .at = {}};
    ASSERT_TRUE(store.commit(ChangeSet{{}, {event}}));
  }
  const AuditVerdict verdict = verify_audit(store, {.key = key_of(1).public_key()}).value();
  EXPECT_FALSE(verdict.broken());
  EXPECT_EQ(verdict.records, 2U);
}

TEST_F(AuditTrail, AQueryHasALimit) {
  EXPECT_EQ(query_audit(store, {.limit = 2})->size(), 2U);
  EXPECT_EQ(query_audit(store, {.limit = 0}).error().code, Errc::invalid_input);
  EXPECT_EQ(query_audit(store, {.limit = 1'001}).error().code, Errc::invalid_input);
}

}  // namespace
}  // namespace lockstep
