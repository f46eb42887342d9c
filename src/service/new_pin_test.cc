// SPDX-License-Identifier: Apache-2.0
#include "service/new_pin.h"

#include <functional>

#include "service/first_factor.h"
#include "service/groups.h"
#include "service/pins.h"
#include "service/policies.h"
#include "service/service_test_world.h"

namespace lockstep {
namespace {

/// Anna, whose PIN 2580 was set by an operator and has to be changed.
class NewPin : public World {
 public:
  NewPin() : card_((add_user("anna"), add_card("anna", "C1"))) {
    policy(R"("pin.first_use":"change","pin.history":3)");
    set_pin("anna", "2580");
  }

  void policy(const std::string& set) {
    ASSERT_TRUE(put_policy(*services, owner(), R"({"preset":"default","set":{)" + set + "}}"));
  }
  LoginAnswer begin_login() {
    LoginRequest made = request("anna", "2580" + card_.press());
    made.prompting = Prompting::possible;
    return log_in(std::move(made));
  }
  LoginAnswer answer(const LoginAnswer& challenge, const std::string& typed) {
    LoginRequest made = request("anna", typed);
    made.prompting = Prompting::possible;
    made.state = challenge.state;
    return log_in(std::move(made));
  }
  bool has_pin(std::string_view pin) {
    const User anna = user("anna");
    return pin_matches(*services, &anna, Secret::copy_of(pin));
  }
  /// What the audit says of the newest log-in: "login.refused pin_expired".
  std::string story() {
    const AuditEvent event = last_record().event;
    return std::string(name_of(event.kind)) + ' ' + std::string(name_of(event.reason));
  }

 protected:
  SimulatedToken card_;
};

TEST_F(NewPin, IsAskedForAfterEverythingWasRightAndThenTheLogInGoesOn) {
  const LoginAnswer asked = begin_login();
  ASSERT_EQ(asked.verdict, Verdict::challenge);
  EXPECT_EQ(asked.prompt, "new_pin");
  ASSERT_TRUE(asked.pin);
  EXPECT_EQ(asked.pin->length_min, 4U);
  EXPECT_EQ(asked.pin->length_max, 16U);
  EXPECT_FALSE(asked.pin->given);
  EXPECT_EQ(story(), "login.next_code pin_expired");
  const LoginAnswer done = answer(asked, "7413 7413");
  EXPECT_EQ(done.verdict, Verdict::accept);
  EXPECT_EQ(done.serial, serial("C1"));
  EXPECT_EQ(story(), "login.accepted none");
  EXPECT_TRUE(has_pin("7413"));
  EXPECT_FALSE(user("anna").pin_life.must_change);
  EXPECT_EQ(log_in("anna", "7413" + card_.press()), Verdict::accept);
  EXPECT_EQ(log_in("anna", "2580" + card_.press()), Verdict::reject);
}

TEST_F(NewPin, MayBeTypedInTwoSteps) {
  const LoginAnswer again = answer(begin_login(), "7413");
  ASSERT_EQ(again.verdict, Verdict::challenge);
  EXPECT_EQ(again.prompt, "new_pin_again");
  EXPECT_TRUE(has_pin("2580")) << "not yet";
  EXPECT_EQ(answer(again, "7413").verdict, Verdict::accept);
  EXPECT_TRUE(has_pin("7413"));
}

TEST_F(NewPin, WhatIsNotTakenIsAskedForAgainWithTheProblem) {
  const std::pair<const char*, PinProblem> cases[] = {
      {"741", PinProblem::too_short},       {"74137413741374137", PinProblem::too_long},
      {"7413 7414", PinProblem::different}, {"2580 2580", PinProblem::used_before},
      {"74 13 74", PinProblem::characters},
  };
  LoginAnswer asked = begin_login();
  for (const auto& [typed, problem] : cases) {
    asked = answer(asked, typed);
    ASSERT_EQ(asked.verdict, Verdict::challenge) << typed;
    EXPECT_EQ(asked.prompt, "new_pin") << typed;
    EXPECT_EQ(asked.pin->problem, problem) << typed;
  }
  EXPECT_EQ(answer(asked, "7413 7413").verdict, Verdict::accept);
}

TEST_F(NewPin, TheSecondStepThatDiffersBeginsAnew) {
  const LoginAnswer again = answer(begin_login(), "7413");
  const LoginAnswer anew = answer(again, "7414");
  EXPECT_EQ(anew.prompt, "new_pin");
  EXPECT_EQ(anew.pin->problem, PinProblem::different);
  EXPECT_EQ(answer(again, "7413").verdict, Verdict::reject) << "each challenge is good once";
}

TEST_F(NewPin, IsNotAskedForWithoutEnd) {
  LoginAnswer asked = begin_login();
  int rounds = 0;
  while (asked.verdict == Verdict::challenge && rounds < 20) {
    asked = answer(asked, "1");
    ++rounds;
  }
  EXPECT_EQ(rounds, 6);
  EXPECT_EQ(story(), "login.refused pin_expired");
  EXPECT_TRUE(has_pin("2580"));
}

TEST_F(NewPin, ThatTheServerMakesUpIsShownAndTypedOnce) {
  policy(R"("pin.first_use":"change","pin.mode":"given")");
  const LoginAnswer asked = begin_login();
  ASSERT_TRUE(asked.pin && asked.pin->given);
  EXPECT_EQ(asked.prompt, "new_pin");
  const LoginAnswer other = answer(asked, "7413 7413");
  ASSERT_TRUE(other.pin && other.pin->given);
  EXPECT_EQ(other.pin->problem, PinProblem::different) << "nobody chooses here";
  EXPECT_NE(*other.pin->given, *asked.pin->given);
  EXPECT_EQ(answer(other, *other.pin->given).verdict, Verdict::accept);
  EXPECT_TRUE(has_pin(*other.pin->given));
}

TEST_F(NewPin, AClientThatCannotPromptGetsARejectionLikeAnyOther) {
  const LoginAnswer refused = log_in(request("anna", "2580" + card_.press()));
  EXPECT_EQ(refused.verdict, Verdict::reject);
  EXPECT_FALSE(refused.state || refused.pin);
  EXPECT_EQ(story(), "login.refused pin_expired");
  EXPECT_EQ(token("C1").progress.next, Position(1'001)) << "the code is used up";
}

TEST_F(NewPin, IsNotAskedForWhereSomethingWasWrong) {
  LoginRequest wrong = request("anna", "2580" + wrong_code(card_.press()));
  wrong.prompting = Prompting::possible;
  EXPECT_EQ(log_in(std::move(wrong)).verdict, Verdict::reject);
  LoginRequest factor = request("anna", "2581" + card_.press());
  factor.prompting = Prompting::possible;
  EXPECT_EQ(log_in(std::move(factor)).verdict, Verdict::reject);
}

TEST_F(NewPin, AnExpiredPinIsDueToo) {
  policy(R"("pin.expires_days":30)");
  set_pin("anna", "2580");
  EXPECT_EQ(log_in("anna", "2580" + card_.press()), Verdict::accept);
  clock.advance(Seconds(86'400) * 30);
  EXPECT_EQ(begin_login().prompt, "new_pin");
}

TEST_F(NewPin, TheChallengeIsOfItsUserItsClientAndItsTime) {
  const LoginAnswer asked = begin_login();
  add_user("bert");
  LoginRequest other = request("bert", "7413 7413");
  other.state = asked.state;
  EXPECT_EQ(log_in(std::move(other)).verdict, Verdict::reject);
  const LoginAnswer second = begin_login();
  LoginRequest elsewhere = request("anna", "7413 7413");
  elsewhere.state = second.state;
  EXPECT_EQ(authenticate(*services, client("web"), std::move(elsewhere))->verdict, Verdict::reject);
  const LoginAnswer third = begin_login();
  clock.advance(kPinAnswerWithin + Seconds(1));
  EXPECT_EQ(answer(third, "7413 7413").verdict, Verdict::reject);
  EXPECT_TRUE(has_pin("2580"));
}

TEST_F(NewPin, WhatBecameOfTheUserMeanwhileCounts) {
  const std::pair<const char*, std::function<void()>> cases[] = {
      {"disabled",
       [&] {
         UserPatch patch;
         patch.status = UserStatus::disabled;
         ASSERT_TRUE(upsert_user(*services, owner(), user_name("anna"), patch, {}));
       }},
      {"another PIN", [&] { set_pin("anna", "9876"); }},
      {"another PIN again", [&] { set_pin("anna", "2580"); }},
  };
  for (const auto& [what, change] : cases) {
    UserPatch enabled;
    enabled.status = UserStatus::enabled;
    enabled.pin = {FactorChange::Kind::set, Secret::copy_of("2580")};
    policy(R"("pin.first_use":"change")");
    ASSERT_TRUE(upsert_user(*services, owner(), user_name("anna"), enabled, {}));
    const LoginAnswer asked = begin_login();
    ASSERT_EQ(asked.verdict, Verdict::challenge) << what;
    change();
    EXPECT_EQ(answer(asked, "7413 7413").verdict, Verdict::reject) << what;
    EXPECT_FALSE(has_pin("7413")) << what;
  }
}

TEST_F(NewPin, TheTokenHasToBeGoodToTheEnd) {
  const LoginAnswer asked = begin_login();
  TokenPatch patch;
  patch.status = TokenStatus::lost;
  ASSERT_TRUE(patch_token(*services, owner(), serial("C1"), patch, {}));
  EXPECT_EQ(answer(asked, "7413 7413").verdict, Verdict::reject);
  EXPECT_EQ(last_record().event.reason, Reason::lost);
}

TEST_F(NewPin, TheClientsGroupHasToHoldToTheEnd) {
  ASSERT_TRUE(create_group(*services, owner(), group_name("vpn")));
  ASSERT_TRUE(add_member(*services, owner(), group_name("vpn"), user_name("anna")));
  Context context = client();
  context.caller.required_group = group_name("vpn");
  LoginRequest first = request("anna", "2580" + card_.press());
  first.prompting = Prompting::possible;
  const LoginAnswer asked = authenticate(*services, context, std::move(first)).value();
  ASSERT_EQ(asked.verdict, Verdict::challenge);
  ASSERT_TRUE(remove_member(*services, owner(), group_name("vpn"), user_name("anna")));
  LoginRequest second = request("anna", "7413 7413");
  second.state = asked.state;
  EXPECT_EQ(authenticate(*services, context, std::move(second))->verdict, Verdict::reject);
  EXPECT_EQ(last_record().event.reason, Reason::no_group);
}

// ---- Asked again by way of another server

/// The same, as over RADIUS, where the client's second server may get the same.
class NewPinTwice : public NewPin {
 public:
  LoginRequest typed(const LoginAnswer& challenge, const std::string& text) {
    LoginRequest made = request("anna", text);
    made.prompting = Prompting::possible;
    made.redelivery = Redelivery::possible;
    made.state = challenge.state;
    return made;
  }
  LoginAnswer deliver(const LoginAnswer& challenge, const std::string& text) {
    return log_in(typed(challenge, text));
  }
};

TEST_F(NewPinTwice, TheSameAnswerIsGivenTheSameDecisionOnce) {
  const LoginAnswer asked = begin_login();
  const LoginAnswer again = deliver(asked, "7413");
  ASSERT_EQ(again.prompt, "new_pin_again");
  const LoginAnswer repeated = deliver(asked, "7413");
  EXPECT_EQ(repeated.prompt, "new_pin_again");
  EXPECT_EQ(repeated.state, again.state);
  ASSERT_TRUE(repeated.pin);
  EXPECT_EQ(repeated.pin->length_max, 16U);
  EXPECT_EQ(deliver(again, "7413").verdict, Verdict::accept);
  const std::uint64_t records = store.own_chain().head.seq;
  EXPECT_EQ(deliver(again, "7413").verdict, Verdict::accept);
  EXPECT_EQ(deliver(again, "7413").serial, serial("C1"));
  EXPECT_EQ(store.own_chain().head.seq, records) << "not decided anew";
  clock.advance(Seconds(11));
  EXPECT_EQ(deliver(again, "7413").verdict, Verdict::reject);
}

TEST_F(NewPinTwice, TheProblemComesAgainToo) {
  const LoginAnswer asked = begin_login();
  EXPECT_EQ(deliver(asked, "741").pin->problem, PinProblem::too_short);
  EXPECT_EQ(deliver(asked, "741").pin->problem, PinProblem::too_short);
}

TEST_F(NewPinTwice, AnotherAnswerOrAnotherCallerGetsNothing) {
  const LoginAnswer asked = begin_login();
  const LoginAnswer done = deliver(asked, "7413 7413");
  EXPECT_EQ(done.verdict, Verdict::accept);
  EXPECT_EQ(deliver(asked, "7414 7414").verdict, Verdict::reject);
  EXPECT_EQ(authenticate(*services, client("other"), typed(asked, "7413 7413")).value().verdict,
            Verdict::reject);
  EXPECT_EQ(log_in("anna", "7413" + card_.press()), Verdict::accept);
}

TEST_F(NewPinTwice, APinThatWasMadeUpIsShownOnce) {
  policy(R"("pin.first_use":"change","pin.mode":"given")");
  const LoginAnswer asked = begin_login();
  const LoginAnswer other = deliver(asked, "no such PIN");
  ASSERT_TRUE(other.pin && other.pin->given);
  EXPECT_EQ(deliver(asked, "no such PIN").verdict, Verdict::reject);
  const auto kept = store.ticket(ticket_hash(*other.state)).value();
  ASSERT_TRUE(kept);
  EXPECT_EQ(kept->data.find(*other.pin->given), std::string::npos);
}

}  // namespace
}  // namespace lockstep
