// SPDX-License-Identifier: Apache-2.0
#include "service/outgoing_mail.h"

#include <gtest/gtest.h>

#include "service/service_test_world.h"

namespace lockstep {
namespace {

class OutgoingMail : public World {
 protected:
  Context context() { return owner(); }

  User anna() {
    User user{.id = UserId(1), .name = UserName::parse("anna").value()};
    user.email = "anna@example.org";
    user.language = "sv";
    return user;
  }

  /// Commits it, and reads it back.
  Mail queued(Result<std::optional<Change>> change) {
    EXPECT_TRUE(store.commit(ChangeSet{{change.value().value()}, {}}));
    return store.newest_mails(1).value().at(0);
  }
};

TEST_F(OutgoingMail, IsInTheQueueWithWhatItsTextNeeds) {
  const Context now = context();
  const Mail mail =
      queued(mail_to_user(*services, now, anna(), MailEvent::primary, {{"device", "…4411"}}));
  EXPECT_EQ(mail.to, "anna@example.org");
  EXPECT_EQ(mail.language, "sv");
  EXPECT_EQ(mail.event, MailEvent::primary);
  EXPECT_EQ(mail.state, MailState::waiting);
  EXPECT_EQ(mail.next_try_at, now.now.wall);
  EXPECT_EQ(mail.expires_at, now.now.wall + kMailWanted);
  const auto arguments = open_arguments(*services, mail).value();
  EXPECT_EQ(arguments.at("device"), "…4411");
  EXPECT_EQ(arguments.at("user"), "anna");
  EXPECT_EQ(arguments.at("person"), "anna") << "without a name of their own";
  EXPECT_EQ(arguments.at("at"), to_rfc3339(now.now.wall));
}

TEST_F(OutgoingMail, WithoutAnAddressThereIsNone) {
  User nobody = anna();
  nobody.email.clear();
  EXPECT_FALSE(mail_to_user(*services, context(), nobody, MailEvent::lost, {}).value());
  EXPECT_FALSE(mail_to_help_desk(*services, context(), anna(), {}).value());
  services->portal.help.email = "help@example.org";
  EXPECT_TRUE(mail_to_help_desk(*services, context(), anna(), {}).value());
}

TEST_F(OutgoingMail, OpensForItsOwnMailOnly) {
  Mail mail = queued(
      mail_to_user(*services, context(), anna(), MailEvent::email_code, {{"code", "123456"}}));
  mail.id = MailId(mail.id.value() + 1);
  EXPECT_EQ(open_arguments(*services, mail).error().code, Errc::corrupt);
  mail.arguments = Sealed();
  EXPECT_EQ(open_arguments(*services, mail).error().code, Errc::not_found);
}

TEST(ShortSerial, ShowsTheLastFourCharacters) {
  EXPECT_EQ(short_serial(Serial::parse("1000104411").value()), "…4411");
  EXPECT_EQ(short_serial(Serial::parse("4411").value()), "4411");
}

}  // namespace
}  // namespace lockstep
