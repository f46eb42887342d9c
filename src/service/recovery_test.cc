// SPDX-License-Identifier: Apache-2.0
#include "service/recovery.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "service/api_keys.h"
#include "service/groups.h"
#include "service/operators.h"
#include "service/policies.h"
#include "service/service_test_world.h"
#include "service/temporary_access.h"
#include "service/tokens.h"
#include "service/users.h"

namespace lockstep {
namespace {

using testing::HasSubstr;

/// A company; the same one is made twice, and one of the two is the backup that knows no log-ins.
class Company : public World {
 public:
  Company() {
    add_user("anna");
    add_user("bo");
    card = add_card("anna", "C-1");
    fob = add_fob("bo", "F-1");
  }
  void TestBody() override {}

  std::optional<SimulatedToken> card;
  std::optional<SimulatedToken> fob;
};

class ReplayTest : public testing::Test {
 protected:
  ReplayTest() { before_ = live_.store.audit_heads().value().at(0).second.seq; }

  /// Everything that the live store recorded since it was like the old one.
  ReplayReport replay() {
    Replay replay;
    EXPECT_TRUE(live_.store.audit_scan([&](const AuditRecord& record) -> Result<void> {
      if (record.seq > before_) replay.see(record);
      return {};
    }));
    old_.clock.advance(Seconds(3600));
    return replay.apply(*old_.services, old_.owner()).value();
  }

  Company live_;
  Company old_;
  std::uint64_t before_ = 0;
};

TEST_F(ReplayTest, NoCodeThatWasAcceptedIsAcceptedAgainAndTheNextOneIs) {
  std::vector<std::string> codes;
  for (int i = 0; i < 12; ++i) {
    codes.push_back(live_.card->press());
    ASSERT_EQ(live_.log_in("anna", codes.back()), Verdict::accept);
  }
  const ReplayReport report = replay();
  EXPECT_EQ(report.records, 12U);
  EXPECT_EQ(report.tokens, 1U);
  EXPECT_EQ(old_.token("C-1").progress.next, live_.token("C-1").progress.next);
  EXPECT_EQ(old_.token("C-1").progress.used, live_.token("C-1").progress.used);
  for (const std::string& code : codes) EXPECT_NE(old_.log_in("anna", code), Verdict::accept);
  ASSERT_TRUE(unlock_user(*old_.services, old_.owner(), user_name("anna")));
  EXPECT_EQ(old_.log_in("anna", live_.card->press()), Verdict::accept);
}

TEST_F(ReplayTest, ACodeThatWasAnsweredByAskingForAPinIsUsedUp) {
  for (Company* one : {&live_, &old_}) {
    one->set_pin("anna", "2580");
    UserPatch patch;
    patch.pin = {FactorChange::Kind::set, Secret::copy_of("2580")};
    patch.pin_must_change = true;
    ASSERT_TRUE(upsert_user(*one->services, one->owner(), user_name("anna"), patch, {}));
  }
  before_ = live_.store.audit_heads().value().at(0).second.seq;
  const std::string refused = "2580" + live_.card->press();
  ASSERT_EQ(live_.log_in("anna", refused), Verdict::reject);
  LoginRequest asking = live_.request("anna", "2580" + live_.card->press());
  asking.prompting = Prompting::possible;
  const LoginAnswer asked = live_.log_in(std::move(asking));
  ASSERT_EQ(asked.prompt, "new_pin");
  LoginRequest answer = live_.request("anna", "7413 7413");
  answer.state = asked.state;
  ASSERT_EQ(live_.log_in(std::move(answer)).verdict, Verdict::accept);
  const ReplayReport report = replay();
  EXPECT_EQ(old_.token("C-1").progress.next, live_.token("C-1").progress.next);
  ASSERT_EQ(report.left.size(), 1U) << "the PIN is nowhere";
  EXPECT_THAT(report.left.front(), HasSubstr("pin.changed user anna"));
}

TEST_F(ReplayTest, APairMovesATokenAndItsClock) {
  const WallTime start = live_.clock.now().wall;
  live_.fob->set_clock({.set_at = start, .offset = Seconds(300)});
  ASSERT_NE(live_.log_in("bo", live_.fob->shows(start)), Verdict::accept);
  live_.clock.advance(Seconds(30));
  ASSERT_EQ(live_.log_in("bo", live_.fob->shows(start + Seconds(30))), Verdict::accept);
  (void)replay();
  const Progress& now = old_.token("F-1").progress;
  const Progress then = live_.token("F-1").progress;
  EXPECT_EQ(now.next, then.next);
  ASSERT_TRUE(now.clock);
  EXPECT_NEAR(static_cast<double>((now.clock->offset - then.clock->offset).count()), 0, 1'000);
  EXPECT_EQ(now.used.back().at, then.used.back().at);
}

TEST_F(ReplayTest, ACodeThatWasAnsweredByAPromptCountsAloneNoMore) {
  live_.card->press_unseen(50);
  ASSERT_NE(live_.log_in("anna", live_.card->press()), Verdict::accept);
  (void)replay();
  EXPECT_EQ(old_.token("C-1").progress.remembered.at(0).position, Position(1'050));
}

TEST_F(ReplayTest, ARightCodeUnderAWrongPinIsSpentToo) {
  live_.set_pin("anna", "4711");
  LoginRequest request = World::request("anna", live_.card->press());
  request.password = Secret::copy_of("0000");
  ASSERT_EQ(live_.log_in(std::move(request)).verdict, Verdict::reject);
  (void)replay();
  EXPECT_EQ(old_.token("C-1").progress.next, Position(1'001));
}

TEST_F(ReplayTest, WhatWasTakenAwayStaysTakenAway) {
  const CreatedApiKey key =
      create_api_key(*old_.services, old_.owner(), "vpn", {Permission::authenticate}).value();
  ASSERT_TRUE(create_api_key(*live_.services, live_.owner(), "vpn", {Permission::authenticate}));
  ASSERT_TRUE(revoke_api_key(*live_.services, live_.owner(), "vpn"));
  TokenPatch lost;
  lost.status = TokenStatus::lost;
  ASSERT_TRUE(patch_token(*live_.services, live_.owner(), serial("C-1"), lost, {}));
  UserPatch off;
  off.status = UserStatus::disabled;
  ASSERT_TRUE(upsert_user(*live_.services, live_.owner(), user_name("anna"), off, {}));
  ASSERT_TRUE(delete_user(*live_.services, live_.owner(), user_name("bo"), {}));
  ASSERT_TRUE(create_group(*live_.services, live_.owner(), group_name("vpn")));
  ASSERT_TRUE(add_member(*live_.services, live_.owner(), group_name("vpn"), user_name("anna")));
  ASSERT_TRUE(put_policy(*live_.services, live_.owner(), R"({"preset":"strict"})"));

  const ReplayReport report = replay();
  EXPECT_EQ(old_.token("C-1").status, TokenStatus::lost);
  EXPECT_EQ(old_.user("anna").status, UserStatus::disabled);
  EXPECT_FALSE(old_.store.situation(Subject(user_name("bo"))).value().user);
  EXPECT_FALSE(find_caller(*old_.services, key.text).value());
  EXPECT_EQ(old_.store.situation(Subject(user_name("anna"))).value().groups.size(), 1U);
  EXPECT_EQ(old_.store.policy().value()->document, live_.store.policy().value()->document);
  EXPECT_EQ(report.changes, 7U);
  EXPECT_EQ(report.left_count, 1U) << "the new API key";
}

TEST_F(ReplayTest, WhatChangedIsAsItBecameAndAPasswordIsLeftOpen) {
  UserPatch patch;
  patch.last_name = "Ek";
  patch.phone = "+46 8 1";
  ASSERT_TRUE(upsert_user(*live_.services, live_.owner(), user_name("anna"), patch, {}));
  TokenPatch dates;
  dates.model = "Acme";
  dates.valid_until = DateChange{live_.clock.now().wall + Seconds(1'000)};
  ASSERT_TRUE(patch_token(*live_.services, live_.owner(), serial("C-1"), dates, {}));
  live_.set_password("anna", "a long enough phrase");
  const ReplayReport report = replay();
  EXPECT_EQ(old_.user("anna").last_name, "Ek");
  EXPECT_EQ(old_.user("anna").phone, "+46 8 1");
  EXPECT_EQ(old_.token("C-1").model, "Acme");
  EXPECT_EQ(old_.token("C-1").valid_until, live_.token("C-1").valid_until);
  EXPECT_EQ(report.changes, 2U);
  EXPECT_EQ(report.left_count, 1U) << "the password";
}

TEST_F(ReplayTest, AKeyThatWasRotatedIsNotGoodAgainAndHasToBeRotatedOnceMore) {
  const CreatedApiKey old =
      create_api_key(*old_.services, old_.owner(), "vpn", {Permission::authenticate}).value();
  const CreatedApiKey made =
      create_api_key(*live_.services, live_.owner(), "vpn", {Permission::authenticate}).value();
  ASSERT_TRUE(rotate_api_key(*live_.services, live_.owner(), "vpn", made.key.version));
  const ReplayReport report = replay();
  EXPECT_FALSE(find_caller(*old_.services, old.text).value());
  std::string all;
  for (const std::string& line : report.left) all += line + '\n';
  EXPECT_THAT(all, testing::HasSubstr("api_key.rotated name=vpn"));
}

TEST_F(ReplayTest, WhatTheAuditCannotGiveBackIsListed) {
  live_.add_user("cleo");
  (void)live_.add_card("cleo", "C-2");
  live_.set_password("anna", "a password of hers");
  const ReplayReport report = replay();
  ASSERT_EQ(report.left.size(), report.left_count);
  std::string all;
  for (const std::string& line : report.left) all += line + '\n';
  EXPECT_THAT(all, HasSubstr("user.created user cleo"));
  EXPECT_THAT(all, HasSubstr("token.created token C-2"));
  EXPECT_THAT(all, HasSubstr("user.changed user anna password=set"));
}

TEST_F(ReplayTest, OperatorsWhoWereTakenAwayStaySoAndWhatElseChangedIsListed) {
  const auto make = [](Company& company, const char* name) {
    OperatorPatch patch;
    patch.role = Role::administrator;
    ASSERT_TRUE(create_operator(*company.services, company.owner(), user_name(name), patch));
  };
  for (const char* name : {"olga", "per", "rut"}) {
    make(old_, name);
    make(live_, name);
  }
  before_ = live_.store.audit_heads().value().at(0).second.seq;
  ASSERT_TRUE(delete_operator(*live_.services, live_.owner(), user_name("olga"), {}));
  OperatorPatch disabled;
  disabled.status = OperatorStatus::disabled;
  ASSERT_TRUE(change_operator(*live_.services, live_.owner(), user_name("per"), disabled, {}));
  OperatorPatch demoted;
  demoted.role = Role::auditor;
  ASSERT_TRUE(change_operator(*live_.services, live_.owner(), user_name("rut"), demoted, {}));
  const ReplayReport report = replay();
  EXPECT_FALSE(old_.store.find_operator(user_name("olga")).value());
  EXPECT_EQ(old_.store.find_operator(user_name("per")).value()->status, OperatorStatus::disabled);
  ASSERT_EQ(report.left.size(), 1U);
  EXPECT_THAT(report.left[0], HasSubstr("operator=rut"));
  EXPECT_THAT(report.left[0], HasSubstr("role=auditor"));
}

TEST_F(ReplayTest, ABackupAheadOfTheMirrorLosesNothing) {
  for (int i = 0; i < 3; ++i) ASSERT_EQ(old_.log_in("anna", old_.card->press()), Verdict::accept);
  ASSERT_EQ(live_.log_in("anna", live_.card->press()), Verdict::accept);
  (void)replay();
  EXPECT_EQ(old_.token("C-1").progress.next, Position(1'003));
}

class FenceTest : public World {};

TEST_F(FenceTest, StandsBeforeEveryTokenOfThem) {
  constexpr int kCardsEach = 10;
  std::string user;
  for (int i = 0; i < 300; ++i) {
    if (i % kCardsEach == 0) add_user(user = "user" + std::to_string(i));
    (void)add_card(user, "C-" + std::to_string(i));
  }
  (void)add_fob(user, "F-1");
  EXPECT_EQ(raise_fence(*services, owner(), 3).value(), 301U);
  EXPECT_EQ(token("C-299").progress.next, Position(1'003));
  EXPECT_TRUE(token("C-0").progress.fenced);
  EXPECT_EQ(token("F-1").progress.next, step_at(token("F-1").spec, clock.now().wall).moved(2));
}

TEST_F(FenceTest, TemporaryCodesCountNoMore) {
  add_user("anna");
  add_user("bo");
  const GivenCodes given =
      give_temporary_access(*services, owner(), user_name("anna"), {.single_use = true}).value();
  EXPECT_EQ(end_all_temporary(*services, owner()).value(), 1U);
  EXPECT_EQ(log_in("anna", given.codes.at(0)), Verdict::reject);
  EXPECT_EQ(end_all_temporary(*services, owner()).value(), 0U);
}

TEST_F(FenceTest, AKeyThatDoesNotOpenTheSeedsIsNoticed) {
  add_user("anna");
  (void)add_card("anna", "C-1");
  EXPECT_EQ(open_sample(*services, 10).value(), 1U);
  const Token card = token("C-1");
  const ReplaceSealed spoilt{card.id, card.seed, Sealed(Bytes(60, 1))};
  ASSERT_TRUE(store.commit(ChangeSet{{spoilt}, {}}));
  EXPECT_EQ(open_sample(*services, 10).error().code, Errc::corrupt);
}

TEST_F(FenceTest, TheRestoreIsOnRecord) {
  ASSERT_TRUE(record_restored(*services, owner(), {{"fence", "raised"}}));
  EXPECT_EQ(last_record().event.kind, EventKind::store_restored);
  EXPECT_EQ(last_record().event.details.at(0).second, "raised");
}

}  // namespace
}  // namespace lockstep
