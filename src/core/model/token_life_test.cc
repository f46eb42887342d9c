// SPDX-License-Identifier: Apache-2.0
#include "core/model/token_life.h"

#include <gtest/gtest.h>

namespace lockstep {
namespace {

const WallTime kNow{Seconds(1'767'600'000)};

Token a_token() { return Token{.id = TokenId(1), .serial = Serial::parse("A-1").value()}; }

TEST(TokenLife, FollowsOwnerAndUseWhereNothingWasDecided) {
  Token token = a_token();
  EXPECT_EQ(life_of(token, kNow), TokenLife::inventory);
  token.owner = UserId(1);
  EXPECT_EQ(life_of(token, kNow), TokenLife::assigned);
  token.progress.next = Position(500);
  EXPECT_EQ(life_of(token, kNow), TokenLife::assigned) << "a counter from the factory is no use";
  token.progress.used.push_back({Position(499), kNow});
  EXPECT_EQ(life_of(token, kNow), TokenLife::active);
}

TEST(TokenLife, WhatSomebodyElseDidWithItBeforeIsNoUse) {
  Token token = a_token();
  token.owner = UserId(2);
  token.progress.used.push_back({Position(499), kNow});
  token.assigned_at = kNow + Micros(1);
  EXPECT_EQ(life_of(token, kNow + Seconds(1)), TokenLife::assigned);
  token.progress.used.push_back({Position(500), kNow + Micros(1)});
  EXPECT_EQ(life_of(token, kNow + Seconds(1)), TokenLife::active);
}

TEST(TokenLife, ExpiresBehindItsLastMoment) {
  Token token = a_token();
  token.owner = UserId(1);
  token.valid_until = kNow;
  EXPECT_EQ(life_of(token, kNow), TokenLife::assigned);
  EXPECT_EQ(life_of(token, kNow + Micros(1)), TokenLife::expired);
}

TEST(TokenLife, WhatWasDecidedComesBeforeWhatFollows) {
  Token token = a_token();
  token.valid_until = kNow - Micros(1);
  const std::pair<TokenStatus, TokenLife> decided[] = {
      {TokenStatus::suspended, TokenLife::suspended}, {TokenStatus::lost, TokenLife::lost},
      {TokenStatus::faulty, TokenLife::faulty},       {TokenStatus::locked, TokenLife::locked},
      {TokenStatus::revoked, TokenLife::revoked},
  };
  for (const auto& [status, life] : decided) {
    token.status = status;
    EXPECT_EQ(life_of(token, kNow), life) << name_of(life);
  }
}

constexpr TokenStatus kAll[] = {TokenStatus::enabled, TokenStatus::suspended, TokenStatus::lost,
                                TokenStatus::faulty,  TokenStatus::locked,    TokenStatus::revoked};

TEST(TokenMoves, WhatIsRevokedStaysRevoked) {
  for (const TokenStatus to : kAll) {
    EXPECT_EQ(may_move(TokenStatus::revoked, to), to == TokenStatus::revoked);
  }
}

TEST(TokenMoves, NobodyLocksByHandAndAllElseIsOpen) {
  for (const TokenStatus from : kAll) {
    if (from == TokenStatus::revoked) continue;
    for (const TokenStatus to : kAll) {
      EXPECT_EQ(may_move(from, to), to != TokenStatus::locked || from == to);
    }
  }
}

}  // namespace
}  // namespace lockstep
