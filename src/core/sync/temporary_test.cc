// SPDX-License-Identifier: Apache-2.0
#include "core/sync/temporary.h"

#include <gtest/gtest.h>

#include "core/sync/attempt_test_world.h"

namespace lockstep {
namespace {

constexpr Seconds kDay{24 * 3600};

/// A user whose six-digit card stays at home, with two codes that work once each.
class Temporary : public testing::Test {
 protected:
  Temporary() {
    world_.add_event(100);
    world_.sync.temporary = TemporaryAccess{.codes = {PinMac{}, PinMac{}},
                                            .single_use = true,
                                            .until = world_.now.wall + kDay,
                                            .when_found = WhenFound::deny};
  }

  TemporaryAccess& access() { return *world_.sync.temporary; }
  Token& card() { return world_.tokens.front(); }

  /// Eight digits; `which` of the temporary codes they are, if any.
  Decision type(std::optional<std::size_t> which, Factor factor = Factor::right) {
    return world_.attempt(
        {{Reading{kTemporaryDigits, factor, Code(12'345'678), {}, which}}, kVpn, world_.now});
  }
  Outcome log_in_with_card() { return world_.log_in(world_.code(100)); }

  AttemptWorld world_;
};

TEST_F(Temporary, ACodeThatWorksOnceIsGoneAfterwards) {
  const Decision decision = type(1);
  EXPECT_EQ(decision.outcome, Outcome::accepted);
  EXPECT_TRUE(decision.evidence.temporary);
  EXPECT_EQ(access().codes.size(), 1U);
  EXPECT_TRUE(decision.moves.empty()) << "no token has moved";
  EXPECT_EQ(type(0).outcome, Outcome::accepted);
  EXPECT_FALSE(is_open(world_.sync.temporary, world_.now.wall)) << "both are used";
}

TEST_F(Temporary, AFixedCodeWorksUntilItsTimeIsOver) {
  access() = {.codes = {PinMac{}}, .until = world_.now.wall + kDay};
  EXPECT_EQ(type(0).outcome, Outcome::accepted);
  world_.wait(kDay);
  EXPECT_EQ(type(0).outcome, Outcome::accepted) << "the last moment";
  world_.wait(Micros(1));
  EXPECT_EQ(type(0).outcome, Outcome::refused);
}

TEST_F(Temporary, WorksWhateverBecameOfTheToken) {
  for (const TokenStatus status : {TokenStatus::lost, TokenStatus::faulty, TokenStatus::revoked,
                                   TokenStatus::suspended, TokenStatus::locked}) {
    card().status = status;
    access().codes.resize(2);
    EXPECT_EQ(type(0).outcome, Outcome::accepted);
  }
  world_.tokens.clear();
  world_.books.clear();
  EXPECT_EQ(type(0).outcome, Outcome::accepted) << "and without one";
}

TEST_F(Temporary, DoesNotOpenAnAccountThatIsClosed) {
  world_.status = UserStatus::disabled;
  EXPECT_EQ(type(0).evidence.reason, Reason::user_disabled);
  world_.status = UserStatus::enabled;
  world_.group_ok = false;
  EXPECT_EQ(type(0).evidence.reason, Reason::no_group);
  EXPECT_EQ(access().codes.size(), 2U) << "nothing was used";
}

TEST_F(Temporary, AGuessIsChargedAlsoWhereNoTokenWould) {
  for (const TokenStatus status : {TokenStatus::enabled, TokenStatus::lost}) {
    card().status = status;
    world_.sync.misses_in_row = 0;
    const Decision decision = type(std::nullopt);
    EXPECT_EQ(decision.outcome, Outcome::refused);
    EXPECT_EQ(decision.evidence.reason, Reason::no_match);
    EXPECT_EQ(world_.sync.misses_in_row, 1U);
  }
}

TEST_F(Temporary, AfterTooManyMissesTheRightOneDoesNotHelp) {
  card().status = TokenStatus::lost;
  for (unsigned i = 0; i < world_.policy.misses_to_two_codes; ++i) (void)type(std::nullopt);
  const Decision decision = type(0);
  EXPECT_EQ(decision.outcome, Outcome::refused);
  EXPECT_EQ(decision.evidence.reason, Reason::locked);
  EXPECT_EQ(access().codes.size(), 2U);
  world_.sync.misses_in_row = 0;
  EXPECT_EQ(type(0).outcome, Outcome::accepted) << "an operator's unlock is what helps";
}

TEST_F(Temporary, UnderAWrongPinItIsUsedUpAndCountedAsAThiefs) {
  const Decision decision = type(0, Factor::wrong);
  EXPECT_EQ(decision.evidence.reason, Reason::wrong_factor);
  EXPECT_EQ(access().codes.size(), 1U);
  EXPECT_EQ(world_.sync.factor_failures.in_row, 1U);
  EXPECT_EQ(world_.sync.misses_in_row, 0U);
}

TEST_F(Temporary, TheTokenGoesOnWorkingBesideIt) {
  EXPECT_EQ(log_in_with_card(), Outcome::accepted);
  EXPECT_EQ(access().codes.size(), 2U);
}

TEST_F(Temporary, ALostTokenStaysRefusedWherePolicySaysSo) {
  card().status = TokenStatus::lost;
  const Decision decision = world_.type(world_.code(100));
  EXPECT_EQ(decision.evidence.reason, Reason::lost);
  EXPECT_EQ(card().status, TokenStatus::lost);
}

TEST_F(Temporary, ALostTokenThatTurnsUpEndsIt) {
  card().status = TokenStatus::lost;
  access().when_found = WhenFound::allow;
  const Decision decision = world_.type(world_.code(100));
  EXPECT_EQ(decision.outcome, Outcome::accepted);
  EXPECT_EQ(decision.evidence.found, card().id);
  EXPECT_EQ(card().status, TokenStatus::enabled);
  EXPECT_FALSE(world_.sync.temporary);
  EXPECT_NE(type(0).outcome, Outcome::accepted);
}

TEST_F(Temporary, ALostTokenMayHaveToWaitUntilTheTimeIsOver) {
  card().status = TokenStatus::lost;
  access().when_found = WhenFound::allow_after;
  EXPECT_EQ(log_in_with_card(), Outcome::refused);
  world_.wait(kDay);
  EXPECT_EQ(log_in_with_card(), Outcome::refused);
  world_.wait(Micros(1));
  EXPECT_EQ(log_in_with_card(), Outcome::accepted);
  EXPECT_EQ(card().status, TokenStatus::enabled);
}

TEST_F(Temporary, WithoutOneALostTokenStaysLost) {
  card().status = TokenStatus::lost;
  world_.sync.temporary.reset();
  EXPECT_EQ(log_in_with_card(), Outcome::refused);
}

}  // namespace
}  // namespace lockstep
