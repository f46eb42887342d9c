// SPDX-License-Identifier: Apache-2.0
// A token's moves, its replacement, and which one is the primary.
#include "service/service_test_world.h"

namespace lockstep {
namespace {

class TokensLife : public World {
 protected:
  TokensLife() {
    add_user("anna");
    card_ = add_card("anna", "C-1");
  }

  Result<TokenRow> move(std::string_view text, TokenStatus to, const Context& context) {
    TokenPatch patch;
    patch.status = to;
    return patch_token(*services, context, serial(text), patch, {});
  }
  Context desk() { return with({Permission::tokens_manage}); }
  void stock(std::string_view text) {
    NewToken wanted{.serial = serial(text), .spec = {.kind = TokenKind::hotp}};
    ASSERT_TRUE(create_token(*services, owner(), std::move(wanted)));
  }
  std::optional<UserName> owner_of(std::string_view text) {
    return get_token(*services, serial(text)).value().owner;
  }

  SimulatedToken card_{{.kind = TokenKind::hotp}, Secret(Bytes(20, 1))};
};

TEST_F(TokensLife, EachStateRefusesWithItsOwnReason) {
  const std::pair<TokenStatus, Reason> states[] = {{TokenStatus::suspended, Reason::suspended},
                                                   {TokenStatus::lost, Reason::lost},
                                                   {TokenStatus::faulty, Reason::faulty},
                                                   {TokenStatus::revoked, Reason::revoked}};
  for (const auto& [status, reason] : states) {
    ASSERT_TRUE(move("C-1", status, owner()));
    EXPECT_EQ(log_in("anna", card_.press()), Verdict::reject);
    EXPECT_EQ(last_record().event.reason, reason);
  }
}

TEST_F(TokensLife, TheHelpDeskMovesItAndRevokesNothing) {
  for (const TokenStatus to :
       {TokenStatus::suspended, TokenStatus::lost, TokenStatus::faulty, TokenStatus::enabled}) {
    EXPECT_TRUE(move("C-1", to, desk())) << static_cast<int>(to);
  }
  EXPECT_EQ(move("C-1", TokenStatus::revoked, desk()).error().code, Errc::not_allowed);
  TokenPatch patch;
  patch.model = "Other";
  EXPECT_EQ(patch_token(*services, desk(), serial("C-1"), patch, {}).error().code,
            Errc::not_allowed);
  EXPECT_EQ(log_in("anna", card_.press()), Verdict::accept) << "nothing of it was changed";
}

TEST_F(TokensLife, NobodyLocksAndRevokedIsForGood) {
  EXPECT_EQ(move("C-1", TokenStatus::locked, owner()).error().code, Errc::not_allowed);
  ASSERT_TRUE(move("C-1", TokenStatus::revoked, owner()));
  EXPECT_EQ(move("C-1", TokenStatus::enabled, owner()).error().code, Errc::not_allowed);
  EXPECT_TRUE(move("C-1", TokenStatus::revoked, owner())) << "it is already";
}

TEST_F(TokensLife, TheServerLocksAndAnOperatorOpens) {
  set_pin("anna", "4711");
  for (int i = 0; i < 10; ++i) {
    (void)log_in("anna", "0000" + card_.press());
    clock.advance(Seconds(16 * 60));
  }
  EXPECT_EQ(token("C-1").status, TokenStatus::locked);
  EXPECT_EQ(log_in("anna", "4711" + card_.press()), Verdict::reject);
  EXPECT_EQ(last_record().event.reason, Reason::token_locked);
  ASSERT_TRUE(move("C-1", TokenStatus::enabled, desk()));
  EXPECT_EQ(log_in("anna", "4711" + card_.press()), Verdict::accept);
}

TEST_F(TokensLife, AReplacementTakesOwnerAndPlaceAndThePinStays) {
  set_pin("anna", "4711");
  ASSERT_TRUE(make_primary(*services, desk(), user_name("anna"), serial("C-1")));
  stock("C-2");
  ASSERT_TRUE(replace_token(*services, desk(), serial("C-1"), serial("C-2"), Replaced::faulty));
  EXPECT_EQ(owner_of("C-2"), user_name("anna"));
  EXPECT_EQ(user("anna").primary, token("C-2").id);
  EXPECT_TRUE(user("anna").pin);
  EXPECT_EQ(token("C-1").status, TokenStatus::faulty);
  const auto records = store.audit({.serial = serial("C-1")}).value();
  EXPECT_EQ(records[0].event.kind, EventKind::token_replaced);
  EXPECT_EQ(records[0].event.details[0].second, "C-2");
}

TEST_F(TokensLife, TheOldOneGoesWhereItIsSaid) {
  stock("C-2");
  ASSERT_TRUE(replace_token(*services, owner(), serial("C-1"), serial("C-2"), Replaced::stock));
  EXPECT_EQ(owner_of("C-1"), std::nullopt);
  EXPECT_EQ(token("C-1").status, TokenStatus::enabled);
  ASSERT_TRUE(replace_token(*services, owner(), serial("C-2"), serial("C-1"), Replaced::revoked));
  EXPECT_EQ(owner_of("C-2"), std::nullopt);
  EXPECT_EQ(token("C-2").status, TokenStatus::revoked);
  EXPECT_EQ(
      replace_token(*services, owner(), serial("C-1"), serial("C-2"), Replaced::lost).error().code,
      Errc::conflict)
      << "a revoked one replaces nothing";
}

TEST_F(TokensLife, AReplacementThatKeepsTheOldOneIsStillOneOfSixteen) {
  for (std::size_t i = 1; i < kTokensPerUserMax; ++i) add_card("anna", "N" + std::to_string(i));
  stock("C-2");
  const auto replace = [&](Replaced what) {
    return replace_token(*services, owner(), serial("C-1"), serial("C-2"), what);
  };
  EXPECT_EQ(replace(Replaced::lost).error().code, Errc::conflict);
  EXPECT_EQ(replace(Replaced::faulty).error().code, Errc::conflict);
  EXPECT_EQ(token("C-1").status, TokenStatus::enabled);
  EXPECT_TRUE(replace(Replaced::stock)) << "one for one";
}

TEST_F(TokensLife, WhatIsOutOfOrderOrExpiredIsNotGivenToAnybody) {
  const auto assign = [&] {
    return assign_token(*services, owner(), user_name("anna"), serial("C-2"));
  };
  stock("C-2");
  for (const TokenStatus status :
       {TokenStatus::suspended, TokenStatus::lost, TokenStatus::faulty}) {
    ASSERT_TRUE(move("C-2", status, owner()));
    EXPECT_EQ(assign().error().code, Errc::conflict) << static_cast<int>(status);
  }
  TokenPatch patch;
  patch.status = TokenStatus::enabled;
  patch.valid_until = DateChange{clock.now().wall - Seconds(1)};
  ASSERT_TRUE(patch_token(*services, owner(), serial("C-2"), patch, {}));
  EXPECT_EQ(assign().error().code, Errc::conflict);
  EXPECT_EQ(
      replace_token(*services, owner(), serial("C-1"), serial("C-2"), Replaced::lost).error().code,
      Errc::conflict);
  patch.valid_until = DateChange{};
  ASSERT_TRUE(patch_token(*services, owner(), serial("C-2"), patch, {}));
  EXPECT_TRUE(assign());
}

TEST_F(TokensLife, ATokenWithCrossedDatesIsStillMarkedLost) {
  Token crossed = token("C-1");
  crossed.valid_from = clock.now().wall;
  crossed.valid_until = clock.now().wall;
  ASSERT_TRUE(store.commit({{UpdateToken{crossed}}, {}}));
  EXPECT_TRUE(move("C-1", TokenStatus::lost, desk()));
  TokenPatch patch;
  patch.valid_from = DateChange{clock.now().wall + Seconds(1)};
  EXPECT_EQ(patch_token(*services, owner(), serial("C-1"), patch, {}).error().code,
            Errc::invalid_input);
}

TEST_F(TokensLife, WhatCannotBeReplacedIsAConflictAndChangesNothing) {
  stock("C-2");
  const auto replace = [&](std::string_view old, std::string_view by, Replaced what,
                           const Context& context) {
    return replace_token(*services, context, serial(old), serial(by), what).error().code;
  };
  EXPECT_EQ(replace("C-2", "C-1", Replaced::stock, owner()), Errc::conflict);
  EXPECT_EQ(replace("C-1", "C-1", Replaced::stock, owner()), Errc::conflict);
  EXPECT_EQ(replace("C-1", "NONE", Replaced::stock, owner()), Errc::not_found);
  EXPECT_EQ(replace("C-1", "C-2", Replaced::revoked, desk()), Errc::not_allowed);
  EXPECT_EQ(owner_of("C-1"), user_name("anna"));
  EXPECT_EQ(owner_of("C-2"), std::nullopt);
}

TEST_F(TokensLife, OnlyOnesOwnTokenIsThePrimaryOne) {
  stock("C-2");
  EXPECT_EQ(make_primary(*services, owner(), user_name("anna"), serial("C-2")).error().code,
            Errc::not_found);
  EXPECT_EQ(make_primary(*services, owner(), user_name("bo"), serial("C-1")).error().code,
            Errc::not_found);
  ASSERT_TRUE(make_primary(*services, owner(), user_name("anna"), serial("C-1")));
  const std::uint64_t version = user("anna").version.value();
  ASSERT_TRUE(make_primary(*services, owner(), user_name("anna"), serial("C-1")));
  EXPECT_EQ(user("anna").version.value(), version) << "said again: no change";
}

TEST_F(TokensLife, BatchAndWarrantyAreKept) {
  TokenPatch patch;
  patch.batch = "Lieferung 7";
  patch.warranty_until = DateChange{clock.now().wall};
  ASSERT_TRUE(patch_token(*services, owner(), serial("C-1"), patch, {}));
  EXPECT_EQ(token("C-1").batch, "Lieferung 7");
  EXPECT_EQ(token("C-1").warranty_until, clock.now().wall);
  EXPECT_EQ(list_tokens(*services, {.batch = "Lieferung 7"}, {})->size(), 1U);
}

TEST(ReplacedNames, AreStable) {
  for (const Replaced one :
       {Replaced::stock, Replaced::lost, Replaced::faulty, Replaced::revoked}) {
    EXPECT_EQ(parse_replaced(name_of(one)), one);
  }
  EXPECT_EQ(parse_replaced("gone"), std::nullopt);
}

}  // namespace
}  // namespace lockstep
