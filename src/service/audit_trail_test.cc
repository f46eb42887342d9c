// SPDX-License-Identifier: Apache-2.0
#include "service/audit_trail.h"

#include "service/service_test_world.h"

namespace lockstep {
namespace {

/// A store whose audit can be tampered with, as somebody with the database in hand could.
class Tampered final : public MemoryStore {
 public:
  Result<void> audit_scan(const std::function<Result<void>(const AuditRecord&)>& visit) override {
    std::vector<AuditRecord> records;
    LOCKSTEP_CHECK(MemoryStore::audit_scan([&](const AuditRecord& record) -> Result<void> {
      records.push_back(record);
      return {};
    }));
    tamper(records);
    for (const AuditRecord& record : records) LOCKSTEP_CHECK(visit(record));
    return {};
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
    const AuditVerdict verdict = verify_audit(store).value();
    if (!verdict.broken) return std::nullopt;
    return std::pair(verdict.broken->kind, verdict.broken->seq);
  }

  Tampered store;
};

TEST_F(AuditTrail, WhatNobodyTouchedVerifies) {
  const AuditVerdict verdict = verify_audit(store).value();
  EXPECT_EQ(verdict.records, 5U);
  EXPECT_EQ(verdict.chains, 1U);
  EXPECT_FALSE(verdict.broken.has_value());
}

TEST_F(AuditTrail, AnEmptyStoreVerifies) {
  MemoryStore empty;
  const AuditVerdict verdict = verify_audit(empty).value();
  EXPECT_EQ(verdict.records, 0U);
  EXPECT_FALSE(verdict.broken.has_value());
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

TEST_F(AuditTrail, AQueryHasALimit) {
  EXPECT_EQ(query_audit(store, {.limit = 2})->size(), 2U);
  EXPECT_EQ(query_audit(store, {.limit = 0}).error().code, Errc::invalid_input);
  EXPECT_EQ(query_audit(store, {.limit = 1'001}).error().code, Errc::invalid_input);
}

}  // namespace
}  // namespace lockstep
