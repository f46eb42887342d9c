// SPDX-License-Identifier: Apache-2.0
#include "service/authenticate.h"

#include <algorithm>
#include <atomic>
#include <thread>
#include <vector>

#include "service/groups.h"
#include "service/outgoing_mail.h"
#include "service/service_test_world.h"

namespace lockstep {
namespace {

using Authenticate = World;

LoginRequest with_password(LoginRequest request, std::string_view password) {
  request.password = Secret::copy_of(password);
  return request;
}

LoginRequest prompting(LoginRequest request) {
  request.prompting = Prompting::possible;
  return request;
}

/// All of an answer that a client can see.
std::string visible(const LoginAnswer& answer) {
  return std::to_string(static_cast<int>(answer.verdict)) + "|" +
         (answer.serial ? answer.serial->text() : "") + "|" + answer.state.value_or("") + "|" +
         answer.prompt;
}

TEST_F(Authenticate, ACodeInStepIsAcceptedOnceAndNamesTheToken) {
  add_user("anna");
  SimulatedToken card = add_card("anna", "C1");
  const std::string code = card.press();
  const LoginAnswer answer = log_in(request("anna", code));
  EXPECT_EQ(answer.verdict, Verdict::accept);
  EXPECT_EQ(answer.serial, serial("C1"));
  EXPECT_EQ(log_in("anna", code), Verdict::reject);
  EXPECT_EQ(log_in("anna", card.press()), Verdict::accept);
}

TEST_F(Authenticate, NamesThatAPersonWouldCallTheSameAreTheSameUser) {
  add_user("anna");
  SimulatedToken card = add_card("anna", "C1");
  const std::string code = card.press();
  EXPECT_EQ(log_in("  ANNA ", code), Verdict::accept);
  EXPECT_EQ(log_in("\xEF\xBC\xA1nna", code),
            Verdict::reject);  // full-width A: one budget, one token
}

TEST_F(Authenticate, TwoLogInsInARowBringACardBackThatIsFiftyCodesAhead) {
  add_user("anna");
  SimulatedToken card = add_card("anna", "C1");
  card.press_unseen(50);
  EXPECT_EQ(log_in("anna", card.press()), Verdict::reject);
  clock.advance(Seconds(30));
  EXPECT_EQ(log_in("anna", card.press()), Verdict::accept);
  EXPECT_EQ(last_record().event.kind, EventKind::login_accepted_resynced);
  EXPECT_EQ(log_in("anna", card.press()), Verdict::accept);
}

TEST_F(Authenticate, WhoseTokenWasBroughtIntoStepIsTold) {
  UserPatch patch;
  patch.email = "anna@example.com";
  ASSERT_TRUE(upsert_user(*services, owner(), user_name("anna"), patch, {}));
  SimulatedToken card = add_card("anna", "C1004411");
  EXPECT_EQ(log_in("anna", card.press()), Verdict::accept);
  card.press_unseen(50);
  EXPECT_EQ(log_in("anna", card.press()), Verdict::reject);
  EXPECT_TRUE(store.newest_mails(1).value().empty()) << "nothing has happened yet";
  EXPECT_EQ(log_in("anna", card.press()), Verdict::accept);
  const std::vector<Mail> mails = store.newest_mails(2).value();
  ASSERT_EQ(mails.size(), 1U);
  EXPECT_EQ(mails[0].to, "anna@example.com");
  const auto arguments = open_arguments(*services, mails[0]).value();
  EXPECT_EQ(arguments.at("by"), "sign_in");
  EXPECT_EQ(arguments.at("device"), "…4411");
}

TEST_F(Authenticate, TheSecondLogInMustComeWithinThePairsTime) {
  add_user("anna");
  SimulatedToken card = add_card("anna", "C1");
  card.press_unseen(50);
  EXPECT_EQ(log_in("anna", card.press()), Verdict::reject);
  clock.advance(Seconds(181));
  EXPECT_EQ(log_in("anna", card.press()), Verdict::reject);
}

TEST_F(Authenticate, TwoLogInsFromDifferentClientsAreNoPair) {
  add_user("anna");
  SimulatedToken card = add_card("anna", "C1");
  card.press_unseen(50);
  EXPECT_EQ(authenticate(*services, client("vpn"), request("anna", card.press()))->verdict,
            Verdict::reject);
  EXPECT_EQ(authenticate(*services, client("web"), request("anna", card.press()))->verdict,
            Verdict::reject);
}

TEST_F(Authenticate, TwoCodesInOneFieldBringACardBackAtOnce) {
  add_user("anna");
  SimulatedToken card = add_card("anna", "C1");
  card.press_unseen(50);
  const std::string first = card.press();
  EXPECT_EQ(log_in("anna", first + " " + card.press()), Verdict::accept);
}

TEST_F(Authenticate, UnknownUserWrongPasswordWrongCodeAndNearCodeGetTheSameBytes) {
  add_user("anna");
  set_password("anna", "correct horse");
  SimulatedToken card = add_card("anna", "C1");
  card.press_unseen(50);
  const std::string near = card.press();
  const std::string expected = visible(LoginAnswer{});
  const auto answered = [&](LoginRequest made) { return visible(log_in(std::move(made))); };
  EXPECT_EQ(answered(with_password(request("nobody", near), "correct horse")), expected);
  EXPECT_EQ(answered(with_password(request("anna", near), "wrong horse")), expected);
  EXPECT_EQ(answered(prompting(with_password(request("anna", near), "wrong horse"))), expected);
  EXPECT_EQ(answered(with_password(request("anna", wrong_code(near)), "correct horse")), expected);
  EXPECT_EQ(answered(with_password(request("anna", near), "correct horse")), expected);
}

TEST_F(Authenticate, ARefusalOfNobodyIsWrittenDownWithoutTheNameThatWasTyped) {
  EXPECT_EQ(log_in("my secret password", "123456"), Verdict::reject);
  EXPECT_EQ(last_record().event.kind, EventKind::login_refused);
  EXPECT_EQ(last_record().event.reason, Reason::unknown_user);
  EXPECT_FALSE(last_record().event.user.has_value());
}

TEST_F(Authenticate, AUserWithoutTokensIsRefused) {
  add_user("anna");
  EXPECT_EQ(log_in("anna", "123456"), Verdict::reject);
  EXPECT_EQ(last_record().event.reason, Reason::not_assigned);
}

TEST_F(Authenticate, AUserWithAPasswordMustGiveItAndGiveItRight) {
  add_user("anna");
  set_password("anna", "correct horse");
  SimulatedToken card = add_card("anna", "C1");
  EXPECT_EQ(log_in("anna", card.press()), Verdict::reject);
  EXPECT_EQ(log_in(with_password(request("anna", card.press()), "wrong horse")).verdict,
            Verdict::reject);
  EXPECT_EQ(log_in(with_password(request("anna", card.press()), "")).verdict, Verdict::reject);
  EXPECT_EQ(log_in(with_password(request("anna", card.press()), "correct horse")).verdict,
            Verdict::accept);
}

TEST_F(Authenticate, APinCountsInFrontOfTheCodeAndInThePasswordField) {
  add_user("anna");
  set_pin("anna", "Kat7!");
  SimulatedToken card = add_card("anna", "C1");
  EXPECT_EQ(log_in("anna", "Kat7!" + card.press()), Verdict::accept);
  EXPECT_EQ(log_in("anna", "kat7!" + card.press()), Verdict::reject);
  EXPECT_EQ(log_in(with_password(request("anna", card.press()), "Kat7!")).verdict, Verdict::accept);
}

TEST_F(Authenticate, WhatCannotBeComparedWithAnythingIsWrong) {
  add_user("anna");
  SimulatedToken card = add_card("anna", "C1");
  EXPECT_EQ(log_in("anna", "1234" + card.press()), Verdict::reject);
  EXPECT_EQ(log_in(with_password(request("anna", card.press()), "anything")).verdict,
            Verdict::reject);
}

TEST_F(Authenticate, WithAPromptTheSecondCodeGoesToTheSameConversation) {
  add_user("anna");
  set_password("anna", "correct horse");
  SimulatedToken card = add_card("anna", "C1");
  card.press_unseen(50);
  const LoginAnswer first =
      log_in(prompting(with_password(request("anna", card.press()), "correct horse")));
  ASSERT_EQ(first.verdict, Verdict::challenge);
  EXPECT_EQ(first.prompt, "next_code");
  ASSERT_TRUE(first.state.has_value());

  LoginRequest second = prompting(request("anna", card.press()));  // without the password
  second.state = first.state;
  EXPECT_EQ(log_in(std::move(second)).verdict, Verdict::accept);
  EXPECT_EQ(log_in(with_password(request("anna", card.press()), "correct horse")).verdict,
            Verdict::accept);
}

TEST_F(Authenticate, WithoutAFirstFactorNobodyIsPrompted) {
  add_user("anna");
  SimulatedToken card = add_card("anna", "C1");
  card.press_unseen(50);
  EXPECT_EQ(log_in(prompting(request("anna", card.press()))).verdict, Verdict::reject);
  EXPECT_EQ(log_in(prompting(request("anna", card.press()))).verdict, Verdict::accept);
}

class Prompted : public World {
 public:
  Prompted() {
    add_user("anna");
    add_user("berit");
    set_pin("anna", "2580");
    card.press_unseen(50);
    state = log_in(prompting(request("anna", "2580" + card.press()))).state.value_or("");
  }

  Verdict answer(std::string_view name, std::string code) {
    LoginRequest made = prompting(request(name, std::move(code)));
    made.state = state;
    return log_in(std::move(made)).verdict;
  }

  SimulatedToken card = add_anna();
  std::string state;

 private:
  SimulatedToken add_anna() {
    add_user("anna");
    return add_card("anna", "C1");
  }
};

TEST_F(Prompted, AStateIsGoodForOneAnswer) {
  ASSERT_FALSE(state.empty());
  EXPECT_EQ(answer("anna", wrong_code(card.press())), Verdict::reject);
  EXPECT_EQ(answer("anna", card.press()), Verdict::reject);
  EXPECT_EQ(last_record().event.reason, Reason::conversation_expired);
}

TEST_F(Prompted, AStateIsGoodForItsUserAlone) {
  EXPECT_EQ(answer("berit", card.press()), Verdict::reject);
  EXPECT_EQ(last_record().event.reason, Reason::conversation_expired);
}

TEST_F(Prompted, AStateExpiresWithThePairsTime) {
  clock.advance(Seconds(180) + Micros(1));
  EXPECT_EQ(answer("anna", card.press()), Verdict::reject);
}

TEST_F(Prompted, AStateIsGoodToTheLastMomentOfThePairsTime) {
  clock.advance(Seconds(180));
  EXPECT_EQ(answer("anna", card.press()), Verdict::accept);
}

TEST_F(Prompted, ThePinMayStandInFrontOfTheSecondCodeAndMustThenBeRight) {
  const std::string second = card.press();
  EXPECT_EQ(answer("anna", "2580" + second), Verdict::accept);
}

TEST_F(Prompted, AWrongPinInFrontOfTheSecondCodeIsRefused) {
  EXPECT_EQ(answer("anna", "1111" + card.press()), Verdict::reject);
}

TEST_F(Prompted, WhoLogsInAnewInsteadOfAnsweringGetsIn) {
  EXPECT_EQ(log_in("anna", "2580" + card.press()), Verdict::accept);
}

TEST_F(Prompted, WrongPinsFromTheSameClientDoNotDisturbAConversation) {
  EXPECT_EQ(log_in("anna", "1111999999"), Verdict::reject);
  EXPECT_EQ(answer("anna", card.press()), Verdict::accept);
}

TEST_F(Prompted, ManyAnswersAtOnceWithOneStateLetInOnce) {
  const std::string second = card.press();
  std::atomic<int> accepted = 0;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 8; ++i) {
      threads.emplace_back([&] {
        if (answer("anna", second) == Verdict::accept) ++accepted;
      });
    }
  }
  EXPECT_EQ(accepted, 1);
}

TEST_F(Prompted, APasswordChangedMeanwhileDoesNotEndInAnError) {
  set_pin("anna", "3690");
  EXPECT_EQ(answer("anna", "3690" + card.press()), Verdict::accept);
}

TEST_F(Prompted, APinThatWasChangedMeanwhileWasNeverRight) {
  set_pin("anna", "3690");
  EXPECT_EQ(answer("anna", card.press()), Verdict::reject);
  EXPECT_EQ(last_record().event.reason, Reason::wrong_factor);
}

TEST_F(Prompted, AStateIsGoodForTheClientThatGotIt) {
  LoginRequest made = prompting(request("anna", card.press()));
  made.state = state;
  const Caller other{Actor("key:other"), Permissions::all(), "other"};
  const auto answer = authenticate(*services, begin(*services, other), std::move(made));
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->verdict, Verdict::reject);
  EXPECT_EQ(last_record().event.reason, Reason::conversation_expired);
}

TEST_F(Authenticate, TheGroupConditionHoldsBackWhoIsNotInTheGroup) {
  add_user("anna");
  SimulatedToken card = add_card("anna", "C1");
  ASSERT_TRUE(create_group(*services, owner(), group_name("staff")));
  LoginRequest outside = request("anna", card.press());
  outside.group = group_name("staff");
  EXPECT_EQ(log_in(std::move(outside)).verdict, Verdict::reject);
  EXPECT_EQ(last_record().event.reason, Reason::no_group);
  ASSERT_TRUE(add_member(*services, owner(), group_name("staff"), user_name("anna")));
  LoginRequest inside = request("anna", card.press());
  inside.group = group_name("staff");
  EXPECT_EQ(log_in(std::move(inside)).verdict, Verdict::accept);
}

TEST_F(Authenticate, OneCodeSentByManyAtOnceIsAcceptedOnce) {
  add_user("anna");
  SimulatedToken card = add_card("anna", "C1");
  for (int round = 0; round < 20; ++round) {
    const std::string code = card.press();
    std::atomic<int> accepted = 0;
    {
      std::vector<std::jthread> threads;
      for (int i = 0; i < 8; ++i) {
        threads.emplace_back([&] {
          if (log_in("anna", code) == Verdict::accept) ++accepted;
        });
      }
    }
    EXPECT_EQ(accepted, 1) << "round " << round;
  }
}

TEST_F(Authenticate, AThousandWrongCodesAtOnceAreChargedExactlyUntilTheAccountIsDisabled) {
  add_user("anna");
  set_pin("anna", "2580");
  SimulatedToken card = add_card("anna", "C1");
  // A code of no position that is looked at: each attempt is a miss or a refused first code.
  const std::string wrong = wrong_code(card.code_at(Position(1'000)));
  std::atomic<int> refused = 0;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 8; ++i) {
      threads.emplace_back([&] {
        for (int n = 0; n < 125; ++n) {
          if (log_in("anna", "2580" + wrong) == Verdict::reject) ++refused;
        }
      });
    }
  }
  EXPECT_EQ(refused, 1'000);
  // Ten misses lead to two_codes. There the next code is a first one and costs nothing, the one
  // after it makes a failed pair, which is the eleventh miss, and from then on pairs have to wait.
  EXPECT_EQ(user("anna").sync.misses_in_row, 11U);
  EXPECT_EQ(store.audit({.user = user_name("anna"), .limit = 1'000})->size(), 1'000U);
}

TEST_F(Authenticate, MalformedInputIsRefusedAndWrittenDown) {
  add_user("anna");
  add_card("anna", "C1");
  const std::pair<const char*, LoginRequest> cases[] = {
      {"no user", request("", "123456")},
      {"a control character in the name", request("an\x01na", "123456")},
      {"no UTF-8", request("an\xFF", "123456")},
      {"a name without end", request(std::string(5'000, 'a'), "123456")},
      {"no code", request("anna", "")},
      {"letters", request("anna", "abcdef")},
      {"five digits", request("anna", "12345")},
      {"digits of another script",
       request("anna", "\xD9\xA1\xD9\xA2\xD9\xA3\xD9\xA4\xD9\xA5\xD9\xA6")},
      {"a NUL in the code", request("anna", std::string("123\0"
                                                        "456",
                                                        7))},
      {"a code without end", request("anna", std::string(5'000, '1'))},
  };
  for (const auto& [name, made] : cases) {
    const std::size_t before = store.audit({})->size();
    LoginRequest copy = request(made.user, made.code);
    EXPECT_EQ(log_in(std::move(copy)).verdict, Verdict::reject) << name;
    EXPECT_EQ(store.audit({})->size(), before + 1) << name;
    EXPECT_EQ(last_record().event.kind, EventKind::login_refused) << name;
  }
  EXPECT_EQ(user("anna").sync.misses_in_row, 0U);
}

TEST_F(Authenticate, NoiseSlowsTheRefusalsOfItsSourceAndNoOther) {
  add_user("anna");
  set_pin("anna", "2580");
  SimulatedToken card = add_card("anna", "C1");
  for (std::uint32_t i = 0; i < SourceLimit::kFree; ++i) log_in("anna", "1111999999");
  // Each refusal counts one, or the delay of the next would tell its cause.
  Micros hold = SourceLimit::kHoldEach;
  for (const char* user : {"anna", "nobody", "anna", "berit", "anna"}) {
    EXPECT_EQ(log_in(request(user, "1111999999")).hold, hold) << user;
    hold += SourceLimit::kHoldEach;
  }
  EXPECT_EQ(log_in(request("anna", "2580999999")).hold, hold) << "the right PIN, a wrong code";
  EXPECT_EQ(log_in(request("anna", "1111999999")).hold, hold + SourceLimit::kHoldEach);
  EXPECT_EQ(authenticate(*services, client("web"), request("anna", "1111999999"))->hold,
            Micros::zero());
  const LoginAnswer right = log_in(request("anna", "2580" + card.press()));
  EXPECT_EQ(right.verdict, Verdict::accept);
  EXPECT_EQ(right.hold, Micros::zero());
}

TEST_F(Authenticate, AStoreThatIsAwayIsAnErrorAndNeverAnAccept) {
  class Away final : public MemoryStore {
   public:
    Result<void> attempt(const Subject& subject, const Decide& decide) override {
      if (!is_away) return MemoryStore::attempt(subject, decide);
      return fail(Errc::unavailable, "the disk is away");
    }
    Result<void> attempt_from(const Subject& subject, const Situation& seen,
                              const Decide& decide) override {
      if (!is_away) return MemoryStore::attempt_from(subject, seen, decide);
      return fail(Errc::unavailable, "the disk is away");
    }
    bool is_away = false;
  } away;
  services = start_services({away, clock, random, vault}, 2).value();
  add_user("anna");
  SimulatedToken card = add_card("anna", "C1");
  away.is_away = true;
  const auto answer = authenticate(*services, client(), request("anna", card.press()));
  ASSERT_FALSE(answer.has_value());
  EXPECT_EQ(answer.error().code, Errc::unavailable);
}

TEST_F(Authenticate, ARightCodeUnderTenWrongPinsLocksTheToken) {
  add_user("anna");
  set_pin("anna", "2580");
  SimulatedToken card = add_card("anna", "C1");
  for (int i = 0; i < 10; ++i) {
    EXPECT_EQ(log_in("anna", "1111" + card.press()), Verdict::reject);
    clock.advance(Seconds(15 * 60));
  }
  EXPECT_EQ(token("C1").status, TokenStatus::locked);
  EXPECT_EQ(last_record().event.kind, EventKind::token_auto_locked);
  EXPECT_EQ(log_in("anna", "2580" + card.press()), Verdict::reject);
}

}  // namespace
}  // namespace lockstep
