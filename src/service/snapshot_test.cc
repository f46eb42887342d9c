// SPDX-License-Identifier: Apache-2.0
#include "service/snapshot.h"

#include <gmock/gmock.h>

#include "service/groups.h"
#include "service/scoped_store.h"
#include "service/service_test_world.h"

namespace lockstep {
namespace {

class Snapshots : public World {
 protected:
  Snapshots() {
    add_user("anna");
    add_user("bo");
    card_.emplace(add_card("anna", "A1"));
    fob_.emplace(add_fob("bo", "B1"));
    clock.advance(Seconds(60));
  }

  Snapshot now() { return take_snapshot(*services, owner()).value(); }

  std::optional<SimulatedToken> card_;
  std::optional<SimulatedToken> fob_;
};

TEST_F(Snapshots, CountTokensOfSomebodyByHowTheyKeepStep) {
  NewToken stock{
      .serial = serial("S1"), .spec = {}, .next = {}, .seed = GenerateSeed{}, .owner = {}};
  ASSERT_TRUE(create_token(*services, owner(), std::move(stock)));
  EXPECT_EQ(now().sync.unused, 2U) << "the one in stock is nobody's";
  ASSERT_EQ(log_in("anna", card_->press()), Verdict::accept);
  ASSERT_EQ(log_in("bo", fob_->shows(clock.now().wall + Seconds(30))), Verdict::accept);
  EXPECT_EQ(now().sync.in_sync, 1U);
  EXPECT_EQ(now().sync.drifting, 1U);
  EXPECT_THAT(now().attention, testing::IsEmpty());
  card_->set_counter(Position(1'090));
  ASSERT_EQ(log_in("anna", card_->press()), Verdict::reject);
  EXPECT_EQ(now().sync.out_of_sync, 1U);
  ASSERT_EQ(now().attention.size(), 1U);
  EXPECT_EQ(now().attention.front().token.serial, serial("A1"));
}

TEST_F(Snapshots, CountWhatHappenedSinceMidnight) {
  ASSERT_EQ(log_in("anna", card_->press()), Verdict::accept);
  card_->set_counter(Position(1'050));
  ASSERT_EQ(log_in("anna", card_->press()), Verdict::reject);
  ASSERT_EQ(log_in("anna", card_->press()), Verdict::accept) << "the second of two in a row";
  ASSERT_EQ(log_in("anna", card_->code_at(Position(1'600))), Verdict::reject);
  const Today today = now().today.value();
  EXPECT_EQ(today.accepted, 2U);
  EXPECT_EQ(today.resyncs_at_sign_in, 1U);
  EXPECT_EQ(today.resyncs_by_operators, 0U);
  EXPECT_EQ(today.refused, 1U) << "to be asked for the next code is no refusal";
  clock.advance(Seconds(86'400));
  EXPECT_EQ(now().today->accepted, 0U);
}

TEST_F(Snapshots, OfACallerWithAScopeLeaveOutWhatIsEverybodys) {
  ASSERT_TRUE(create_group(*services, owner(), group_name("north")));
  ASSERT_TRUE(add_member(*services, owner(), group_name("north"), user_name("bo")));
  Context desk = owner();
  desk.caller.permissions = {Permission::reports_read};
  desk.caller.scope = {group_name("north")};
  ScopedStore narrow(store, desk.caller);
  Services seen = services->over(narrow);
  const Snapshot taken = take_snapshot(seen, desk).value();
  EXPECT_FALSE(taken.today);
  EXPECT_EQ(taken.sync.unused, 1U);
}

}  // namespace
}  // namespace lockstep
