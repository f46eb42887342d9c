// SPDX-License-Identifier: Apache-2.0
// Each change, the conflict it names, and that a set is carried out whole or not at all.
#include "store_contract.h"

namespace lockstep {
namespace {

INSTANTIATE_TEST_SUITE_P(Stores, StoreContract, testing::ValuesIn(store_kinds()), name_of_kind);

TEST_P(StoreContract, AnUnknownSubjectHasAnEmptySituation) {
  for (const Subject& subject : {Subject(user_name("nobody")), Subject(serial("NONE"))}) {
    const Situation situation = store().situation(subject).value();
    EXPECT_FALSE(situation.user);
    EXPECT_TRUE(situation.tokens.empty());
    EXPECT_TRUE(situation.groups.empty());
  }
}

TEST_P(StoreContract, AUserComesBackAsItWasWritten) {
  must(InsertUser{a_user(1, "anna")});
  expect_same(user("anna"), a_user(1, "anna"));
}

TEST_P(StoreContract, AUserWithoutPasswordPinAndHistoryComesBackWithoutThem) {
  User bare{.id = UserId(1), .name = user_name("bare")};
  bare.status = UserStatus::disabled;
  must(InsertUser{bare});
  expect_same(user("bare"), bare);
}

TEST_P(StoreContract, ASecondUserOfTheSameNameIsAConflict) {
  must(InsertUser{a_user(1, "anna")});
  EXPECT_EQ(error_of(commit(InsertUser{a_user(2, "ANNA")})), Errc::conflict);
  EXPECT_EQ(error_of(commit(InsertUser{a_user(1, "berta")})), Errc::conflict);
}

TEST_P(StoreContract, UpdateUserLeavesNameCreationAndSync) {
  must(InsertUser{a_user(1, "anna")});
  User changed = a_user(1, "berta");
  changed.email = "new@example.org";
  changed.status = UserStatus::disabled;
  changed.password = std::nullopt;
  changed.pin = std::nullopt;
  changed.created_at = kThen + Seconds(1);
  changed.sync = {};
  must(UpdateUser{changed});

  User expected = a_user(1, "anna");
  expected.email = changed.email;
  expected.status = UserStatus::disabled;
  expected.password = std::nullopt;
  expected.pin = std::nullopt;
  expected.version = RowVersion(2);
  expect_same(user("anna"), expected);
}

TEST_P(StoreContract, UpdateUserSyncChangesNothingElse) {
  must(InsertUser{a_user(1, "anna")});
  User expected = a_user(1, "anna");
  expected.sync = UserSync{.misses_in_row = 9};
  expected.version = RowVersion(2);
  must(UpdateUserSync{UserId(1), RowVersion(1), expected.sync});
  expect_same(user("anna"), expected);
}

TEST_P(StoreContract, ATokenComesBackAsItWasWritten) {
  must(InsertToken{a_token(1, "A-1")});
  expect_same(token("A-1"), a_token(1, "A-1"));
}

TEST_P(StoreContract, ABareTokenComesBackBare) {
  Token bare{.id = TokenId(1), .serial = serial("BARE")};
  must(InsertToken{bare});
  expect_same(token("BARE"), bare);
}

TEST_P(StoreContract, ASecondTokenOfTheSameSerialIsAConflict) {
  must(InsertToken{a_token(1, "A-1")});
  EXPECT_EQ(error_of(commit(InsertToken{a_token(2, "a-1")})), Errc::conflict);
}

TEST_P(StoreContract, UpdateTokenLeavesSerialCreationSeedAndProgress) {
  must(InsertUser{a_user(5, "anna")});
  must(InsertToken{a_token(1, "A-1")});
  Token changed = a_token(1, "B-2");
  changed.owner = UserId(5);
  changed.status = TokenStatus::lost;
  changed.spec.digits = Digits::six();
  changed.created_at = kThen + Seconds(1);
  changed.seed = Sealed(Bytes{9});
  changed.progress = {};
  must(UpdateToken{changed});

  Token expected = a_token(1, "A-1");
  expected.owner = UserId(5);
  expected.status = TokenStatus::lost;
  expected.spec.digits = Digits::six();
  expected.version = RowVersion(2);
  expect_same(token("A-1"), expected);
}

TEST_P(StoreContract, UpdateProgressMovesTheTokenAndItsStatusOnly) {
  must(InsertToken{a_token(1, "A-1")});
  Token expected = a_token(1, "A-1");
  expected.progress = Progress{.next = Position(5)};
  expected.status = TokenStatus::suspended;
  expected.version = RowVersion(2);
  must(UpdateProgress{TokenId(1), RowVersion(1), expected.progress, TokenStatus::suspended});
  expect_same(token("A-1"), expected);
}

TEST_P(StoreContract, AnOwnerThatDoesNotExistIsAConflict) {
  Token orphan = a_token(1, "A-1");
  orphan.owner = UserId(77);
  EXPECT_EQ(error_of(commit(InsertToken{orphan})), Errc::conflict);
  must(InsertToken{a_token(1, "A-1")});
  EXPECT_EQ(error_of(commit(UpdateToken{orphan})), Errc::conflict);
}

TEST_P(StoreContract, ASituationHasTheUserWithTokensBySerialAndGroupsInOrder) {
  must(InsertUser{a_user(1, "anna")});
  for (const auto& [id, text] : {std::pair(1, "B-2"), std::pair(2, "A-1"), std::pair(3, "C-3")}) {
    Token owned = a_token(static_cast<std::uint64_t>(id), text);
    if (id != 3) owned.owner = UserId(1);
    must(InsertToken{owned});
  }
  for (const char* name : {"vpn", "admins"}) {
    must(InsertGroup{group_name(name)});
    must(AddMember{group_name(name), UserId(1)});
  }
  for (const Subject& subject : {Subject(user_name("anna")), Subject(serial("B-2"))}) {
    const Situation found = store().situation(subject).value();
    ASSERT_TRUE(found.user);
    ASSERT_EQ(found.tokens.size(), 2U);
    EXPECT_EQ(found.tokens[0].serial, serial("A-1"));
    EXPECT_EQ(found.tokens[1].serial, serial("B-2"));
    EXPECT_EQ(found.groups, (std::vector{group_name("admins"), group_name("vpn")}));
  }
  const Situation stock = store().situation(serial("C-3")).value();
  EXPECT_FALSE(stock.user);
  EXPECT_EQ(stock.tokens.size(), 1U);
}

TEST_P(StoreContract, DeletingAUserSendsTheTokensBackToStockAndEndsMemberships) {
  must(InsertUser{a_user(1, "anna")});
  Token owned = a_token(1, "A-1");
  owned.owner = UserId(1);
  must(InsertToken{owned});
  must(InsertGroup{group_name("vpn")});
  must(AddMember{group_name("vpn"), UserId(1)});
  must(DeleteUser{UserId(1), RowVersion(1)});
  EXPECT_FALSE(store().situation(user_name("anna")).value().user);
  EXPECT_EQ(token("A-1").owner, std::nullopt);
  EXPECT_EQ(version_of_token("A-1"), 2U);
  EXPECT_TRUE(store().members(group_name("vpn"), {}).value().empty());
  must(DeleteToken{TokenId(1), RowVersion(2)});
  EXPECT_TRUE(store().situation(serial("A-1")).value().tokens.empty());
}

TEST_P(StoreContract, EachChangeOfAnotherVersionIsAConflictAndChangesNothing) {
  must(InsertUser{a_user(1, "anna")});
  must(InsertToken{a_token(1, "A-1")});
  must(InsertApiKey{an_api_key(1, "vpn")});
  must(InsertTicket{a_ticket(1)});
  User other_user = a_user(1, "anna");
  Token other_token = a_token(1, "A-1");
  Ticket other_ticket = a_ticket(1);
  for (const std::uint64_t number : {0U, 2U}) {
    const RowVersion wrong(number);
    other_user.version = other_token.version = other_ticket.version = wrong;
    const Change changes[] = {UpdateUser{other_user},
                              UpdateUserSync{UserId(1), wrong, {}},
                              DeleteUser{UserId(1), wrong},
                              UpdateToken{other_token},
                              UpdateProgress{TokenId(1), wrong, {}, TokenStatus::lost},
                              DeleteToken{TokenId(1), wrong},
                              RevokeApiKey{ApiKeyId(1), wrong, kThen},
                              RotateApiKey{ApiKeyId(1), wrong, {7}},
                              UpdateTicket{other_ticket},
                              DeleteTicket{other_ticket.hash, wrong}};
    for (const Change& change : changes) {
      EXPECT_EQ(error_of(commit(change)), Errc::conflict) << change.index();
    }
  }
  expect_same(user("anna"), a_user(1, "anna"));
  expect_same(token("A-1"), a_token(1, "A-1"));
  EXPECT_EQ(store().api_key(an_api_key(1, "vpn").hash).value()->revoked_at, std::nullopt);
  EXPECT_TRUE(store().ticket(a_ticket(1).hash).value());
}

TEST_P(StoreContract, AChangeOfWhatIsGoneIsAConflict) {
  const RowVersion one(1);
  const Change changes[] = {UpdateUser{a_user(1, "anna")},
                            UpdateUserSync{UserId(1), one, {}},
                            DeleteUser{UserId(1), one},
                            UpdateToken{a_token(1, "A-1")},
                            UpdateProgress{TokenId(1), one, {}, TokenStatus::lost},
                            DeleteToken{TokenId(1), one},
                            DeleteGroup{group_name("vpn")},
                            RevokeApiKey{ApiKeyId(1), one, kThen},
                            RotateApiKey{ApiKeyId(1), one, {7}},
                            UpdateTicket{a_ticket(1)},
                            DeleteTicket{a_ticket(1).hash, one}};
  for (const Change& change : changes) {
    EXPECT_EQ(error_of(commit(change)), Errc::conflict) << change.index();
  }
}

TEST_P(StoreContract, TwoChangesOfOneRowInASetNameTheVersionsOneAfterTheOther) {
  must(InsertUser{a_user(1, "anna")});
  User changed = a_user(1, "anna");
  changed.version = RowVersion(2);
  ChangeSet set;
  set.changes = {UpdateUserSync{UserId(1), RowVersion(1), {}}, UpdateUser{changed}};
  EXPECT_EQ(error_of(store().commit(set)), std::nullopt);
  EXPECT_EQ(version_of_user("anna"), 3U);
}

TEST_P(StoreContract, OneConflictTakesBackTheWholeSetWithItsEvents) {
  must(InsertUser{a_user(1, "anna")});
  ChangeSet set;
  set.changes = {InsertUser{a_user(2, "berta")}, UpdateUserSync{UserId(1), RowVersion(1), {}},
                 InsertGroup{group_name("vpn")}, DeleteToken{TokenId(9), RowVersion(1)}};
  set.events = {an_event("anna")};
  EXPECT_EQ(error_of(store().commit(set)), Errc::conflict);
  expect_same(user("anna"), a_user(1, "anna"));
  EXPECT_FALSE(store().situation(user_name("berta")).value().user);
  EXPECT_TRUE(store().groups({}).value().empty());
  EXPECT_TRUE(store().audit({}).value().empty());
}

TEST_P(StoreContract, MembershipsComeAndGo) {
  must(InsertUser{a_user(1, "anna")});
  must(InsertGroup{group_name("vpn")});
  EXPECT_EQ(error_of(commit(InsertGroup{group_name("VPN")})), Errc::conflict);
  EXPECT_EQ(error_of(commit(AddMember{group_name("none"), UserId(1)})), Errc::conflict);
  EXPECT_EQ(error_of(commit(AddMember{group_name("vpn"), UserId(9)})), Errc::conflict);
  must(RemoveMember{group_name("vpn"), UserId(1)});
  must(RemoveMember{group_name("none"), UserId(1)});
  must(AddMember{group_name("vpn"), UserId(1)});
  must(AddMember{group_name("vpn"), UserId(1)});
  EXPECT_EQ(store().groups({}).value().at(0).members, 1U);
  must(RemoveMember{group_name("vpn"), UserId(1)});
  EXPECT_EQ(store().groups({}).value().at(0).members, 0U);
  must(AddMember{group_name("vpn"), UserId(1)});
  must(DeleteGroup{group_name("vpn")});
  EXPECT_TRUE(store().situation(user_name("anna")).value().groups.empty());
}

TEST_P(StoreContract, AnApiKeyIsFoundByItsHashAlsoWhenRevoked) {
  must(InsertApiKey{an_api_key(1, "vpn")});
  must(RevokeApiKey{ApiKeyId(1), RowVersion(1), kThen});
  const auto key = store().api_key(an_api_key(1, "vpn").hash).value();
  ASSERT_TRUE(key);
  EXPECT_EQ(key->name, "vpn");
  EXPECT_EQ(key->permissions, an_api_key(1, "vpn").permissions);
  EXPECT_EQ(key->created_at, kThen);
  EXPECT_EQ(key->revoked_at, kThen);
  EXPECT_EQ(key->version, RowVersion(2));
  EXPECT_EQ(store().api_key(an_api_key(2, "x").hash).value().has_value(), false);
}

TEST_P(StoreContract, ANameIsGivenToOneApiKeyForEver) {
  must(InsertApiKey{an_api_key(1, "vpn")});
  must(RevokeApiKey{ApiKeyId(1), RowVersion(1), kThen});
  EXPECT_EQ(error_of(commit(InsertApiKey{an_api_key(2, "vpn")})), Errc::conflict);
}

TEST_P(StoreContract, ARotatedApiKeyIsKnownByItsNewHashOnly) {
  must(InsertApiKey{an_api_key(1, "vpn")});
  must(InsertApiKey{an_api_key(2, "wiki")});
  const auto anew = an_api_key(9, "anew").hash;
  must(RotateApiKey{ApiKeyId(1), RowVersion(1), anew});
  EXPECT_FALSE(store().api_key(an_api_key(1, "vpn").hash).value());
  const auto key = store().api_key(anew).value();
  ASSERT_TRUE(key);
  EXPECT_EQ(key->name, "vpn");
  EXPECT_EQ(key->version, RowVersion(2));
  EXPECT_EQ(error_of(commit(RotateApiKey{ApiKeyId(2), RowVersion(1), anew})), Errc::conflict)
      << "a hash names one key";
}

TEST_P(StoreContract, ARevokedApiKeyIsNotRotated) {
  must(InsertApiKey{an_api_key(1, "vpn")});
  must(RevokeApiKey{ApiKeyId(1), RowVersion(1), kThen});
  const auto anew = an_api_key(9, "anew").hash;
  EXPECT_EQ(error_of(commit(RotateApiKey{ApiKeyId(1), RowVersion(2), anew})), Errc::conflict);
  EXPECT_FALSE(store().api_key(anew).value());
}

TEST_P(StoreContract, PolicyRevisionsCountWithoutGaps) {
  EXPECT_FALSE(store().policy().value());
  EXPECT_EQ(error_of(commit(InsertPolicy{{2, "{}", kThen, Actor("owner")}})), Errc::conflict);
  must(InsertPolicy{{1, "{}", kThen, Actor("owner")}});
  EXPECT_EQ(error_of(commit(InsertPolicy{{1, "{}", kThen, Actor("owner")}})), Errc::conflict);
  must(InsertPolicy{{2, R"({"preset":"mideye"})", kThen, Actor("key:ops")}});
  const auto newest = store().policy().value();
  ASSERT_TRUE(newest);
  EXPECT_EQ(newest->number, 2U);
  EXPECT_EQ(newest->document, R"({"preset":"mideye"})");
  EXPECT_EQ(newest->at, kThen);
  EXPECT_EQ(newest->by, Actor("key:ops"));
}

TEST_P(StoreContract, ATicketIsFoundByItsHashUntilItIsUsed) {
  must(InsertTicket{a_ticket(1)});
  EXPECT_EQ(error_of(commit(InsertTicket{a_ticket(1)})), Errc::conflict);
  Ticket changed = a_ticket(1);
  changed.data = "{}";
  changed.sealed = std::nullopt;
  changed.expires_at = kThen + Seconds(99);
  must(UpdateTicket{changed});
  const auto found = store().ticket(changed.hash).value();
  ASSERT_TRUE(found);
  EXPECT_EQ(found->kind, TicketKind::resync);
  EXPECT_EQ(found->data, "{}");
  EXPECT_FALSE(found->sealed);
  EXPECT_EQ(found->expires_at, kThen + Seconds(99));
  EXPECT_EQ(found->version, RowVersion(2));
  must(DeleteTicket{changed.hash, RowVersion(2)});
  EXPECT_FALSE(store().ticket(changed.hash).value());
  EXPECT_EQ(error_of(commit(DeleteTicket{changed.hash, RowVersion(2)})), Errc::conflict);
}

TEST_P(StoreContract, HousekeepingDeletesTicketsThatArePastTheirTime) {
  for (std::uint8_t number = 1; number <= 3; ++number) must(InsertTicket{a_ticket(number)});
  EXPECT_EQ(store().delete_expired(kThen).value(), 0U);
  EXPECT_EQ(store().delete_expired(kThen + Seconds(2)).value(), 1U) << "the last moment counts";
  EXPECT_EQ(store().delete_expired(kThen + Seconds(2) + Micros(1)).value(), 1U);
  EXPECT_FALSE(store().ticket(a_ticket(2).hash).value());
  EXPECT_TRUE(store().ticket(a_ticket(3).hash).value());
}

TEST_P(StoreContract, AServiceKeyIsWrittenOnce) {
  EXPECT_FALSE(store().service_key("pin").value());
  must(InsertServiceKey{"pin", Sealed(Bytes{1, 0, 2})});
  EXPECT_EQ(error_of(commit(InsertServiceKey{"pin", Sealed(Bytes{9})})), Errc::conflict);
  EXPECT_TRUE(store().service_key("pin").value() == Sealed(Bytes{1, 0, 2}));
}

}  // namespace
}  // namespace lockstep
