// SPDX-License-Identifier: Apache-2.0
#include "service/api_keys.h"

#include "service/groups.h"
#include "service/service_test_world.h"

namespace lockstep {
namespace {

using ApiKeys = World;

TEST_F(ApiKeys, AKeyIsShownOnceAndFindsItsCaller) {
  const CreatedApiKey made =
      create_api_key(*services, owner(), "vpn", {Permission::authenticate}).value();
  EXPECT_EQ(made.text.size(), 47U);
  EXPECT_TRUE(made.text.starts_with("lsk_"));
  const std::optional<Caller> caller = find_caller(*services, made.text).value();
  ASSERT_TRUE(caller.has_value());
  EXPECT_EQ(caller->actor, Actor("key:vpn"));
  EXPECT_EQ(caller->source, "vpn");
  EXPECT_EQ(caller->permissions, Permissions{Permission::authenticate});
}

TEST_F(ApiKeys, NothingElseFindsACaller) {
  const std::string text =
      create_api_key(*services, owner(), "vpn", {Permission::authenticate})->text;
  std::string flipped = text;
  flipped.back() = flipped.back() == 'A' ? 'B' : 'A';
  for (const std::string& other : {std::string(), std::string("lsk_"), flipped, text + "A",
                                   text.substr(4), std::string(100'000, 'l')}) {
    EXPECT_FALSE(find_caller(*services, other)->has_value());
  }
}

TEST_F(ApiKeys, ARevokedKeyIsUnknownAndItsNameStaysTaken) {
  const std::string text =
      create_api_key(*services, owner(), "vpn", {Permission::authenticate})->text;
  ASSERT_TRUE(revoke_api_key(*services, owner(), "vpn"));
  EXPECT_FALSE(find_caller(*services, text)->has_value());
  ASSERT_TRUE(revoke_api_key(*services, owner(), "vpn"));
  EXPECT_EQ(create_api_key(*services, owner(), "vpn", {}).error().code, Errc::conflict);
  EXPECT_EQ(revoke_api_key(*services, owner(), "web").error().code, Errc::not_found);
}

TEST_F(ApiKeys, ARotatedKeyIsAnotherWithTheSameNameAndPermissions) {
  const CreatedApiKey first =
      create_api_key(*services, owner(), "vpn", {Permission::authenticate}).value();
  const CreatedApiKey second = rotate_api_key(*services, owner(), "vpn", first.key.version).value();
  EXPECT_FALSE(find_caller(*services, first.text)->has_value());
  const std::optional<Caller> caller = find_caller(*services, second.text).value();
  ASSERT_TRUE(caller.has_value());
  EXPECT_EQ(caller->actor, Actor("key:vpn"));
  EXPECT_EQ(caller->permissions, Permissions{Permission::authenticate});
  EXPECT_EQ(find_api_key(*services, "vpn")->version, second.key.version);
}

TEST_F(ApiKeys, OfTwoWhoRotateWhatTheySawOneGetsAKey) {
  const CreatedApiKey first = create_api_key(*services, owner(), "vpn", {}).value();
  ASSERT_TRUE(rotate_api_key(*services, owner(), "vpn", first.key.version));
  EXPECT_EQ(rotate_api_key(*services, owner(), "vpn", first.key.version).error().code,
            Errc::conflict);
}

TEST_F(ApiKeys, ARevokedOrUnknownKeyIsNotRotated) {
  const CreatedApiKey made = create_api_key(*services, owner(), "vpn", {}).value();
  ASSERT_TRUE(revoke_api_key(*services, owner(), "vpn"));
  const RowVersion now = find_api_key(*services, "vpn")->version;
  EXPECT_EQ(rotate_api_key(*services, owner(), "vpn", now).error().code, Errc::conflict);
  EXPECT_EQ(rotate_api_key(*services, owner(), "web", now).error().code, Errc::not_found);
}

TEST_F(ApiKeys, NobodyRotatesAKeyThatMayDoMoreThanThey) {
  const CreatedApiKey made =
      create_api_key(*services, owner(), "vpn", {Permission::tokens_write}).value();
  EXPECT_EQ(rotate_api_key(*services, with({Permission::keys_write}), "vpn", made.key.version)
                .error()
                .code,
            Errc::not_allowed);
  EXPECT_TRUE(find_caller(*services, made.text)->has_value());
}

TEST_F(ApiKeys, NobodyGivesAKeyMoreThanTheyHave) {
  const Context keeper = with({Permission::keys_write, Permission::users_read});
  EXPECT_EQ(create_api_key(*services, keeper, "a", {Permission::tokens_write}).error().code,
            Errc::not_allowed);
  EXPECT_TRUE(create_api_key(*services, keeper, "b", {Permission::users_read}).has_value());
}

TEST_F(ApiKeys, NamesAreShortAndPlain) {
  for (const std::string& bad :
       {std::string(), std::string("VPN"), std::string("a b"), std::string(65, 'a')}) {
    EXPECT_EQ(create_api_key(*services, owner(), bad, {}).error().code, Errc::invalid_input);
  }
  EXPECT_TRUE(create_api_key(*services, owner(), std::string(64, 'a'), {}).has_value());
}

TEST_F(ApiKeys, TheStoreHoldsOnlyTheHash) {
  const std::string text = create_api_key(*services, owner(), "vpn", {})->text;
  const ApiKey stored = list_api_keys(*services, {})->front();
  const std::string hash(stored.hash.begin(), stored.hash.end());
  EXPECT_EQ(text.find(hash), std::string::npos);
}

TEST_F(ApiKeys, AClientMayDemandAGroupAndTheAuditSaysSo) {
  const CreatedApiKey made =
      create_api_key(*services, owner(), "vpn", {Permission::authenticate}).value();
  const GroupName vpn = group_name("vpn");
  const ApiKey changed = require_group(*services, owner(), "vpn", vpn, made.key.version).value();
  EXPECT_EQ(changed.version, find_api_key(*services, "vpn")->version);
  EXPECT_EQ(find_api_key(*services, "vpn")->required_group, vpn);
  EXPECT_EQ(last_record().event.kind, EventKind::api_key_changed);
  add_user("anna");
  SimulatedToken card = add_card("anna", "C1");
  const auto log_in_by_key = [&] {
    const Caller caller = find_caller(*services, made.text).value().value();
    return authenticate(*services, begin(*services, caller), request("anna", card.press()))
        ->verdict;
  };
  EXPECT_EQ(log_in_by_key(), Verdict::reject);
  EXPECT_EQ(last_record().event.reason, Reason::no_group);
  ASSERT_TRUE(create_group(*services, owner(), vpn));
  ASSERT_TRUE(add_member(*services, owner(), vpn, user_name("anna")));
  EXPECT_EQ(log_in_by_key(), Verdict::accept);
  EXPECT_EQ(require_group(*services, owner(), "vpn", {}, made.key.version).error().code,
            Errc::conflict);
  ASSERT_TRUE(remove_member(*services, owner(), vpn, user_name("anna")));
  ASSERT_TRUE(require_group(*services, owner(), "vpn", {}, changed.version));
  EXPECT_EQ(log_in_by_key(), Verdict::accept);
}

}  // namespace
}  // namespace lockstep
