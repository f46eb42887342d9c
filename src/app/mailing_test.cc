// SPDX-License-Identifier: Apache-2.0
#include "app/mailing.h"

#include <filesystem>
#include <fstream>
#include <latch>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/data_directory.h"
#include "service/outgoing_mail.h"
#include "service/service_test_world.h"

namespace lockstep {
namespace {

using testing::HasSubstr;

MailConfig config(const std::filesystem::path& password = {}) {
  MailConfig mail{.host = "127.0.0.1", .port = 9, .from = {"", "otp@example.org"}};
  if (!password.empty()) {
    mail.user = "otp";
    mail.password_file = password;
  }
  return mail;
}

TEST(MakeMailer, WithoutAConfigurationThereIsNone) {
  const auto mailer = make_mailer(std::nullopt);
  ASSERT_TRUE(mailer);
  EXPECT_EQ(*mailer, nullptr);
}

TEST(MakeMailer, ThePasswordIsReadFromAFileThatIsPrivate) {
  const PassingDirectory directory = PassingDirectory::make().value();
  const std::filesystem::path path = directory.path() / "password";
  EXPECT_EQ(make_mailer(config(path)).error().code, Errc::not_found);
  std::ofstream(path) << "secret\n";
  std::filesystem::permissions(path, std::filesystem::perms::owner_read);
  const auto mailer = make_mailer(config(path));
  ASSERT_TRUE(mailer) << mailer.error().context;
  EXPECT_NE(*mailer, nullptr);
  std::filesystem::permissions(path, std::filesystem::perms::others_read,
                               std::filesystem::perm_options::add);
  const auto refused = make_mailer(config(path));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::not_allowed);
  EXPECT_THAT(refused.error().context, HasSubstr("mail.password_file"));
}

/// Says when it was given a mail, and then waits to be stopped.
class SlowMailer final : public Mailer {
 public:
  DeliveryReport deliver(const OutgoingMail&) override {
    called.count_down();
    stopped.wait();
    return {Delivery::later, "the service was stopped"};
  }
  void stop() override { stopped.count_down(); }

  std::latch called{1};
  std::latch stopped{1};
};

class MailingTest : public World {};

TEST_F(MailingTest, StopsInTheMiddleOfADeliveryAndKeepsTheMail) {
  User anna{.id = UserId(1), .name = user_name("anna")};
  anna.email = "anna@example.com";
  const auto change = mail_to_user(*services, owner(), anna, MailEvent::lost, {{"how", "lost"}});
  ASSERT_TRUE(store.commit({{change->value()}, {}}));
  SlowMailer mailer;
  MailDesk desk(*services, &mailer, {"", "otp@example.org"});
  Mailing mailing(desk, &mailer);
  mailer.called.wait();
  mailing.stop();
  EXPECT_EQ(store.newest_mails(1).value().at(0).state, MailState::waiting);
  EXPECT_FALSE(store.newest_mails(1).value().at(0).arguments.value().empty());
}

TEST(MailMetrics, SayWhetherMailsGoOutAndWhatWaits) {
  MetricsPage page;
  add_mails(page,
            {.kind = MailReport::Kind::failing,
             .why = "x",
             .sent = 3,
             .failed = 4,
             .given_up = 5,
             .left_out = 6},
            {.waiting = 7, .sent = 1, .given_up = 1});
  const std::string text = page.text();
  for (const char* line :
       {"lockstep_mail_up 0\n", "lockstep_mail_queue_length 7\n", "lockstep_mail_sent_total 3\n",
        "lockstep_mail_failed_tries_total 4\n", "lockstep_mail_given_up_total 5\n",
        "lockstep_mail_left_out_total 6\n"}) {
    EXPECT_THAT(text, HasSubstr(line));
  }
}

}  // namespace
}  // namespace lockstep
