// SPDX-License-Identifier: Apache-2.0
#include "service/links.h"

#include "service/portal_test_world.h"

namespace lockstep {
namespace {

class Links : public PortalWorld {
 protected:
  Result<WallTime> send(const char* name = "anna", const char* serial_text = "FOB-4411") {
    return send_link(*services, with({Permission::users_help}), user_name(name),
                     serial(serial_text));
  }
  /// What stands behind the `#` of the link that was mailed last.
  std::string mailed_secret() {
    const std::string link = said(mails(MailEvent::link).at(0)).at("link");
    EXPECT_TRUE(link.starts_with("https://otp.example.org/portal/link#")) << link;
    return link.substr(link.find('#') + 1);
  }
  std::optional<LinkFollowed> follow(const std::string& secret) {
    return follow_link(*services, visitor(), secret, "en").value();
  }
};

TEST_F(Links, LeadsToTheResynchronisationAfterACodeByMail) {
  EXPECT_EQ(send().value(), clock.now().wall + Seconds(24 * 3'600));
  const std::string secret = mailed_secret();
  EXPECT_EQ(secret.size(), 22U) << "128 bits";
  const auto followed = follow(secret);
  ASSERT_TRUE(followed);
  EXPECT_EQ(followed->address, "a•••@example.org");
  const MailCodeAnswer answer = give(followed->sent.state, mailed_code());
  const auto& begun = std::get<MailCodeAccepted>(answer).begun;
  EXPECT_EQ(begun.session.by, PortalSignIn::link);
  EXPECT_EQ(begun.session.task, serial("FOB-4411"));
  EXPECT_TRUE(as(begun.secret).caller.fresh_until);
  EXPECT_FALSE(follow(secret)) << "once";
  EXPECT_EQ(count(EventKind::link_created), 1);
  EXPECT_EQ(count(EventKind::link_used), 1);
}

TEST_F(Links, IsGoodUntilItWasUsedSoThatAMailScannerDoesNotSpendIt) {
  ASSERT_TRUE(send());
  const std::string secret = mailed_secret();
  const auto first = follow(secret);
  clock.advance(Seconds(30));
  const auto second = follow(secret);
  ASSERT_TRUE(second);
  EXPECT_TRUE(std::holds_alternative<MailCodeAccepted>(give(second->sent.state, mailed_code())));
  EXPECT_TRUE(std::holds_alternative<MailCodeRejected>(give(first->sent.state, mailed_code())));
}

TEST_F(Links, OpensNothingByItself) {
  ASSERT_TRUE(send());
  const auto followed = follow(mailed_secret());
  EXPECT_TRUE(std::holds_alternative<MailCodeRejected>(
      give(followed->sent.state, wrong_code(mailed_code()))));
}

TEST_F(Links, EndsAfterADayAndForgedOnesAreNone) {
  ASSERT_TRUE(send());
  const std::string secret = mailed_secret();
  EXPECT_FALSE(follow(secret.substr(1)));
  EXPECT_FALSE(follow(""));
  EXPECT_FALSE(follow(std::string(10'000, 'A')));
  clock.advance(Seconds(24 * 3'600) + Micros(1));
  EXPECT_FALSE(follow(secret));
}

TEST_F(Links, AStateIsNoLinkAndALinkNoState) {
  const MailCodeSent sent = ask();
  EXPECT_FALSE(follow(sent.state));
  ASSERT_TRUE(send());
  EXPECT_TRUE(std::holds_alternative<MailCodeExpired>(give(mailed_secret(), "123456")));
}

TEST_F(Links, IsNotSentWhereItWouldLeadNowhere) {
  EXPECT_EQ(send("nobody").error().code, Errc::not_found);
  EXPECT_EQ(send("anna", "OTHER").error().code, Errc::not_found);
  add_user("mute");
  add_card("mute", "CARD-1");
  EXPECT_EQ(send("mute", "CARD-1").error().code, Errc::conflict);
  UserPatch patch;
  patch.status = UserStatus::disabled;
  ASSERT_TRUE(upsert_user(*services, owner(), user_name("anna"), patch, {}));
  EXPECT_EQ(send().error().code, Errc::conflict);
  services->portal.allow.resync = false;
  EXPECT_EQ(send().error().code, Errc::not_allowed);
  EXPECT_TRUE(mails().empty());
}

}  // namespace
}  // namespace lockstep
