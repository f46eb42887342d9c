// SPDX-License-Identifier: Apache-2.0
#include "service/rekey.h"

#include <gmock/gmock.h>

#include "service/resync_conversation.h"
#include "service/service_test_world.h"

namespace lockstep {
namespace {

class Rekey : public World {
 protected:
  /// Runs the job until it has nothing to do at once.
  RekeyJob::Next run(RekeyJob& job) {
    while (true) {
      const RekeyJob::Next next = job.step().value();
      if (next != RekeyJob::Next::at_once) return next;
    }
  }
  std::uint64_t left_under(const KeyId& key) {
    const auto counts = store.sealed_by_key().value();
    const auto found = counts.find(key);
    return found == counts.end() ? 0 : found->second;
  }
  std::vector<EventKind> events() {
    std::vector<EventKind> kinds;
    const std::vector<AuditRecord> records = store.audit({}).value();
    for (const AuditRecord& record : records) kinds.push_back(record.event.kind);
    return kinds;
  }
  void start() { ASSERT_TRUE(start_rekey(*services, owner(), {})); }
};

TEST_F(Rekey, EverythingIsWrappedAnewAndTheOldKeyForgotten) {
  add_user("anna");
  SimulatedToken card = add_card("anna", "C-1");
  SimulatedToken fob = add_fob("anna", "F-1");
  const KeyId old = vault.ring().current;
  const RowVersion version = token("C-1").version;
  EXPECT_EQ(left_under(old), 4U) << "two seeds, the PIN key, the key that signs the audit";

  start();
  const RekeyStatus begun = rekey_status(*services).value();
  EXPECT_EQ(begun.total, 4U);
  EXPECT_EQ(begun.remaining, 4U);
  EXPECT_EQ(begun.ring.older, std::vector{old});
  EXPECT_EQ(log_in("anna", card.press()), Verdict::accept) << "log-ins go on meanwhile";

  RekeyJob job(*services);
  EXPECT_EQ(run(job), RekeyJob::Next::nothing);
  EXPECT_EQ(left_under(old), 0U);
  EXPECT_TRUE(vault.ring().older.empty());
  EXPECT_EQ(token("C-1").version.value(), version.value() + 1) << "the log-in's, not ours";
  EXPECT_EQ(log_in("anna", card.press()), Verdict::accept);
  EXPECT_TRUE(start_services({store, clock, random, vault}, 1)) << "the PIN key opens";
  EXPECT_THAT(events(), testing::Contains(EventKind::key_rotation_started).Times(1));
  EXPECT_THAT(events(), testing::Contains(EventKind::key_rotation_finished).Times(1));
}

TEST_F(Rekey, WhoHasNoTokenIsRefusedAsBefore) {
  add_user("anna");
  start();
  RekeyJob job(*services);
  ASSERT_EQ(run(job), RekeyJob::Next::nothing);
  for (const char* name : {"anna", "nobody"}) {
    LoginRequest made = request(name, "123456");
    const auto answer = authenticate(*services, client(), std::move(made));
    ASSERT_TRUE(answer) << answer.error().context;
    EXPECT_EQ(answer->verdict, Verdict::reject);
  }
}

TEST_F(Rekey, ADeathBetweenAnyTwoStepsLosesNothingAndIsGoneOnFrom) {
  add_user("anna");
  for (int i = 0; i < 250; ++i) {
    const std::string owner_name = "owner" + std::to_string(i / 5);  // A user has few tokens.
    if (i % 5 == 0) add_user(owner_name);
    add_fob(owner_name, "F-" + std::to_string(i));
  }
  start();
  // Each step in a job that knows nothing of those before, as after a restart.
  int steps = 0;
  while (!vault.ring().older.empty()) {
    RekeyJob job(*services);
    for (int i = 0; i <= steps % 5; ++i) ASSERT_TRUE(job.step());
    ASSERT_LT(++steps, 100);
    for (int i = 0; i < 250; i += 83) {
      const Token one = token("F-" + std::to_string(i));
      ASSERT_TRUE(vault.open(SealPurpose::seed, one.id.value(), one.seed)) << steps;
    }
  }
  EXPECT_GT(steps, 1);
  EXPECT_EQ(rekey_status(*services).value().remaining, 0U);
  EXPECT_THAT(events(), testing::Contains(EventKind::key_rotation_started).Times(1));
}

TEST_F(Rekey, ASecondOneWaitsForTheFirst) {
  start();
  EXPECT_EQ(start_rekey(*services, owner(), {}).error().code, Errc::conflict);
  RekeyJob job(*services);
  run(job);
  start();
}

TEST_F(Rekey, WhatWasSealedBeforeAndComesLateIsRefusedAndNotLost) {
  const Sealed early =
      vault.seal(SealPurpose::seed, 77, Secret::copy_of("12345678901234567890")).value();
  start();
  Token late{.id = TokenId(77), .serial = serial("LATE")};
  late.seed = early;
  const auto refused = store.commit(ChangeSet{{InsertToken{late}}, {}});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::unavailable);
}

TEST_F(Rekey, ADamagedSeedKeepsTheOldKeyAndIsNamed) {
  add_user("anna");
  add_fob("anna", "F-1");
  const SimulatedToken card = add_card("anna", "C-1");
  const KeyId old = vault.ring().current;
  Token damaged = token("F-1");
  Bytes bytes = damaged.seed.value();
  bytes[40] ^= 1U;
  ASSERT_TRUE(store.commit(
      ChangeSet{{ReplaceSealed{damaged.id, damaged.seed, Sealed(std::move(bytes))}}, {}}));

  start();
  RekeyJob job(*services);
  EXPECT_EQ(run(job), RekeyJob::Next::later);
  EXPECT_EQ(job.unreadable(), std::vector<std::string>{"F-1"});
  EXPECT_EQ(vault.ring().older, std::vector{old});
  EXPECT_EQ(left_under(old), 1U) << "the others do not wait for it";

  ASSERT_TRUE(delete_token(*services, owner(), serial("F-1"), {}));
  EXPECT_EQ(run(job), RekeyJob::Next::nothing);
  EXPECT_TRUE(vault.ring().older.empty());
}

TEST_F(Rekey, APreparedKeyIsTheNextOne) {
  ASSERT_TRUE(start_rekey(*services, owner(), {.prepare = true, .nodes_ready = false}));
  const KeyRing ring = vault.ring();
  ASSERT_TRUE(ring.spare);
  EXPECT_TRUE(ring.older.empty());
  start();
  EXPECT_EQ(vault.ring().current, ring.spare);
}

TEST_F(Rekey, AnotherServerOfTheStoreHasToBeVouchedFor) {
  /// Somebody else's chain stands beside ours.
  class Shared final : public MemoryStore {
   public:
    Result<std::vector<std::pair<NodeId, ChainHead>>> audit_heads() override {
      return std::vector<std::pair<NodeId, ChainHead>>{{own_chain().node, {}}, {NodeId(99), {}}};
    }
  } shared;
  const auto alone = start_services({shared, clock, random, vault}, 1).value();
  const KeyId before = vault.ring().current;
  const auto refused = start_rekey(*alone, owner(), {});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::conflict);
  EXPECT_NE(refused.error().context.find("--nodes-ready"), std::string::npos);
  EXPECT_EQ(vault.ring().current, before);
  EXPECT_TRUE(start_rekey(*alone, owner(), {.prepare = false, .nodes_ready = true}));
}

TEST_F(Rekey, ASeedInAnotherTokensPlaceIsRefusedAndTheAuditSaysSo) {
  add_user("anna");
  add_user("berta");
  SimulatedToken annas = add_card("anna", "C-1");
  SimulatedToken bertas = add_card("berta", "C-2");
  const Token one = token("C-1");
  const Token two = token("C-2");
  ASSERT_TRUE(store.commit(ChangeSet{
      {ReplaceSealed{one.id, one.seed, two.seed}, ReplaceSealed{two.id, two.seed, one.seed}}, {}}));
  const auto answer = authenticate(*services, client(), request("anna", bertas.press()));
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, Errc::corrupt);
  const AuditRecord record = last_record();
  EXPECT_EQ(record.event.kind, EventKind::secret_unreadable);
  EXPECT_EQ(record.event.serial, serial("C-1"));
  EXPECT_FALSE(authenticate(*services, client(), request("berta", annas.press())));
}

}  // namespace
}  // namespace lockstep
