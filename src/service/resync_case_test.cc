// SPDX-License-Identifier: Apache-2.0
#include "service/resync_case.h"

#include "service/service_test_world.h"

namespace lockstep {
namespace {

using ResyncCases = World;

TEST_F(ResyncCases, ATokenInStockHasNoOwnerAndIsNotResynchronised) {
  NewToken wanted;
  wanted.serial = serial("C1");
  ASSERT_TRUE(create_token(*services, owner(), std::move(wanted)));
  ResyncCase it = ResyncCase::read(*services, owner(), serial("C1")).value();
  EXPECT_FALSE(it.owner().has_value());
  const ResyncDecision decision = it.decide({});
  EXPECT_EQ(decision.reason, Reason::not_assigned);
  EXPECT_EQ(kind_of(decision), EventKind::resync_failed);
}

TEST_F(ResyncCases, AChangeOfTheTokenMeanwhileMakesTheChangesAConflict) {
  add_user("anna");
  SimulatedToken card = add_card("anna", "C1");
  ResyncCase it = ResyncCase::read(*services, owner(), serial("C1")).value();
  ResyncRequest request;
  for (int i = 0; i < 2; ++i) {
    request.codes.push_back(given_code(card.press(), Digits::six(), clock.now()));
  }
  request.at = clock.now();
  const ResyncDecision decision = it.decide(request);
  ASSERT_TRUE(decision.moved.has_value());
  EXPECT_EQ(log_in("anna", card.code_at(Position(1'000))), Verdict::accept);
  const auto done = store.commit(it.changes(owner(), decision, kind_of(decision)));
  ASSERT_FALSE(done.has_value());
  EXPECT_EQ(done.error().code, Errc::conflict);
}

TEST_F(ResyncCases, AnUnknownSerialIsNotFound) {
  EXPECT_EQ(ResyncCase::read(*services, owner(), serial("C9")).error().code, Errc::not_found);
}

}  // namespace
}  // namespace lockstep
