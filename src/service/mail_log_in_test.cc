// SPDX-License-Identifier: Apache-2.0
#include "service/mail_log_in.h"

#include <set>

#include "core/model/mail_code.h"
#include "service/groups.h"
#include "service/mail_code_rows.h"
#include "service/policies.h"
#include "service/portal_test_world.h"
#include "service/tickets.h"

namespace lockstep {
namespace {

/// Anna has a mailbox, a fob and the PIN 2580, and may log in with a code by mail.
class MailLogIn : public PortalWorld {
 protected:
  MailLogIn() {
    policy(R"("login.mail_code":true)");
    set_pin("anna", "2580");
  }

  void policy(const std::string& set) {
    ASSERT_TRUE(put_policy(*services, owner(), R"({"preset":"default","set":{)" + set + "}}"));
  }
  static LoginRequest wish_of(const std::string& name, const std::string& pin) {
    LoginRequest made = request(name, pin);
    made.prompting = Prompting::possible;
    made.mail = MailWish::a_code;
    return made;
  }
  LoginAnswer wish(const std::string& name = "anna", const std::string& pin = "2580") {
    return log_in(wish_of(name, pin));
  }
  static LoginRequest giving(const LoginAnswer& asked, const std::string& code,
                             const std::string& name = "anna") {
    LoginRequest made = request(name, code);
    made.prompting = Prompting::possible;
    made.state = asked.state;
    return made;
  }
  Verdict give(const LoginAnswer& asked, const std::string& code,
               const std::string& name = "anna") {
    return log_in(giving(asked, code, name)).verdict;
  }
  std::size_t sent() { return mails(MailEvent::email_code).size(); }
  /// "login.refused wrong_factor".
  std::string story() {
    const AuditEvent event = last_record().event;
    return std::string(name_of(event.kind)) + ' ' + std::string(name_of(event.reason));
  }
  std::uint32_t wrong_in_day() {
    const auto row = store.mail_code(user("anna").id, MailCodePurpose::log_in).value();
    return row ? row->wrong_in_day : 0;
  }
};

TEST_F(MailLogIn, ACodeByMailLetsInOnce) {
  const LoginAnswer asked = wish();
  EXPECT_EQ(asked.verdict, Verdict::challenge);
  EXPECT_EQ(asked.prompt, "mail_code");
  ASSERT_EQ(sent(), 1U);
  EXPECT_EQ(mails().at(0).to, "anna@example.org");
  const std::string code = mailed_code();
  ASSERT_EQ(code.size(), 8U);
  EXPECT_EQ(said(mails().at(0)).at("for"), "log_in") << "its words are others";
  EXPECT_EQ(give(asked, " " + code.substr(0, 4) + "-" + code.substr(4)), Verdict::accept)
      << "blanks and hyphens do not count";
  EXPECT_EQ(story(), "login.accepted none");
  EXPECT_EQ(last_record().event.details.front(),
            std::pair(std::string("by"), std::string("mail_code")));
  EXPECT_EQ(give(asked, code), Verdict::reject);
  clock.advance(Seconds(31));
  EXPECT_EQ(give(wish(), code), Verdict::reject) << "another log-in needs another code";
}

TEST_F(MailLogIn, TheFirstFactorMayHaveComeBefore) {
  LoginRequest first = request("anna", "");
  first.password = Secret::copy_of("2580");
  first.prompting = Prompting::possible;
  const LoginAnswer asked = log_in(std::move(first));
  ASSERT_EQ(asked.prompt, "code");
  LoginRequest second = wish_of("anna", "");
  second.state = asked.state;
  const LoginAnswer mailed = log_in(std::move(second));
  ASSERT_EQ(mailed.prompt, "mail_code");
  EXPECT_EQ(give(asked, fob_.shows(clock.now().wall)), Verdict::reject) << "the wish ended it";
  EXPECT_EQ(give(mailed, mailed_code()), Verdict::accept);
}

TEST_F(MailLogIn, WhoeverWishesIsAnsweredTheSame) {
  add_user("nomail");
  set_pin("nomail", "2580");
  add_person("off");
  set_pin("off", "2580");
  UserPatch disabled;
  disabled.status = UserStatus::disabled;
  ASSERT_TRUE(upsert_user(*services, owner(), user_name("off"), disabled, {}));
  const std::pair<const char*, const char*> cases[] = {
      {"stranger", "mail_code.asked unknown_user"},
      {"nomail", "mail_code.asked none"},
      {"off", "mail_code.asked user_disabled"},
  };
  for (const auto& [name, told] : cases) {
    const LoginAnswer answer = wish(name);
    EXPECT_EQ(answer.verdict, Verdict::challenge) << name;
    EXPECT_EQ(answer.prompt, "mail_code") << name;
    EXPECT_EQ(answer.state.value().size(), 43U) << name;
    EXPECT_EQ(story(), told);
    EXPECT_EQ(give(answer, "12345678", name), Verdict::reject) << name;
  }
  EXPECT_EQ(wish("anna", "9999").prompt, "mail_code");
  EXPECT_EQ(story(), "mail_code.asked wrong_factor");
  EXPECT_EQ(wish("anna", "").prompt, "mail_code");
  EXPECT_EQ(story(), "mail_code.asked wrong_factor") << "it is missing";
  EXPECT_EQ(sent(), 0U);
}

TEST_F(MailLogIn, UnderAWrongFirstFactorNoCodeIsRightAndNoneIsTried) {
  const LoginAnswer right = wish();
  const std::string code = mailed_code();
  const LoginAnswer wrong = wish("anna", "9999");
  const std::uint32_t charged = wrong_in_day();
  EXPECT_EQ(give(wrong, code), Verdict::reject);
  EXPECT_EQ(story(), "login.refused wrong_factor");
  EXPECT_EQ(give(wish("anna", ""), wrong_code(code)), Verdict::reject);
  EXPECT_EQ(wrong_in_day(), charged);
  EXPECT_EQ(give(right, code), Verdict::accept);
}

TEST_F(MailLogIn, WhoReadsTheMailboxMayTryFivePinsInADay) {
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(wish("anna", "9999").prompt, "mail_code");
    EXPECT_EQ(wish("anna", "").prompt, "mail_code") << "which is no guess";
  }
  EXPECT_EQ(wrong_in_day(), 15U);
  EXPECT_EQ(wish().prompt, "mail_code");
  EXPECT_EQ(sent(), 0U) << "nothing tells that this PIN is right";
  clock.advance(Seconds(24 * 3'600));
  const LoginAnswer next_day = wish();
  ASSERT_EQ(sent(), 1U);
  EXPECT_EQ(give(next_day, mailed_code()), Verdict::accept);
}

TEST_F(MailLogIn, AWrongPinInTheStepBeforeCostsAsMuch) {
  LoginRequest first = request("anna", "");
  first.password = Secret::copy_of("9999");
  first.prompting = Prompting::possible;
  LoginRequest second = wish_of("anna", "");
  second.state = log_in(std::move(first)).state;
  EXPECT_EQ(log_in(std::move(second)).prompt, "mail_code");
  EXPECT_EQ(wrong_in_day(), 3U);
}

TEST_F(MailLogIn, WhetherAMailWasWrittenDoesNotShowInTheTime) {
  EXPECT_EQ(wish().hold, kMailAnswerAfter);
  EXPECT_EQ(sent(), 1U);
  EXPECT_EQ(wish().hold, kMailAnswerAfter) << "none is sent so soon";
  EXPECT_EQ(wish("stranger").hold, kMailAnswerAfter);
  EXPECT_EQ(sent(), 1U);
}

TEST_F(MailLogIn, ThePolicyDecides) {
  policy("");
  EXPECT_EQ(wish().prompt, "mail_code");
  EXPECT_EQ(story(), "mail_code.asked not_allowed");
  EXPECT_EQ(sent(), 0U);
  policy(R"("login.mail_code":true)");
  const LoginAnswer asked = wish();
  policy("");
  EXPECT_EQ(give(asked, mailed_code()), Verdict::reject) << "it may not any more";
  EXPECT_EQ(story(), "login.refused not_allowed");
}

TEST_F(MailLogIn, TheClientsGroupConditionHolds) {
  LoginRequest asked = wish_of("anna", "2580");
  asked.group = group_name("vpn");
  EXPECT_EQ(log_in(std::move(asked)).prompt, "mail_code");
  EXPECT_EQ(story(), "mail_code.asked no_group");
  EXPECT_EQ(sent(), 0U);
}

TEST_F(MailLogIn, FifteenWrongCodesInADayAreAllThereAre) {
  for (int i = 0; i < 15; ++i) {
    EXPECT_EQ(give(wish(), "0000 0000"), Verdict::reject);
    EXPECT_EQ(story(), "login.refused no_match");
  }
  EXPECT_EQ(sent(), 1U) << "one each 30 seconds";
  EXPECT_EQ(wrong_in_day(), 15U);
  const std::string code = mailed_code();
  EXPECT_EQ(give(wish(), code), Verdict::reject);
  clock.advance(Seconds(24 * 3'600));
  const LoginAnswer next_day = wish();
  EXPECT_EQ(give(next_day, mailed_code()), Verdict::accept);
}

TEST_F(MailLogIn, WhatIsNoSuchCodeIsNoGuess) {
  EXPECT_EQ(give(wish(), fob_.shows(clock.now().wall)), Verdict::reject);
  EXPECT_EQ(give(wish(), "mail"), Verdict::reject);
  EXPECT_EQ(give(wish(), ""), Verdict::reject);
  EXPECT_EQ(wrong_in_day(), 0U);
}

TEST_F(MailLogIn, ThePortalsBudgetIsAnother) {
  for (int i = 0; i < 15; ++i) give(wish(), "00000000");
  clock.advance(Seconds(1));
  const MailCodeSent portal = ask();
  EXPECT_TRUE(std::holds_alternative<MailCodeAccepted>(
      MailLogIn::PortalWorld::give(portal.state, mailed_code())));
}

TEST_F(MailLogIn, FiveMailsInAnHour) {
  for (int i = 0; i < 8; ++i) {
    EXPECT_EQ(wish().prompt, "mail_code");
    clock.advance(Seconds(40));
  }
  EXPECT_EQ(sent(), 5U);
}

TEST_F(MailLogIn, OfTwoLogInsBegunAtOnceEitherTakesTheOneMail) {
  const LoginAnswer first = wish();
  const LoginAnswer second = wish();
  ASSERT_EQ(sent(), 1U);
  EXPECT_EQ(give(second, mailed_code()), Verdict::accept);
  EXPECT_EQ(give(first, mailed_code()), Verdict::reject) << "it is used up";
}

TEST_F(MailLogIn, ACodeLastsTenMinutes) {
  const LoginAnswer asked = wish();
  const std::string code = mailed_code();
  clock.advance(Seconds(599));
  const LoginAnswer later = wish();
  EXPECT_EQ(sent(), 2U);
  EXPECT_EQ(give(asked, code), Verdict::reject) << "a newer one was sent";
  clock.advance(Seconds(601));
  EXPECT_EQ(give(later, mailed_code()), Verdict::reject);
  EXPECT_EQ(story(), "login.refused conversation_expired");
}

TEST_F(MailLogIn, AnAccountThatMissesHaveDisabledIsNotOpenedByMail) {
  policy(R"("login.mail_code":true,"misses_to_two_codes":3,"misses_to_disabled":3)");
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(log_in("anna", "2580" + wrong_code(fob_.shows(clock.now().wall))), Verdict::reject);
  }
  EXPECT_EQ(wish().prompt, "mail_code");
  EXPECT_EQ(story(), "mail_code.asked locked");
  EXPECT_EQ(sent(), 0U);
}

TEST_F(MailLogIn, ANewPinIsAskedForHereToo) {
  policy(R"("login.mail_code":true,"pin.first_use":"change")");
  set_pin("anna", "3691");
  const LoginAnswer mailed = wish("anna", "3691");
  const LoginAnswer asked = log_in(giving(mailed, mailed_code()));
  ASSERT_EQ(asked.prompt, "new_pin");
  EXPECT_EQ(give(asked, "7413 7413"), Verdict::accept);
}

TEST_F(MailLogIn, APinThatIsChangedMeanwhileEndsIt) {
  const LoginAnswer asked = wish();
  set_pin("anna", "3691");
  EXPECT_EQ(give(asked, mailed_code()), Verdict::reject);
  EXPECT_EQ(story(), "login.refused conversation_expired");
}

TEST_F(MailLogIn, BelongsToItsUserAndItsCaller) {
  add_person("bert");
  const LoginAnswer asked = wish();
  EXPECT_EQ(give(asked, mailed_code(), "bert"), Verdict::reject);
  const LoginAnswer again = wish();
  const auto elsewhere = authenticate(*services, client("other"), giving(again, mailed_code()));
  EXPECT_EQ(elsewhere->verdict, Verdict::reject);
}

TEST_F(MailLogIn, TheSameAnswerByAnotherWayIsTheSameDecision) {
  const LoginAnswer asked = wish();
  for (int i = 0; i < 2; ++i) {
    LoginRequest made = giving(asked, mailed_code());
    made.redelivery = Redelivery::possible;
    EXPECT_EQ(log_in(std::move(made)).verdict, Verdict::accept);
  }
  EXPECT_EQ(count(EventKind::login_accepted), 1);
}

TEST_F(MailLogIn, WhoCannotBeAskedIsSentNothing) {
  LoginRequest made = wish_of("anna", "2580");
  made.prompting = Prompting::impossible;
  EXPECT_EQ(log_in(std::move(made)).verdict, Verdict::reject);
  EXPECT_EQ(sent(), 0U);
}

TEST_F(MailLogIn, TheStoreHoldsNoCode) {
  const LoginAnswer asked = wish();
  const std::string code = mailed_code();
  EXPECT_EQ(store.ticket(ticket_hash(asked.state.value()))->value().data.find(code),
            std::string::npos);
  const Mail mail = mails().at(0);
  const std::string sealed(mail.arguments.value().begin(), mail.arguments.value().end());
  EXPECT_EQ(sealed.find(code), std::string::npos);
}

}  // namespace
}  // namespace lockstep
