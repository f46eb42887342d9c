// SPDX-License-Identifier: Apache-2.0
#include "service/resynchronise.h"

#include <algorithm>
#include <atomic>
#include <thread>

#include <gmock/gmock.h>

#include "service/policies.h"
#include "service/service_test_world.h"

namespace lockstep {
namespace {

constexpr Permissions kDesk{Permission::tokens_resync};
constexpr Permissions kDiagnosing{Permission::tokens_resync, Permission::diagnose};
constexpr Permissions kSenior{Permission::tokens_resync, Permission::tokens_resync_admin};

class Resynchronise : public World {
 public:
  Resynchronise() { add_user("anna"); }

  ResyncAnswer run(std::vector<std::string> codes, Permissions permissions = kDesk) {
    return resynchronise(*services, with(permissions), input(std::move(codes))).value();
  }
  static ResyncInput input(std::vector<std::string> codes) {
    return ResyncInput{.serial = serial("C1"),
                       .codes = std::move(codes),
                       .counter = {},
                       .reach = ResyncReach::explicit_,
                       .note = {}};
  }
  static Reason reason_of(const ResyncAnswer& answer) {
    const auto* refusal = std::get_if<ResyncRefusal>(&answer);
    return refusal == nullptr ? Reason::none : refusal->reason;
  }
};

TEST_F(Resynchronise, TwoCodesMoveACardAndTheVeryNextCodeSignsIn) {
  SimulatedToken card = add_card("anna", "C1");
  card.press_unseen(500);
  const std::string first = card.press();
  const ResyncAnswer answer = run({first, card.press()});
  const auto* success = std::get_if<ResyncSuccess>(&answer);
  ASSERT_NE(success, nullptr);
  EXPECT_EQ(success->kind, TokenKind::hotp);
  EXPECT_EQ(success->moved.amount, 500U);
  EXPECT_EQ(success->moved.direction, Direction::ahead);
  EXPECT_EQ(last_record().event.kind, EventKind::resync_succeeded);
  EXPECT_EQ(log_in("anna", card.press()), Verdict::accept);
}

TEST_F(Resynchronise, WhereThePolicyAsksItHasToBeSaidHowTheCallerWasVerified) {
  SimulatedToken card = add_card("anna", "C1");
  ASSERT_TRUE(put_policy(*services, owner(),
                         R"({"preset":"default","set":{"resync.caller_verified":true}})"));
  card.press_unseen(50);
  const std::string first = card.press();
  ResyncInput wanted = input({first, card.press()});
  EXPECT_EQ(resynchronise(*services, with(kDesk), wanted).error().code, Errc::not_allowed);
  EXPECT_EQ(token("C1").progress.resync_failures.in_row, 0U) << "no code was looked at";
  wanted.caller_verified = CallerVerified::call_back;
  const ResyncAnswer answer = resynchronise(*services, with(kDesk), wanted).value();
  EXPECT_EQ(reason_of(answer), Reason::none);
  EXPECT_THAT(last_record().event.details,
              testing::Contains(testing::Pair("caller_verified", "call_back")));
}

TEST_F(Resynchronise, AFobNineHoursSlowComesBackAndTheVeryNextCodeSignsIn) {
  SimulatedToken fob = add_fob("anna", "C1");
  fob.set_clock({.set_at = clock.now().wall, .offset = -std::chrono::hours(9), .drift_ppm = 0});
  const std::string first = fob.shows(clock.now().wall);
  clock.advance(Seconds(30));
  const ResyncAnswer answer = run({first, fob.shows(clock.now().wall)});
  const auto* success = std::get_if<ResyncSuccess>(&answer);
  ASSERT_NE(success, nullptr);
  EXPECT_EQ(success->moved.direction, Direction::behind);
  clock.advance(Seconds(30));
  EXPECT_EQ(log_in("anna", fob.shows(clock.now().wall)), Verdict::accept);
}

TEST_F(Resynchronise, TheZoneAdminNeedsThePermissionAndAReason) {
  SimulatedToken card = add_card("anna", "C1");
  card.press_unseen(5'000);
  const std::string first = card.press();
  const std::vector<std::string> codes = {first, card.press()};
  EXPECT_EQ(reason_of(run(codes)), Reason::outside_window);

  ResyncInput far = input(codes);
  far.reach = ResyncReach::admin;
  EXPECT_EQ(resynchronise(*services, with(kSenior), far).error().code, Errc::invalid_input);
  far.note = "the user is on the phone";
  EXPECT_EQ(resynchronise(*services, with(kDesk), far).error().code, Errc::not_allowed);
  EXPECT_EQ(reason_of(resynchronise(*services, with(kSenior), far).value()), Reason::none);
  const auto& details = last_record().event.details;
  EXPECT_NE(std::ranges::find(details, std::pair<std::string, std::string>("note", far.note)),
            details.end());
}

TEST_F(Resynchronise, TheCounterOnTheDisplayAndOneCodeMoveACard) {
  SimulatedToken card = add_card("anna", "C1");
  card.press_unseen(900);
  ResyncInput by_counter = input({});
  by_counter.counter = card.counter().value();
  by_counter.codes = {card.press()};
  EXPECT_EQ(reason_of(resynchronise(*services, with(kDesk), by_counter).value()), Reason::none);
  EXPECT_EQ(log_in("anna", card.press()), Verdict::accept);
}

TEST_F(Resynchronise, EvidenceIsForThoseWhoMayDiagnose) {
  SimulatedToken card = add_card("anna", "C1");
  const std::string first = card.press();
  card.press_unseen(3);
  const std::vector<std::string> codes = {first, card.press()};
  EXPECT_FALSE(std::get<ResyncRefusal>(run(codes)).evidence.has_value());
  const auto refusal = std::get<ResyncRefusal>(run(codes, kDiagnosing));
  EXPECT_EQ(refusal.reason, Reason::not_consecutive);
  ASSERT_TRUE(refusal.evidence.has_value());
}

TEST_F(Resynchronise, FiveFailuresPauseTheTokenWhoeverTriesAndHoweverManyAtOnce) {
  SimulatedToken card = add_card("anna", "C1");
  const std::string wrong = wrong_code(card.code_at(Position(1'000)));
  const std::string other = wrong_code(card.code_at(Position(1'001)));
  std::atomic<int> charged = 0;
  std::atomic<int> paused = 0;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 4; ++i) {
      threads.emplace_back([&] {
        for (int n = 0; n < 3; ++n) {
          const Reason reason = reason_of(run({wrong, other}));
          ++(reason == Reason::too_many_attempts ? paused : charged);
        }
      });
    }
  }
  EXPECT_EQ(charged, 5);
  EXPECT_EQ(paused, 7);
  card.press_unseen(20);
  const std::string first = card.press();
  const ResyncAnswer answer = run({first, card.press()});
  EXPECT_EQ(reason_of(answer), Reason::too_many_attempts);
  EXPECT_EQ(std::get<ResyncRefusal>(answer).retry_at, clock.now().wall + std::chrono::minutes(15));
}

TEST_F(Resynchronise, TheFailureThatBeginsAPauseSaysUntilWhen) {
  const SimulatedToken card = add_card("anna", "C1");
  const std::string wrong = wrong_code(card.code_at(Position(1'000)));
  const std::string other = wrong_code(card.code_at(Position(1'001)));
  for (std::uint32_t left = 4; left > 0; --left) {
    EXPECT_EQ(std::get<ResyncRefusal>(run({wrong, other})).attempts_left, left);
  }
  const auto last = std::get<ResyncRefusal>(run({wrong, other}));
  EXPECT_EQ(last.attempts_left, 0U);
  EXPECT_EQ(last.retry_at, clock.now().wall + std::chrono::minutes(15));
}

TEST_F(Resynchronise, RequestsThatMakeNoSenseAreErrors) {
  add_card("anna", "C1");
  const auto code_of = [&](std::vector<std::string> codes) {
    return resynchronise(*services, with(kDesk), input(std::move(codes))).error().code;
  };
  EXPECT_EQ(code_of({"123456"}), Errc::invalid_input);
  EXPECT_EQ(code_of({"1", "2", "3", "4"}), Errc::invalid_input);
  EXPECT_EQ(code_of({std::string(100, '1'), "123456"}), Errc::invalid_input);
  ResyncInput unknown = input({"123456", "234567"});
  unknown.serial = serial("C2");
  EXPECT_EQ(resynchronise(*services, with(kDesk), unknown).error().code, Errc::not_found);
}

TEST_F(Resynchronise, SlipsOfFormCostNothing) {
  add_card("anna", "C1");
  EXPECT_EQ(reason_of(run({"12345", "234567"})), Reason::wrong_length);
  EXPECT_EQ(reason_of(run({"abcdef", "234567"})), Reason::malformed);
  EXPECT_EQ(reason_of(run({"123456", "123456"})), Reason::same_code);
  EXPECT_EQ(token("C1").progress.resync_failures.in_row, 0U);
}

TEST_F(Resynchronise, ATestSaysWhetherACodeWouldSignInAndDoesNotSpendIt) {
  SimulatedToken card = add_card("anna", "C1");
  const std::string code = card.press();
  const auto answer = test_token(*services, with(kDiagnosing), serial("C1"), code).value();
  EXPECT_TRUE(std::holds_alternative<ResyncSuccess>(answer));
  EXPECT_EQ(last_record().event.kind, EventKind::token_tested);
  EXPECT_EQ(log_in("anna", code), Verdict::accept);
  EXPECT_EQ(reason_of(test_token(*services, with(kDiagnosing), serial("C1"), code).value()),
            Reason::already_used);
}

TEST_F(Resynchronise, WrongTestsUseUpTheTokensTries) {
  const SimulatedToken card = add_card("anna", "C1");
  const std::string wrong = wrong_code(card.code_at(Position(1'000)));
  for (int i = 0; i < 5; ++i) {
    ASSERT_TRUE(test_token(*services, with(kDiagnosing), serial("C1"), wrong));
  }
  EXPECT_EQ(reason_of(test_token(*services, with(kDiagnosing), serial("C1"), wrong).value()),
            Reason::too_many_attempts);
}

}  // namespace
}  // namespace lockstep
