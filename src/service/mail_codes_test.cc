// SPDX-License-Identifier: Apache-2.0
#include "service/mail_codes.h"

#include <atomic>
#include <thread>
#include <utility>

#include "crypto/digest.h"
#include "service/portal_test_world.h"
#include "service/tickets.h"

namespace lockstep {
namespace {

class MailCodes : public PortalWorld {
 protected:
  static std::optional<std::uint32_t> left(const MailCodeAnswer& answer) {
    const auto* rejected = std::get_if<MailCodeRejected>(&answer);
    return rejected == nullptr ? std::nullopt : std::optional(rejected->attempts_left);
  }
  static bool is_accepted(const MailCodeAnswer& answer) {
    return std::holds_alternative<MailCodeAccepted>(answer);
  }
  static bool is_expired(const MailCodeAnswer& answer) {
    return std::holds_alternative<MailCodeExpired>(answer);
  }
};

TEST_F(MailCodes, OpensAFreshSessionOnce) {
  const MailCodeSent sent = ask();
  EXPECT_EQ(sent.expires_at, clock.now().wall + Seconds(600));
  EXPECT_EQ(sent.resend_at, clock.now().wall + Seconds(30));
  const Mail mail = mails().at(0);
  EXPECT_EQ(mail.to, "anna@example.org");
  EXPECT_EQ(mail.expires_at, sent.expires_at) << "nobody wants it later";
  const std::string code = mailed_code();
  EXPECT_EQ(code.size(), 6U);

  const MailCodeAnswer answer = give(sent.state, " " + code.substr(0, 3) + "-" + code.substr(3));
  ASSERT_TRUE(is_accepted(answer)) << "blanks and hyphens do not count";
  const BegunSession& begun = std::get<MailCodeAccepted>(answer).begun;
  EXPECT_EQ(begun.session.by, PortalSignIn::email_code);
  EXPECT_EQ(fresh_until(*services, begun.session.session), clock.now().wall + Seconds(600));
  EXPECT_TRUE(is_open(begun.secret));
  EXPECT_TRUE(is_expired(give(sent.state, code)));
  EXPECT_EQ(count(EventKind::mail_code_accepted), 1);
}

TEST_F(MailCodes, TheStoreHoldsNoCode) {
  const MailCodeSent sent = ask();
  const std::string code = mailed_code();
  const Mail mail = mails().at(0);
  const std::string sealed(mail.arguments.value().begin(), mail.arguments.value().end());
  EXPECT_EQ(sealed.find(code), std::string::npos);
  const Ticket ticket = store.ticket(ticket_hash(sent.state)).value().value();
  EXPECT_EQ(ticket.data.find(code), std::string::npos);
}

TEST_F(MailCodes, FiveWrongOnesSpendTheState) {
  const MailCodeSent sent = ask();
  const std::string code = mailed_code();
  for (std::uint32_t n = 5; n > 0; --n) {
    EXPECT_EQ(left(give(sent.state, wrong_code(code))), n - 1);
  }
  EXPECT_TRUE(is_expired(give(sent.state, code)));
  EXPECT_EQ(count(EventKind::mail_code_refused), 5);
}

TEST_F(MailCodes, EndsAfterTenMinutes) {
  const MailCodeSent sent = ask();
  const std::string code = mailed_code();
  clock.advance(Seconds(600) - Micros(1));
  EXPECT_EQ(left(give(sent.state, wrong_code(code))), 4U);
  clock.advance(Micros(2));
  EXPECT_TRUE(is_expired(give(sent.state, code)));
}

TEST_F(MailCodes, AskingAgainEndsTheOneBefore) {
  const MailCodeSent first = ask();
  const std::string old = mailed_code();
  clock.advance(Seconds(30));
  const MailCodeSent second = ask();
  EXPECT_EQ(left(give(first.state, old)), 4U) << "wrong, as any other would be";
  EXPECT_TRUE(is_accepted(give(second.state, mailed_code())));
}

TEST_F(MailCodes, ACodeIsGoodWithItsOwnStateOnly) {
  const MailCodeSent own = ask();
  const std::string code = mailed_code();
  add_person("berta");
  const MailCodeSent other = ask("berta");
  EXPECT_EQ(left(give(other.state, code)), 4U);
  EXPECT_TRUE(is_expired(give("AAAA", code)));
  EXPECT_TRUE(is_expired(give(std::string(1'000, 'A'), code)));
  EXPECT_TRUE(is_accepted(give(own.state, code)));
}

TEST_F(MailCodes, WhoDoesNotExistGetsTheSameAnswersAndNoMail) {
  UserPatch no_address;
  no_address.email = "";
  ASSERT_TRUE(upsert_user(*services, owner(), user_name("mute"), no_address, {}));
  UserPatch disabled;
  disabled.email = "off@example.org";
  disabled.status = UserStatus::disabled;
  ASSERT_TRUE(upsert_user(*services, owner(), user_name("off"), disabled, {}));
  const MailCodeSent real = ask();
  for (const char* name : {"nobody", "mute", "off", "ghost"}) {
    const MailCodeSent sent = ask(name);
    EXPECT_EQ(sent.state.size(), real.state.size());
    EXPECT_EQ(sent.expires_at, real.expires_at);
    EXPECT_EQ(sent.resend_at, real.resend_at);
    for (std::uint32_t n = 5; n > 0; --n) EXPECT_EQ(left(give(sent.state, "000000")), n - 1);
    EXPECT_TRUE(is_expired(give(sent.state, "000000")));
  }
  MailCodeOrder no_name;
  EXPECT_TRUE(send_mail_code(*services, visitor(), no_name));
  EXPECT_EQ(mails().size(), 1U) << "anna's alone";
}

TEST_F(MailCodes, AMailGoesOutEveryThirtySecondsAtMost) {
  const MailCodeSent first = ask();
  const std::string code = mailed_code();
  clock.advance(Seconds(30) - Micros(1));
  const MailCodeSent none = ask();
  EXPECT_EQ(mails().size(), 1U);
  EXPECT_EQ(left(give(none.state, code)), 4U);
  EXPECT_TRUE(is_accepted(give(first.state, code))) << "nobody can end it that way";
}

TEST_F(MailCodes, FiveMailsGoOutInAnHour) {
  for (int i = 0; i < 7; ++i) {
    ask();
    clock.advance(Seconds(60));
  }
  EXPECT_EQ(mails().size(), 5U);
  clock.advance(Seconds(3'600));
  ask();
  EXPECT_EQ(mails().size(), 6U);
}

TEST_F(MailCodes, AfterFifteenWrongOnesInADayNoneIsRight) {
  for (int i = 0; i < 3; ++i) {
    const MailCodeSent sent = ask();
    for (int n = 0; n < 5; ++n) give(sent.state, wrong_code(mailed_code()));
    clock.advance(Seconds(60));
  }
  const std::size_t before = mails().size();
  const MailCodeSent late = ask();
  EXPECT_EQ(mails().size(), before) << "and no mail either";
  EXPECT_EQ(left(give(late.state, "000000")), 4U) << "with the same answers as ever";
  clock.advance(Seconds(24 * 3'600));
  EXPECT_FALSE(by_mail().empty());
}

TEST_F(MailCodes, TheFourteenthWrongOneLeavesARightOneRight) {
  for (int i = 0; i < 3; ++i) {
    const MailCodeSent sent = ask();
    const std::string code = mailed_code();
    for (int n = 0; n < (i == 2 ? 4 : 5); ++n) give(sent.state, wrong_code(code));
    EXPECT_EQ(i == 2, is_accepted(give(sent.state, code)));
    clock.advance(Seconds(60));
  }
}

TEST_F(MailCodes, StepUpMakesTheSessionFreshUnderAnotherSecretAndKeepsItsEnd) {
  const std::string old = by_passcode();
  const Context context = as(old);
  const UserSession before = own_user_session(*services, context).value();
  MailCodeOrder order{.purpose = MailCodePurpose::step_up,
                      .user = user_name("anna"),
                      .language = "en",
                      .task = {},
                      .link = {}};
  const MailCodeSent sent = send_mail_code(*services, context, order).value();
  const GivenMailCode given{sent.state, mailed_code(), "192.0.2.7"};
  EXPECT_TRUE(is_expired(sign_in_with_mail_code(*services, visitor(), given).value()))
      << "it is no sign-in";
  const MailCodeAnswer answer = step_up(*services, context, given).value();
  ASSERT_TRUE(is_accepted(answer));
  const BegunSession& begun = std::get<MailCodeAccepted>(answer).begun;
  EXPECT_NE(begun.secret, old);
  EXPECT_FALSE(is_open(old));
  EXPECT_TRUE(is_open(begun.secret));
  EXPECT_EQ(ends_at(*services, begun.session.session), ends_at(*services, before.session));
  EXPECT_TRUE(as(begun.secret).caller.fresh_until);
  EXPECT_EQ(count(EventKind::portal_signed_in), 1) << "no second sign-in";
  EXPECT_EQ(step_up(*services, owner(), given).error().code, Errc::unauthenticated);
}

TEST_F(MailCodes, AnothersStepUpIsOfNoUse) {
  add_person("berta");
  MailCodeOrder order{.purpose = MailCodePurpose::step_up,
                      .user = user_name("berta"),
                      .language = "en",
                      .task = {},
                      .link = {}};
  const MailCodeSent sent = send_mail_code(*services, visitor(), order).value();
  const Context anna = as(by_passcode());
  EXPECT_TRUE(is_expired(step_up(*services, anna, {sent.state, mailed_code(), ""}).value()));
}

TEST_F(MailCodes, SigningInByPurposeHasABudgetOfItsOwn) {
  const Context context = as(by_passcode());
  MailCodeOrder order{.purpose = MailCodePurpose::step_up,
                      .user = user_name("anna"),
                      .language = "en",
                      .task = {},
                      .link = {}};
  const MailCodeSent own = send_mail_code(*services, context, order).value();
  const std::string code = mailed_code();
  for (int i = 0; i < 6; ++i) ask();  // somebody else, at the sign-in page
  EXPECT_TRUE(is_accepted(step_up(*services, context, {own.state, code, ""}).value()));
}

TEST_F(MailCodes, OfManyAtOnceOneIsAccepted) {
  const MailCodeSent sent = ask();
  const std::string code = mailed_code();
  std::atomic<int> accepted{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      if (is_accepted(give(sent.state, code))) ++accepted;
    });
  }
  for (std::thread& one : threads) one.join();
  EXPECT_EQ(accepted.load(), 1);
}

TEST_F(MailCodes, GuessesAtOnceAreAllCounted) {
  const MailCodeSent sent = ask();
  const std::string wrong = wrong_code(mailed_code());
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] { static_cast<void>(give(sent.state, wrong)); });
  }
  for (std::thread& one : threads) one.join();
  EXPECT_EQ(count(EventKind::mail_code_refused), 5);
}

TEST_F(MailCodes, AWrongOneWithAStateThatCouldNeverBeRightTouchesNothingOfTheUser) {
  const MailCodeSent sent = ask();
  const std::string wrong = wrong_code(mailed_code());
  const MailCodeSent other = ask();  // too soon: no mail, and the state of the first stays
  const auto row = [&] {
    return store.mail_code(user("anna").id, MailCodePurpose::sign_in).value().value();
  };
  const MailCode before = row();
  EXPECT_EQ(left(give(other.state, wrong)), 4U) << "the same answer";
  EXPECT_EQ(row(), before) << "many at once contend for nothing, as for a name that nobody has";
  EXPECT_EQ(left(give(sent.state, wrong)), 4U);
  EXPECT_EQ(row().wrong_in_day, 1U);
}

TEST_F(MailCodes, WhoIsOvertakenAllTheTimeIsToldWhatAllAreTold) {
  const MailCodeSent sent = ask();
  const std::string wrong = wrong_code(mailed_code());
  bool nested = false;
  store.before_commit = [&] {
    if (std::exchange(nested, true)) return;
    MailCode row = store.mail_code(user("anna").id, MailCodePurpose::sign_in).value().value();
    ASSERT_TRUE(store.commit(ChangeSet{{PutMailCode{row}}, {}}));
    nested = false;
  };
  EXPECT_TRUE(is_expired(give(sent.state, wrong)));
}

TEST_F(MailCodes, AStepUpBesideSigningOutEverywhereLeavesNoSession) {
  const Context context = as(by_passcode());
  const MailCodeOrder order{.purpose = MailCodePurpose::step_up,
                            .user = user_name("anna"),
                            .language = "en",
                            .task = {},
                            .link = {}};
  const MailCodeSent sent = send_mail_code(*services, context, order).value();
  bool done = false;
  store.before_commit = [&] {
    if (std::exchange(done, true)) return;
    EXPECT_TRUE(end_own_sessions(*services, context));
  };
  EXPECT_EQ(step_up(*services, context, {sent.state, mailed_code(), ""}).error().code,
            Errc::unauthenticated);
  EXPECT_TRUE(store.sessions_of(SessionKind::portal, user("anna").id.value()).value().empty());
}

TEST_F(MailCodes, WhereSettingsHaveNoneNoneIsSent) {
  services->portal.email_code = false;
  EXPECT_EQ(send_mail_code(*services, visitor(), {}).error().code, Errc::not_allowed);
}

TEST(MaskedAddress, ShowsWhichMailboxToLookInto) {
  EXPECT_EQ(masked_address("erik@example.org"), "e•••@example.org");
  EXPECT_EQ(masked_address("åsa@example.org"), "å•••@example.org");
  EXPECT_EQ(masked_address("a@b@c.org"), "a•••@c.org");
  EXPECT_EQ(masked_address(""), "");
  EXPECT_EQ(masked_address("@example.org"), "");
  EXPECT_EQ(masked_address("nowhere"), "");
}

}  // namespace
}  // namespace lockstep
