// SPDX-License-Identifier: Apache-2.0
// Policies that differ from user to user and from token to token, as they act.
#include "service/groups.h"
#include "service/policies.h"
#include "service/service_test_world.h"

namespace lockstep {
namespace {

class PolicyGroups : public World {
 public:
  void add_group(const std::string& name, std::initializer_list<std::string_view> members) {
    ASSERT_TRUE(create_group(*services, owner(), group_name(name)));
    for (const std::string_view member : members) {
      ASSERT_TRUE(add_member(*services, owner(), group_name(name), user_name(member)));
    }
  }
  void put(const std::string& document) {
    const auto done = put_policy(*services, owner(), document);
    ASSERT_TRUE(done.has_value()) << done.error().context;
  }
  void set_model(std::string_view serial_text, const std::string& model) {
    TokenPatch patch;
    patch.model = model;
    ASSERT_TRUE(patch_token(*services, owner(), serial(serial_text), patch, {}));
  }
  /// How the log-in with the code after `unseen` unused ones ends.
  Verdict after(std::uint64_t unseen, std::string_view name, SimulatedToken& card) {
    card.press_unseen(unseen);
    return log_in(name, card.press());
  }
};

TEST_F(PolicyGroups, MembersOfAGroupHaveItsZonesAndOthersTheirs) {
  for (const char* name : {"anna", "bert"}) add_user(name);
  SimulatedToken annas = add_card("anna", "C1");
  SimulatedToken berts = add_card("bert", "C2");
  add_group("staff", {"anna"});
  put(R"({"preset":"strict","groups":[{"group":"Staff","preset":"mideye"}]})");
  EXPECT_EQ(after(8, "anna", annas), Verdict::accept);
  EXPECT_EQ(after(1, "bert", berts), Verdict::reject);
}

TEST_F(PolicyGroups, TheFirstGroupInTheDocumentWins) {
  add_user("anna");
  SimulatedToken card = add_card("anna", "C1");
  add_group("a", {"anna"});
  add_group("b", {"anna"});
  put(R"({"preset":"default","groups":[{"group":"b","set":{"event.accept":0}},
                                       {"group":"a","set":{"event.accept":5}}]})");
  EXPECT_EQ(after(3, "anna", card), Verdict::reject);
}

TEST_F(PolicyGroups, ATokenHasTheZonesOfItsModelAndItsOwnersOtherTokensHaveNot) {
  add_user("anna");
  SimulatedToken first = add_card("anna", "C1");
  SimulatedToken second = add_card("anna", "C2");
  set_model("C1", "Acme 5");
  put(R"({"preset":"strict","models":[{"model":"Acme 5","set":{"event.accept":5}}]})");
  EXPECT_EQ(after(5, "anna", first), Verdict::accept);
  EXPECT_EQ(after(5, "anna", second), Verdict::reject);
}

TEST_F(PolicyGroups, AResynchronisationReachesAsFarAsTheOwnersGroupLets) {
  add_user("anna");
  SimulatedToken card = add_card("anna", "C1");
  add_group("staff", {"anna"});
  put(R"({"preset":"mideye","groups":[{"group":"staff","set":{"event.resync":2000}}]})");
  card.press_unseen(1'500);
  ResyncInput input{.serial = serial("C1"), .codes = {}, .counter = {}, .reach = {}, .note = {}};
  input.codes = {card.press(), card.press()};
  const auto answer = resynchronise(*services, owner(), input);
  ASSERT_TRUE(answer.has_value());
  EXPECT_TRUE(std::holds_alternative<ResyncSuccess>(*answer));
}

TEST_F(PolicyGroups, MissesToTwoCodesAreTheUsersOwn) {
  add_user("anna");
  add_user("bert");
  set_password("anna", "correct horse");
  set_password("bert", "correct horse");
  SimulatedToken annas = add_card("anna", "C1");
  SimulatedToken berts = add_card("bert", "C2");
  add_group("staff", {"anna"});
  put(R"({"preset":"default","groups":[{"group":"staff","set":{"misses_to_two_codes":3}}]})");
  for (const auto& [name, card] : {std::pair("anna", &annas), std::pair("bert", &berts)}) {
    for (int i = 0; i < 3; ++i) {
      LoginRequest wrong = request(name, wrong_code(card->press()));
      card->set_counter(Position(1'000));
      wrong.password = Secret::copy_of("correct horse");
      EXPECT_EQ(log_in(std::move(wrong)).verdict, Verdict::reject);
    }
  }
  EXPECT_EQ(get_user(*services, owner(), user_name("anna"))->escalation, Escalation::two_codes);
  EXPECT_EQ(get_user(*services, owner(), user_name("bert"))->escalation, Escalation::open);
}

TEST_F(PolicyGroups, AnAllowanceTooSmallNamesTheGroupAndModel) {
  const auto done = put_policy(
      *services, owner(),
      R"({"preset":"default","groups":[{"group":"staff","set":{"odds_per_year":1e-5}}]})");
  ASSERT_FALSE(done.has_value());
  EXPECT_NE(done.error().context.find("group \"staff\", event, 6 digits"), std::string::npos);
  const auto model =
      put_policy(*services, owner(),
                 R"({"preset":"default","models":[{"model":"M","set":{"event.accept":40}}]})");
  ASSERT_FALSE(model.has_value());
  EXPECT_NE(model.error().context.find("model \"M\", event, 6 digits"), std::string::npos);
}

// ---- What a client demands.

TEST_F(PolicyGroups, AClientThatDemandsAGroupLetsOnlyItsMembersInAndAnswersOthersAsEver) {
  for (const char* name : {"anna", "bert"}) add_user(name);
  SimulatedToken annas = add_card("anna", "C1");
  SimulatedToken berts = add_card("bert", "C2");
  add_group("vpn-users", {"anna"});
  Context context = client();
  context.caller.required_group = group_name("vpn-users");
  EXPECT_EQ(authenticate(*services, context, request("anna", annas.press()))->verdict,
            Verdict::accept);
  const LoginAnswer refused =
      authenticate(*services, context, request("bert", berts.press())).value();
  EXPECT_EQ(refused.verdict, Verdict::reject);
  EXPECT_EQ(last_record().event.reason, Reason::no_group);
  EXPECT_EQ(last_record().event.user, user_name("bert"));
  EXPECT_EQ(token("C2").progress.next, Position(1'000)) << "the code is not used up";
}

TEST_F(PolicyGroups, BothTheClientsGroupAndTheRequestsHaveToHold) {
  add_user("anna");
  SimulatedToken card = add_card("anna", "C1");
  add_group("a", {"anna"});
  add_group("b", {});
  Context context = client();
  context.caller.required_group = group_name("a");
  LoginRequest both = request("anna", card.press());
  both.group = group_name("b");
  EXPECT_EQ(authenticate(*services, context, std::move(both))->verdict, Verdict::reject);
}

TEST_F(PolicyGroups, WhatAKeyDemandsIsKnownOfItsHolder) {
  const CreatedApiKey made =
      create_api_key(*services, owner(), "vpn", {Permission::authenticate}).value();
  ApiKey key = find_api_key(*services, "vpn").value();
  key.required_group = group_name("staff");
  ASSERT_TRUE(store.commit(ChangeSet{{UpdateApiKey{key}}, {}}));
  EXPECT_EQ(find_caller(*services, made.text)->value().required_group, group_name("staff"));
}

}  // namespace
}  // namespace lockstep
