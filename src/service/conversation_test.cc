// SPDX-License-Identifier: Apache-2.0
// Log-ins of several requests: asked for a code, and asked again by way of another server.
#include "service/conversation.h"

#include "service/groups.h"
#include "service/policies.h"
#include "service/service_test_world.h"

namespace lockstep {
namespace {

class ConversationOf : public World {
 public:
  ConversationOf() {
    add_user("anna");
    set_password("anna", "correct horse");
    card.emplace(add_card("anna", "C1"));
  }

  static LoginRequest asking(std::string_view user, const char* password) {
    LoginRequest made = request(user, "");
    if (password != nullptr) made.password = Secret::copy_of(password);
    made.prompting = Prompting::possible;
    return made;
  }
  LoginRequest answering(std::string_view user, const LoginAnswer& challenge, std::string code) {
    LoginRequest made = request(user, std::move(code));
    made.state = challenge.state;
    made.prompting = Prompting::possible;
    return made;
  }
  /// As over RADIUS, where the client's second server may get the same.
  LoginAnswer deliver(const LoginRequest& made) {
    LoginRequest copy = request(made.user, made.code);
    copy.state = made.state;
    copy.prompting = made.prompting;
    copy.redelivery = Redelivery::possible;
    return log_in(std::move(copy));
  }

  std::optional<SimulatedToken> card;
};

TEST_F(ConversationOf, APasswordAloneIsAnsweredByAskingForTheCode) {
  const LoginAnswer asked = log_in(asking("anna", "correct horse"));
  EXPECT_EQ(asked.verdict, Verdict::challenge);
  EXPECT_EQ(asked.prompt, "code");
  EXPECT_EQ(log_in(answering("anna", asked, card->press())).verdict, Verdict::accept);
}

TEST_F(ConversationOf, NobodyLearnsFromThePromptWhetherThePasswordIsRight) {
  add_user("bare");
  for (const auto& [user, password] :
       std::vector<std::pair<const char*, const char*>>{{"anna", "wrong horse"},
                                                        {"bare", "correct horse"},
                                                        {"nobody", "correct horse"},
                                                        {"anna", nullptr}}) {
    const LoginAnswer asked = log_in(asking(user, password));
    EXPECT_EQ(asked.verdict, Verdict::challenge) << user;
    EXPECT_EQ(asked.state->size(), 43U);
    const std::string code = card->press();
    EXPECT_EQ(log_in(answering(user, asked, code)).verdict, Verdict::reject) << user;
  }
}

TEST_F(ConversationOf, AWrongPasswordIsNotMendedByARightOneLater) {
  const LoginAnswer asked = log_in(asking("anna", "wrong horse"));
  LoginRequest late = answering("anna", asked, card->press());
  late.password = Secret::copy_of("correct horse");
  EXPECT_EQ(log_in(std::move(late)).verdict, Verdict::reject);
}

TEST_F(ConversationOf, ThePasswordMayFollowWhereNothingWasGivenYet) {
  const LoginAnswer first = log_in(asking("anna", nullptr));
  LoginRequest password = asking("anna", "correct horse");
  password.state = first.state;
  const LoginAnswer second = log_in(std::move(password));
  EXPECT_EQ(second.verdict, Verdict::challenge);
  EXPECT_EQ(log_in(answering("anna", second, card->press())).verdict, Verdict::accept);
}

TEST_F(ConversationOf, APasswordThatWasChangedMeanwhileIsRightNoMore) {
  const LoginAnswer asked = log_in(asking("anna", "correct horse"));
  set_password("anna", "another horse");
  EXPECT_EQ(log_in(answering("anna", asked, card->press())).verdict, Verdict::reject);
}

TEST_F(ConversationOf, AnEmptyAnswerIsNoFurtherQuestion) {
  const LoginAnswer asked = log_in(asking("anna", "correct horse"));
  EXPECT_EQ(log_in(answering("anna", asked, "")).verdict, Verdict::reject);
  EXPECT_EQ(log_in(answering("anna", asked, card->press())).verdict, Verdict::reject);
}

TEST_F(ConversationOf, WithoutACodeWhoCannotPromptIsRefused) {
  EXPECT_EQ(log_in("anna", ""), Verdict::reject);
}

TEST_F(ConversationOf, ACodeFarAheadIsAskedForTheNextOneAndThatSignsIn) {
  for (int i = 0; i < 40; ++i) card->press();
  const LoginAnswer asked = log_in(asking("anna", "correct horse"));
  const LoginAnswer next = log_in(answering("anna", asked, card->press()));
  EXPECT_EQ(next.verdict, Verdict::challenge);
  EXPECT_EQ(next.prompt, "next_code");
  EXPECT_EQ(log_in(answering("anna", next, card->press())).verdict, Verdict::accept);
}

TEST_F(ConversationOf, TwoLogInsCompleteAPairThoughBothWereAskedForTheCode) {
  for (int i = 0; i < 40; ++i) card->press();
  const LoginAnswer first = log_in(asking("anna", "correct horse"));
  EXPECT_EQ(log_in(answering("anna", first, card->press())).prompt, "next_code");
  const LoginAnswer second = log_in(asking("anna", "correct horse"));
  EXPECT_EQ(log_in(answering("anna", second, card->press())).verdict, Verdict::accept);
}

TEST_F(ConversationOf, AsksInTheAuditUnderTheUsersNameOnlyWhereThereIsOne) {
  static_cast<void>(log_in(asking("anna", "correct horse")));
  EXPECT_EQ(last_record().event.kind, EventKind::login_next_code);
  EXPECT_EQ(last_record().event.user, user_name("anna"));
  static_cast<void>(log_in(asking("hunter2", nullptr)));
  EXPECT_FALSE(last_record().event.user);
}

// ---- Asked again by way of another server

TEST_F(ConversationOf, TheSameAnswerWithinTenSecondsIsGivenTheSameDecisionOnce) {
  const LoginAnswer asked = log_in(asking("anna", "correct horse"));
  const LoginRequest answer = answering("anna", asked, card->press());
  const LoginAnswer first = deliver(answer);
  EXPECT_EQ(first.verdict, Verdict::accept);
  const std::uint64_t records = store.own_chain().head.seq;
  clock.advance(Seconds(10));
  const LoginAnswer again = deliver(answer);
  EXPECT_EQ(again.verdict, Verdict::accept);
  EXPECT_EQ(again.serial, first.serial);
  EXPECT_EQ(store.own_chain().head.seq, records);  // It was not decided anew.
  clock.advance(Seconds(1));
  EXPECT_EQ(deliver(answer).verdict, Verdict::reject);
}

TEST_F(ConversationOf, ARefusalIsRepeatedToo) {
  const LoginAnswer asked = log_in(asking("anna", "correct horse"));
  const LoginRequest answer = answering("anna", asked, wrong_code(card->press()));
  EXPECT_EQ(deliver(answer).verdict, Verdict::reject);
  const std::uint32_t misses = user("anna").sync.misses_in_row;
  EXPECT_EQ(deliver(answer).verdict, Verdict::reject);
  EXPECT_EQ(user("anna").sync.misses_in_row, misses);
}

TEST_F(ConversationOf, APromptIsRepeatedWithTheSameState) {
  for (int i = 0; i < 40; ++i) card->press();
  const LoginAnswer asked = log_in(asking("anna", "correct horse"));
  const LoginRequest answer = answering("anna", asked, card->press());
  const LoginAnswer first = deliver(answer);
  const LoginAnswer again = deliver(answer);
  EXPECT_EQ(first.verdict, Verdict::challenge);
  EXPECT_EQ(again.state, first.state);
  EXPECT_EQ(deliver(answering("anna", again, card->press())).verdict, Verdict::accept);
}

TEST_F(ConversationOf, AnotherCodeOrAnotherCallerIsNotTheSame) {
  const LoginAnswer asked = log_in(asking("anna", "correct horse"));
  const LoginRequest answer = answering("anna", asked, card->press());
  EXPECT_EQ(deliver(answer).verdict, Verdict::accept);
  EXPECT_EQ(deliver(answering("anna", asked, card->press())).verdict, Verdict::reject);
  LoginRequest elsewhere = answering("anna", asked, answer.code);
  elsewhere.redelivery = Redelivery::possible;
  EXPECT_EQ(authenticate(*services, client("other"), std::move(elsewhere)).value().verdict,
            Verdict::reject);
}

TEST_F(ConversationOf, WhoDoesNotAskForItGetsNoSecondAccept) {
  const LoginAnswer asked = log_in(asking("anna", "correct horse"));
  const std::string code = card->press();
  EXPECT_EQ(log_in(answering("anna", asked, code)).verdict, Verdict::accept);
  EXPECT_EQ(log_in(answering("anna", asked, code)).verdict, Verdict::reject);
  const LoginAnswer other = log_in(asking("anna", "correct horse"));
  const LoginRequest answer = answering("anna", other, card->press());
  EXPECT_EQ(deliver(answer).verdict, Verdict::accept);
  EXPECT_EQ(log_in(answering("anna", other, answer.code)).verdict, Verdict::reject);
}

TEST_F(ConversationOf, WhatIsKeptHoldsNeitherCodeNorState) {
  const LoginAnswer asked = log_in(asking("anna", "correct horse"));
  const std::string code = card->press();
  EXPECT_EQ(deliver(answering("anna", asked, code)).verdict, Verdict::accept);
  const auto kept = store.ticket(ticket_hash(*asked.state)).value();
  ASSERT_TRUE(kept);
  EXPECT_EQ(kept->data.find(code), std::string::npos);
  EXPECT_EQ(kept->data.find(*asked.state), std::string::npos);
}

TEST_F(ConversationOf, TheUsersGroupsComeWithAnAccept) {
  ASSERT_TRUE(create_group(*services, owner(), group_name("staff")));
  ASSERT_TRUE(add_member(*services, owner(), group_name("staff"), user_name("anna")));
  const LoginAnswer asked = log_in(asking("anna", "correct horse"));
  const LoginRequest answer = answering("anna", asked, card->press());
  EXPECT_EQ(deliver(answer).groups, std::vector{group_name("staff")});
  EXPECT_EQ(deliver(answer).groups, std::vector{group_name("staff")});
}

TEST_F(ConversationOf, APinThatIsAskedForAfterTheCodeIsAskedForAgainWithTheSameState) {
  ASSERT_TRUE(
      put_policy(*services, owner(), R"({"preset":"default","set":{"pin.first_use":"change"}})"));
  set_pin("anna", "2580");
  const LoginAnswer asked = log_in(asking("anna", "2580"));
  const LoginRequest answer = answering("anna", asked, card->press());
  const LoginAnswer first = deliver(answer);
  ASSERT_EQ(first.prompt, "new_pin");
  const LoginAnswer again = deliver(answer);
  EXPECT_EQ(again.prompt, "new_pin");
  EXPECT_EQ(again.state, first.state);
  ASSERT_TRUE(again.pin);
  EXPECT_EQ(again.pin->length_min, first.pin->length_min);
  EXPECT_EQ(deliver(answering("anna", again, "7413 7413")).verdict, Verdict::accept);
}

}  // namespace
}  // namespace lockstep
