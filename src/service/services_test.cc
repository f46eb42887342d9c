// SPDX-License-Identifier: Apache-2.0
#include "service/services.h"

#include "service/service_test_world.h"

namespace lockstep {
namespace {

using ServicesStart = World;

TEST_F(ServicesStart, ThePinKeySurvivesARestart) {
  add_user("anna");
  set_pin("anna", "2580");
  SimulatedToken card = add_card("anna", "C1");
  services = start_services({store, clock, random, vault}, 2).value();
  EXPECT_EQ(log_in("anna", "2580" + card.press()), Verdict::accept);
}

TEST_F(ServicesStart, ThePinKeyIsSealedInTheStore) {
  ASSERT_TRUE(store.service_key("pin")->has_value());
  KeyFileVault other(Secret(Bytes(32, 8)));
  const auto started = start_services({store, clock, random, other}, 2);
  ASSERT_FALSE(started.has_value());
  EXPECT_EQ(started.error().code, Errc::corrupt);
}

TEST_F(ServicesStart, OpeningAStoreForOneCallWritesNothingButTheKeysItMade) {
  ASSERT_EQ(store.audit({})->size(), 1U);
  EXPECT_EQ(last_record().event.kind, EventKind::audit_key_created);
  services = start_services({store, clock, random, vault}, 2).value();
  EXPECT_EQ(store.audit({})->size(), 1U);
}

TEST_F(ServicesStart, StartAndStopAreWrittenDown) {
  ASSERT_TRUE(record_start(*services));
  EXPECT_EQ(last_record().event.kind, EventKind::service_started);
  EXPECT_EQ(last_record().event.actor, Actor("system"));
  ASSERT_TRUE(record_stop(*services));
  EXPECT_EQ(last_record().event.kind, EventKind::service_stopped);
}

TEST_F(ServicesStart, ReadyIsWhoReadsTheStoreAndOpensWhatItHolds) {
  EXPECT_EQ(not_ready(*services), std::nullopt);
  services->stopping = true;
  EXPECT_EQ(not_ready(*services), NotReady::stopping);
  services->stopping = false;
  const Sealed pin = store.service_key("pin").value().value();
  Bytes bytes = pin.value();
  bytes.back() ^= 1U;
  ASSERT_TRUE(store.commit(
      ChangeSet{{ReplaceSealed{std::string("pin"), pin, Sealed(std::move(bytes))}}, {}}));
  EXPECT_EQ(not_ready(*services), NotReady::key);
}

TEST(ServicesWithoutStore, AreNotReady) {
  class Away final : public MemoryStore {
   public:
    Result<std::optional<Sealed>> service_key(const std::string& name) override {
      if (away) return fail(Errc::unavailable, "away");
      return MemoryStore::service_key(name);
    }
    bool away = false;
  } store;
  FakeClock clock;
  SeededRandom random{1};
  KeyFileVault vault{Secret(Bytes(32, 7))};
  const auto services = start_services({store, clock, random, vault}, 2).value();
  store.away = true;
  EXPECT_EQ(not_ready(*services), NotReady::store);
}

TEST_F(ServicesStart, ARequestReadsTheClockOnce) {
  const Context context = client();
  clock.advance(Seconds(5));
  EXPECT_EQ(context.now.wall + Seconds(5), client().now.wall);
}

}  // namespace
}  // namespace lockstep
