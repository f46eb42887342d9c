// SPDX-License-Identifier: Apache-2.0
#include "service/audit_pruning.h"

#include "service/audit_trail.h"
#include "service/service_test_world.h"

namespace lockstep {
namespace {

constexpr std::chrono::days kDay{1};

class AuditPruning : public World {
 public:
  AuditPruning() {
    // Records 1 to 5, a day each; the first is the key's making.
    for (const char* name : {"anna", "berta", "carla", "dora"}) {
      clock.advance(kDay);
      add_user(name);
    }
  }

  /// When `days` before now is.
  [[nodiscard]] WallTime ago(std::chrono::days days) const { return clock.now().wall - days; }
  [[nodiscard]] std::optional<AuditBreak> broken() {
    return verify_audit(store, {.key = services->audit.public_key()}).value().broken();
  }
  [[nodiscard]] std::uint64_t first_number() {
    return store.audit_chain(NodeId(1), 0, 1).value().at(0).seq;
  }
  void put(std::string_view document) { ASSERT_TRUE(put_policy(*services, owner(), document)); }
};

TEST_F(AuditPruning, RemovesWhatIsOlderBehindASignedCheckpoint) {
  ASSERT_TRUE(sign_audit(*services));
  clock.advance(60 * kDay);
  const auto pruned = prune_audit(*services, owner(), ago(62 * kDay) + Seconds(1)).value();
  ASSERT_EQ(pruned.size(), 1U);
  EXPECT_EQ(pruned[0].first, 1U);
  EXPECT_EQ(pruned[0].last, 3U);
  EXPECT_EQ(pruned[0].records, 3U);
  EXPECT_FALSE(broken()) << "nothing is removed yet";
  EXPECT_EQ(remove_pruned(*services, 10).value(), 3U);
  EXPECT_EQ(first_number(), 4U);
  EXPECT_FALSE(broken());
  const AuditRecord told = last_record();
  EXPECT_EQ(told.event.kind, EventKind::audit_pruned);
  EXPECT_EQ(told.event.actor, Actor("owner"));
  EXPECT_EQ(told.event.details.at(2), std::pair(std::string("last"), std::string("3")));
}

TEST_F(AuditPruning, ADryRunSaysHowManyAndChangesNothing) {
  ASSERT_TRUE(sign_audit(*services));
  clock.advance(60 * kDay);
  EXPECT_EQ(plan_pruning(*services, owner(), ago(50 * kDay)).value().at(0).records, 5U);
  EXPECT_TRUE(store.audit_checkpoints().value().empty());
  EXPECT_EQ(remove_pruned(*services, 10).value(), 0U);
}

TEST_F(AuditPruning, NeverGoesPastTheNewestSignedHead) {
  clock.advance(60 * kDay);
  EXPECT_TRUE(prune_audit(*services, owner(), ago(31 * kDay)).value().empty()) << "none is signed";
  ASSERT_TRUE(sign_audit(*services));
  add_user("eva");
  clock.advance(60 * kDay);
  EXPECT_EQ(prune_audit(*services, owner(), ago(31 * kDay)).value().at(0).last, 5U);
  EXPECT_EQ(remove_pruned(*services, 10).value(), 5U);
  EXPECT_FALSE(broken());
}

TEST_F(AuditPruning, GoesOnFromTheCheckpointBefore) {
  ASSERT_TRUE(sign_audit(*services));
  clock.advance(60 * kDay);
  ASSERT_TRUE(prune_audit(*services, owner(), ago(62 * kDay) + Seconds(1)));
  ASSERT_EQ(remove_pruned(*services, 10).value(), 3U);
  const auto again = prune_audit(*services, owner(), ago(40 * kDay)).value();
  EXPECT_EQ(again.at(0).first, 4U);
  EXPECT_EQ(again.at(0).records, 2U);
  EXPECT_EQ(remove_pruned(*services, 10).value(), 2U);
  EXPECT_FALSE(broken());
  EXPECT_TRUE(prune_audit(*services, owner(), ago(40 * kDay)).value().empty());
}

TEST_F(AuditPruning, YoungRecordsAreNeverRemoved) {
  EXPECT_EQ(prune_audit(*services, owner(), ago(29 * kDay)).error().code, Errc::invalid_input);
  EXPECT_EQ(plan_pruning(*services, owner(), ago(29 * kDay)).error().code, Errc::invalid_input);
}

/// A store in which one record was edited.
class Edited final : public MemoryStore {
 public:
  Result<std::vector<AuditRecord>> audit_chain(NodeId node, std::uint64_t seq,
                                               std::uint32_t limit) override {
    LOCKSTEP_TRY(auto records, MemoryStore::audit_chain(node, seq, limit));
    for (AuditRecord& record : records) {
      if (record.seq == edited) record.event.actor = Actor("key:innocent");
    }
    return records;
  }

  std::uint64_t edited = 0;
};

TEST_F(AuditPruning, WhatWasEditedIsNotPrunedAway) {
  Edited other;
  const auto theirs = start_services({other, clock, random, vault}, 2).value();
  ASSERT_TRUE(record_start(*theirs));
  clock.advance(60 * kDay);
  other.edited = 2;
  const Context context = begin(*theirs, owner_caller());
  EXPECT_EQ(prune_audit(*theirs, context, ago(31 * kDay)).error().code, Errc::corrupt);
  EXPECT_TRUE(other.audit_checkpoints().value().empty());
}

TEST_F(AuditPruning, TheRetentionPolicyPrunesByWholeDays) {
  ASSERT_TRUE(sign_audit(*services));
  clock.advance(60 * kDay);
  ASSERT_TRUE(apply_retention(*services));
  EXPECT_TRUE(store.audit_checkpoints().value().empty()) << "by default they are kept for ever";
  put(R"({"preset":"default","set":{"audit.retention_days":62}})");
  ASSERT_TRUE(apply_retention(*services));
  EXPECT_GT(remove_pruned(*services, 10).value(), 0U);
  const std::uint64_t first = first_number();
  EXPECT_LE(first, 4U);
  clock.advance(Seconds(60));
  ASSERT_TRUE(apply_retention(*services));
  EXPECT_EQ(remove_pruned(*services, 10).value(), 0U) << "not again on the same day";
  EXPECT_FALSE(broken());
}

TEST_F(AuditPruning, RetentionHasALeast) {
  EXPECT_EQ(parse_policy(R"({"preset":"default","set":{"audit.retention_days":29}})").error().code,
            Errc::invalid_input);
  EXPECT_EQ(
      parse_policy(R"({"preset":"default","set":{"audit.retention_days":30}})")->policy.audit_days,
      30U);
  EXPECT_EQ(
      parse_policy(R"({"preset":"default","set":{"audit.retention_days":0}})")->policy.audit_days,
      0U);
}

TEST_F(AuditPruning, PortionsAreBounded) {
  for (int i = 0; i < 700; ++i) {
    ASSERT_TRUE(store.commit(
        ChangeSet{{}, {AuditEvent{.kind = EventKind::login_refused, .at = clock.now().wall}}}));
  }
  ASSERT_TRUE(sign_audit(*services));
  clock.advance(60 * kDay);
  ASSERT_TRUE(prune_audit(*services, owner(), ago(31 * kDay)));
  EXPECT_EQ(remove_pruned(*services, 1).value(), 500U);
  EXPECT_FALSE(broken()) << "interrupted";
  EXPECT_EQ(remove_pruned(*services, 5).value(), 205U);
}

}  // namespace
}  // namespace lockstep
