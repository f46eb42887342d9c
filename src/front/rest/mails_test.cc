// SPDX-License-Identifier: Apache-2.0
#include "front/rest/api_fixture.h"
#include "service/mail_desk.h"
#include "service/outgoing_mail.h"

namespace lockstep {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

/// Takes what it is given, or says why not.
class FakeMailer final : public Mailer {
 public:
  DeliveryReport deliver(const OutgoingMail& mail) override {
    seen.push_back(mail.to);
    return says;
  }
  void stop() override {}

  std::vector<std::string> seen;
  DeliveryReport says{Delivery::taken, ""};
};

class MailsApi : public ApiTest {
 protected:
  /// The API of a server whose mails `desk` sends.
  void with_desk(MailDesk& desk) {
    router_ = make_api_router(*services, {.service_uid = 1000, .mails = &desk});
  }

  void queue(const std::string& code) {
    User anna{.id = UserId(1), .name = user_name("anna")};
    anna.email = "anna@example.com";
    const auto change =
        mail_to_user(*services, owner(), anna, MailEvent::email_code, {{"code", code}});
    ASSERT_TRUE(store.commit({{change->value()}, {}}));
  }

  FakeMailer mailer_;
  MailDesk desk_{*services, &mailer_, {"", "otp@example.org"}};
};

TEST_F(MailsApi, TheListSaysWhatBecameOfMailsAndNothingOfWhatTheySay) {
  queue("736251");
  const Seen waiting = get("/mails");
  EXPECT_EQ(waiting.status(), 200);
  const boost::json::object mail = waiting.at("items").as_array().at(0).as_object();
  EXPECT_EQ(mail.at("to"), "anna@example.com");
  EXPECT_EQ(mail.at("event"), "email_code");
  EXPECT_EQ(mail.at("state"), "waiting");
  EXPECT_TRUE(mail.contains("next_try_at"));
  EXPECT_THAT(waiting.response.body, Not(HasSubstr("736251")));

  mailer_.says = {Delivery::never, "550 No such user"};
  ASSERT_TRUE(desk_.round());
  const Seen refused = get("/mails?limit=1");
  EXPECT_THAT(refused.response.body, HasSubstr(R"("state":"given_up")"));
  EXPECT_THAT(refused.response.body, HasSubstr(R"("problem":"550 No such user")"));
  EXPECT_EQ(get("/mails?limit=0").verdict(), "400 invalid_input");
}

TEST_F(MailsApi, ATestMailIsAnsweredWithTheServersWords) {
  with_desk(desk_);
  const Seen taken = post("/mails/test", R"({"to":"me@example.com"})");
  EXPECT_EQ(taken.response.body, R"({"delivery":"taken"})");
  EXPECT_EQ(mailer_.seen, std::vector<std::string>{"me@example.com"});
  mailer_.says = {Delivery::later, "no connection"};
  EXPECT_EQ(post("/mails/test", R"({"to":"me@example.com"})").response.body,
            R"({"delivery":"later","why":"no connection"})");
  EXPECT_EQ(post("/mails/test", R"({"to":"nobody"})").verdict(), "400 invalid_input");
}

TEST_F(MailsApi, WithoutAMailServerATestSaysSo) {
  EXPECT_EQ(post("/mails/test", R"({"to":"me@example.com"})").verdict(), "503 unavailable");
  MailDesk off(*services, nullptr, {});
  with_desk(off);
  const Seen seen = post("/mails/test", R"({"to":"me@example.com"})");
  EXPECT_EQ(seen.verdict(), "403 not_allowed");
  EXPECT_THAT(seen.text("detail"), HasSubstr("[mail]"));
}

TEST_F(MailsApi, ReadinessSaysHowMailsDo) {
  const auto ready = [this] { return send(request_for(Method::get, "/readyz", "")); };
  EXPECT_EQ(ready().response.body, R"({"status":"ready","clock":"trusted"})");
  with_desk(desk_);
  EXPECT_EQ(ready().response.body, R"({"status":"ready","clock":"trusted","mail":"working"})");
  mailer_.says = {Delivery::later, "no connection"};
  for (std::uint32_t i = 0; i < MailDesk::kFailingMin; ++i) {
    (void)post("/mails/test", R"({"to":"me@example.com"})");
    queue("1");
  }
  ASSERT_TRUE(desk_.round());
  EXPECT_EQ(ready().response.body, R"({"status":"ready","clock":"trusted","mail":"failing"})")
      << "log-ins go on";
}

}  // namespace
}  // namespace lockstep
