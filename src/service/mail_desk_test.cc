// SPDX-License-Identifier: Apache-2.0
#include "service/mail_desk.h"

#include <deque>
#include <string>
#include <vector>

#include <gmock/gmock.h>

#include "service/outgoing_mail.h"
#include "service/service_test_world.h"

namespace lockstep {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

/// Keeps what it is given, and says of it what a test wants; else that it took it.
class FakeMailer final : public Mailer {
 public:
  DeliveryReport deliver(const OutgoingMail& mail) override {
    seen.push_back(mail);
    if (on_delivery) on_delivery();
    if (says.empty()) return {Delivery::taken, ""};
    DeliveryReport next = says.front();
    if (says.size() > 1 || !says_last_for_ever) says.pop_front();
    return next;
  }
  void stop() override {}

  std::vector<OutgoingMail> seen;
  std::deque<DeliveryReport> says;
  bool says_last_for_ever = false;
  std::function<void()> on_delivery;
};

class MailDeskTest : public World {
 protected:
  MailDeskTest() {
    anna_.email = "anna@example.com";
    anna_.first_name = "Anna";
  }

  void queue(MailEvent event, MailArguments arguments,
             std::optional<WallTime> expires_at = std::nullopt) {
    const Context now = owner();
    auto change = mail_to_user(*services, now, anna_, event, std::move(arguments), expires_at);
    ASSERT_TRUE(change && *change);
    ASSERT_TRUE(store.commit(ChangeSet{{**change}, {}}));
  }
  void queue_code(std::string code = "123456") {
    queue(MailEvent::email_code, {{"code", std::move(code)}, {"minutes", "10"}},
          clock.now().wall + Seconds(600));
  }
  Mail newest() { return store.newest_mails(1).value().at(0); }
  std::uint64_t given_up_events() {
    AuditQuery query;
    query.kinds = {EventKind::mail_given_up};
    return store.audit(query).value().size();
  }

  User anna_{.id = UserId(1), .name = user_name("anna")};
  FakeMailer mailer_;
  MailDesk desk_{*services, &mailer_, {"Example IT", "otp@example.org"}};
};

TEST_F(MailDeskTest, SendsWhatWaitsAndForgetsWhatItSaid) {
  queue_code();
  EXPECT_EQ(desk_.round().value(), 1U);
  ASSERT_EQ(mailer_.seen.size(), 1U);
  EXPECT_EQ(mailer_.seen[0].from, "otp@example.org");
  EXPECT_EQ(mailer_.seen[0].to, "anna@example.com");
  EXPECT_THAT(mailer_.seen[0].message, HasSubstr("Subject: 123456 is your code\r\n"));
  EXPECT_EQ(newest().state, MailState::sent);
  EXPECT_TRUE(newest().arguments.value().empty());
  EXPECT_EQ(desk_.round().value(), 0U) << "once";
  EXPECT_EQ(desk_.report().sent, 1U);
  EXPECT_EQ(desk_.report().kind, MailReport::Kind::working);
}

TEST_F(MailDeskTest, SpeaksTheUsersLanguageAndLeadsToThePortal) {
  services->portal.url = "https://otp.example.org";
  anna_.language = "sv";
  queue(MailEvent::lost, {{"device", "…4411"}, {"how", "lost"}});
  ASSERT_TRUE(desk_.round());
  EXPECT_THAT(mailer_.seen.at(0).message, HasSubstr("Content-Language: sv\r\n"));
  EXPECT_THAT(mailer_.seen.at(0).message, HasSubstr("https://otp.example.org/portal/activity"));
}

TEST_F(MailDeskTest, TriesAgainWithGrowingPauses) {
  mailer_.says = {{Delivery::later, "busy"}, {Delivery::later, "busy"}};
  queue(MailEvent::primary, {{"device", "…4411"}});
  for (const Seconds pause : {Seconds(30), Seconds(60)}) {
    EXPECT_EQ(desk_.round().value(), 1U);
    EXPECT_EQ(newest().state, MailState::waiting);
    EXPECT_EQ(newest().problem, "busy");
    EXPECT_FALSE(newest().arguments.value().empty());
    EXPECT_EQ(newest().next_try_at, clock.now().wall + pause);
    clock.advance(pause - Seconds(1));
    EXPECT_EQ(desk_.round().value(), 0U) << "not before its time";
    clock.advance(Seconds(1));
  }
  EXPECT_EQ(desk_.round().value(), 1U);
  EXPECT_EQ(newest().state, MailState::sent);
  EXPECT_EQ(newest().tries, 3U);
  EXPECT_EQ(desk_.report().failed, 2U);
}

TEST_F(MailDeskTest, GivesUpAfterADayAndSaysSoInTheAudit) {
  mailer_.says = {{Delivery::later, "busy"}};
  mailer_.says_last_for_ever = true;
  queue(MailEvent::primary, {{"device", "…4411"}});
  const WallTime began = clock.now().wall;
  while (newest().state == MailState::waiting) {
    clock.advance(Micros(newest().next_try_at - clock.now().wall));
    ASSERT_EQ(desk_.round().value(), 1U);
    ASSERT_LT(newest().tries, 40U);
  }
  EXPECT_EQ(newest().state, MailState::given_up);
  EXPECT_EQ(clock.now().wall - began, kMailWanted);
  EXPECT_TRUE(newest().arguments.value().empty());
  EXPECT_EQ(newest().problem, "busy");
  const AuditEvent event = last_record().event;
  EXPECT_EQ(event.kind, EventKind::mail_given_up);
  EXPECT_EQ(event.user, user_name("anna"));
  EXPECT_EQ(event.actor, Actor("system"));
  EXPECT_EQ(desk_.report().given_up, 1U);
}

TEST_F(MailDeskTest, ACodeIsNotSentWhenItIsTooLateForIt) {
  queue_code();
  clock.advance(Seconds(600));
  ASSERT_TRUE(desk_.round());
  EXPECT_TRUE(mailer_.seen.empty());
  EXPECT_EQ(newest().state, MailState::given_up);
}

TEST_F(MailDeskTest, WhatTheQueueHasNoRoomForIsGivenUpInSight) {
  // As the store writes it then: the contract of stores says so.
  const Context now = owner();
  Change change = mail_to_user(*services, now, anna_, MailEvent::lost, {{"how", "lost"}})->value();
  Mail& mail = std::get<InsertMail>(change).mail;
  mail.expires_at = mail.created_at;
  mail.problem = Mail::kQueueFull;
  ASSERT_TRUE(store.commit(ChangeSet{{std::move(change)}, {}}));
  EXPECT_EQ(desk_.round().value(), 1U);
  EXPECT_TRUE(mailer_.seen.empty());
  EXPECT_EQ(desk_.report().left_out, 1U);
  EXPECT_EQ(desk_.report().given_up, 1U);
  const AuditEvent event = last_record().event;
  EXPECT_EQ(event.kind, EventKind::mail_given_up);
  EXPECT_EQ(event.user, user_name("anna"));
  EXPECT_THAT(event.details, testing::Contains(std::pair<std::string, std::string>(
                                 "why", std::string(Mail::kQueueFull))));
}

TEST_F(MailDeskTest, WhatIsRefusedForGoodIsNotTriedAgain) {
  mailer_.says = {{Delivery::never, "550 No such user"}};
  queue(MailEvent::primary, {{"device", "…4411"}});
  ASSERT_TRUE(desk_.round());
  EXPECT_EQ(newest().state, MailState::given_up);
  EXPECT_EQ(newest().problem, "550 No such user");
  EXPECT_EQ(given_up_events(), 1U);
  EXPECT_EQ(desk_.report().kind, MailReport::Kind::working) << "the server does its work";
}

TEST_F(MailDeskTest, AnAddressThatIsNoneIsGivenUp) {
  anna_.email = "anna@example.com\r\nBcc: x@y.z";
  queue_code();
  ASSERT_TRUE(desk_.round());
  EXPECT_TRUE(mailer_.seen.empty());
  EXPECT_EQ(newest().state, MailState::given_up);
}

TEST_F(MailDeskTest, AServerInTroubleEndsTheRound) {
  mailer_.says = {{Delivery::later, "no connection"}};
  mailer_.says_last_for_ever = true;
  for (int i = 0; i < 10; ++i) queue_code();
  EXPECT_EQ(desk_.round().value(), MailDesk::kFailingMin);
  EXPECT_EQ(desk_.report().kind, MailReport::Kind::failing);
  EXPECT_EQ(desk_.report().why, "no connection");
  mailer_.says.clear();
  EXPECT_EQ(desk_.round().value(), 10U - MailDesk::kFailingMin);
  EXPECT_EQ(desk_.report().kind, MailReport::Kind::working);
}

TEST_F(MailDeskTest, ARoundIsBounded) {
  for (std::uint32_t i = 0; i < MailDesk::kRoundMax + 5; ++i) queue_code();
  EXPECT_EQ(desk_.round().value(), MailDesk::kRoundMax);
  EXPECT_EQ(desk_.round().value(), 5U);
}

TEST_F(MailDeskTest, OfTwoServersOneSendsAMail) {
  queue_code();
  FakeMailer other_mailer;
  MailDesk other(*services, &other_mailer, {"", "otp@example.org"});
  // The other looks while this one has the mail in its hands.
  mailer_.on_delivery = [&] { EXPECT_EQ(other.round().value(), 0U); };
  EXPECT_EQ(desk_.round().value(), 1U);
  EXPECT_EQ(mailer_.seen.size() + other_mailer.seen.size(), 1U);
}

TEST_F(MailDeskTest, AMailThatWasInTheHandsOfAServerThatDiedIsSentLater) {
  queue_code();
  Mail taken = newest();
  taken.next_try_at = clock.now().wall + MailDesk::kTaken;
  ASSERT_TRUE(store.commit({{UpdateMail{taken}}, {}}));
  EXPECT_EQ(desk_.round().value(), 0U);
  clock.advance(MailDesk::kTaken);
  EXPECT_EQ(desk_.round().value(), 1U);
  EXPECT_EQ(newest().state, MailState::sent);
}

TEST_F(MailDeskTest, WithoutAMailServerMailsGrowOldAndAreForgotten) {
  MailDesk off(*services, nullptr, {});
  EXPECT_EQ(off.report().kind, MailReport::Kind::off);
  queue_code();
  ASSERT_TRUE(off.round());
  EXPECT_EQ(newest().state, MailState::waiting);
  EXPECT_EQ(newest().problem, "no mail server is configured");
  clock.advance(Seconds(600));
  ASSERT_TRUE(off.round());
  EXPECT_EQ(newest().state, MailState::given_up);
  EXPECT_TRUE(newest().arguments.value().empty());
}

TEST_F(MailDeskTest, ATestMailGoesAtOnceAndSaysWhatCameOfIt) {
  const auto report = desk_.send_test(owner(), "me@example.com");
  ASSERT_TRUE(report);
  EXPECT_EQ(report->delivery, Delivery::taken);
  EXPECT_EQ(mailer_.seen.at(0).to, "me@example.com");
  EXPECT_TRUE(store.newest_mails(1).value().empty());
  mailer_.says = {{Delivery::later, "no connection"}};
  EXPECT_EQ(desk_.send_test(owner(), "me@example.com")->why, "no connection");
  EXPECT_EQ(desk_.send_test(owner(), "nobody").error().code, Errc::invalid_input);
  MailDesk off(*services, nullptr, {});
  EXPECT_EQ(off.send_test(owner(), "me@example.com").error().code, Errc::not_allowed);
}

TEST_F(MailDeskTest, TheListNamesStatesAndHoldsNoWords) {
  queue_code();
  const auto mails = list_mails(*services, 10);
  ASSERT_TRUE(mails);
  EXPECT_EQ(mails->at(0).to, "anna@example.com");
  const Bytes& sealed = mails->at(0).arguments.value();
  EXPECT_THAT(std::string(sealed.begin(), sealed.end()), Not(HasSubstr("123456")));
  EXPECT_EQ(list_mails(*services, 0).error().code, Errc::invalid_input);
}

TEST(MailPauses, DoubleUpToAnHour) {
  EXPECT_EQ(pause_after(1), Seconds(30));
  EXPECT_EQ(pause_after(2), Seconds(60));
  EXPECT_EQ(pause_after(7), Seconds(1'920));
  EXPECT_EQ(pause_after(8), Seconds(3'600));
  EXPECT_EQ(pause_after(4'000'000'000), Seconds(3'600));
}

}  // namespace
}  // namespace lockstep
