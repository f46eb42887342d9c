// SPDX-License-Identifier: Apache-2.0
#include "service/act_mails.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "service/bulk_tokens.h"
#include "service/outgoing_mail.h"
#include "service/service_test_world.h"
#include "service/temporary_access.h"

namespace lockstep {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class ActMailsTest : public World {
 protected:
  ActMailsTest() {
    add_user("anna");
    set_address("anna@example.com");
    add_card("anna", "CARD0001");
    add_card("anna", "CARD0002");
  }

  void set_address(const std::string& email) {
    UserPatch patch;
    patch.email = email;
    ASSERT_TRUE(upsert_user(*services, owner(), user_name("anna"), patch, {}));
  }
  Context quietly() const {
    Caller caller = owner_caller();
    caller.quiet = true;
    return begin(*services, std::move(caller));
  }
  Result<TokenRow> make(TokenStatus status, const Context& context) {
    TokenPatch patch;
    patch.status = status;
    return patch_token(*services, context, serial("CARD0001"), patch, {});
  }
  /// "event to device" of each mail, the newest last.
  std::vector<std::string> mails() {
    std::vector<std::string> result;
    const auto newest = store.newest_mails(100).value();
    for (auto mail = newest.rbegin(); mail != newest.rend(); ++mail) {
      const auto arguments = open_arguments(*services, *mail).value();
      const bool has_device = arguments.contains("device");
      EXPECT_EQ(mail->to, "anna@example.com");
      EXPECT_EQ(arguments.at("by"), "operator");
      result.push_back(std::string(name_of(mail->event)) +
                       (has_device ? " " + arguments.at("device") : ""));
      clock.advance(Seconds(1));
    }
    return result;
  }
};

TEST_F(ActMailsTest, AStatusThatKeepsTheOwnerOutIsTold) {
  ASSERT_TRUE(make(TokenStatus::suspended, owner()));
  EXPECT_THAT(mails(), ElementsAre("suspended …0001"));
  ASSERT_TRUE(make(TokenStatus::enabled, owner()));
  ASSERT_TRUE(make(TokenStatus::faulty, owner()));
  EXPECT_EQ(mails().size(), 1U) << "Neither is news.";
}

TEST_F(ActMailsTest, LostAndRevokedAreTold) {
  ASSERT_TRUE(make(TokenStatus::lost, owner()));
  EXPECT_THAT(mails(), ElementsAre("lost …0001"));
  clock.advance(Seconds(1));
  ASSERT_TRUE(make(TokenStatus::revoked, owner()));
  EXPECT_THAT(mails(), ElementsAre("lost …0001", "revoked …0001"));
}

TEST_F(ActMailsTest, WhatChangesNothingIsNotTold) {
  ASSERT_TRUE(make(TokenStatus::enabled, owner()));
  TokenPatch patch;
  patch.model = "Feitian c100";
  ASSERT_TRUE(patch_token(*services, owner(), serial("CARD0001"), patch, {}));
  EXPECT_THAT(mails(), IsEmpty());
}

TEST_F(ActMailsTest, ATokenThatIsTakenBackOrDeletedIsTold) {
  ASSERT_TRUE(unassign_token(*services, owner(), user_name("anna"), serial("CARD0001")));
  clock.advance(Seconds(1));
  ASSERT_TRUE(delete_token(*services, owner(), serial("CARD0002"), {}));
  EXPECT_THAT(mails(), ElementsAre("unassigned …0001", "unassigned …0002"));
  ASSERT_TRUE(delete_token(*services, owner(), serial("CARD0001"), {}));
  EXPECT_EQ(mails().size(), 2U) << "It was nobody's any more.";
}

TEST_F(ActMailsTest, AReplacementNamesTheNewToken) {
  ASSERT_TRUE(unassign_token(*services, quietly(), user_name("anna"), serial("CARD0002")));
  ASSERT_TRUE(
      replace_token(*services, owner(), serial("CARD0001"), serial("CARD0002"), Replaced::revoked));
  EXPECT_THAT(mails(), ElementsAre("replaced …0001"));
  const Mail mail = store.newest_mails(1).value().front();
  EXPECT_EQ(open_arguments(*services, mail).value().at("new_device"), "…0002");
}

TEST_F(ActMailsTest, TheFirstTokenAndATemporaryCodeAreTold) {
  ASSERT_TRUE(make_primary(*services, owner(), user_name("anna"), serial("CARD0002")));
  clock.advance(Seconds(1));
  ASSERT_TRUE(make_primary(*services, owner(), user_name("anna"), serial("CARD0002")));
  const auto given = give_temporary_access(*services, owner(), user_name("anna"), {});
  ASSERT_TRUE(given);
  EXPECT_THAT(mails(), ElementsAre("primary …0002", "temporary_code"));
  const Mail newest = store.newest_mails(1).value().front();
  const auto arguments = open_arguments(*services, newest).value();
  for (const auto& [name, value] : arguments) {
    EXPECT_EQ(value.find(given->codes.front()), std::string::npos) << name;
  }
}

TEST_F(ActMailsTest, AMassChangeTellsEachOwnerAndCountsTokens) {
  const auto answer = change_tokens(
      *services, owner(), {{serial("CARD0001"), serial("CARD0002")}, TokenStatus::suspended});
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->changed, 2U);
  EXPECT_EQ(mails().size(), 2U);
  ASSERT_TRUE(change_tokens(*services, owner(), {{serial("CARD0001")}, DeleteTokens{}}));
  EXPECT_EQ(mails().size(), 3U);
}

TEST_F(ActMailsTest, WhatARestoreMakesAgainIsNotToldAgain) {
  ASSERT_TRUE(make(TokenStatus::lost, quietly()));
  ASSERT_TRUE(unassign_token(*services, quietly(), user_name("anna"), serial("CARD0002")));
  EXPECT_THAT(mails(), IsEmpty());
}

TEST_F(ActMailsTest, WhoHasNoAddressIsChangedAllTheSame) {
  set_address("");
  ASSERT_TRUE(make(TokenStatus::suspended, owner()));
  EXPECT_EQ(token("CARD0001").status, TokenStatus::suspended);
  EXPECT_THAT(mails(), IsEmpty());
}

}  // namespace
}  // namespace lockstep
