// SPDX-License-Identifier: Apache-2.0
#include "service/resync_conversation.h"

#include <algorithm>
#include <atomic>
#include <map>
#include <thread>

#include "service/service_test_world.h"

namespace lockstep {
namespace {

class ResyncConversation : public World {
 public:
  ResyncConversation() { add_user("anna"); }

  [[nodiscard]] Context portal() const { return with({Permission::self_service}); }

  std::variant<ConversationStarted, ResyncRefusal> start(const char* name = "anna") {
    return start_conversation(*services, portal(), user_name(name), serial("C1")).value();
  }
  std::string started() { return std::get<ConversationStarted>(start()).id; }
  std::variant<FirstTaken, ResyncRefusal> first(const std::string& id, const std::string& code) {
    return give_first(*services, portal(), id, code).value();
  }
  ResyncAnswer complete(const std::string& id, const std::string& code) {
    return complete_conversation(*services, portal(), id, code).value();
  }
  ResyncAnswer third(const std::string& id, const std::string& code) {
    return give_third(*services, portal(), id, code).value();
  }

  template <class Answer>
  static Reason reason_of(const Answer& answer) {
    const auto* refusal = std::get_if<ResyncRefusal>(&answer);
    return refusal == nullptr ? Reason::none : refusal->reason;
  }
};

TEST_F(ResyncConversation, AFobElevenHoursSlowIsBackAfterTwoCodes) {
  SimulatedToken fob = add_fob("anna", "C1");
  fob.set_clock({.set_at = clock.now().wall, .offset = -std::chrono::hours(11), .drift_ppm = 0});
  const auto answer = std::get<ConversationStarted>(start());
  EXPECT_EQ(answer.expires_at, clock.now().wall + Seconds(180));
  EXPECT_EQ(answer.server_time, clock.now().wall);
  EXPECT_EQ(answer.attempts_left, 5U);
  const auto taken = first(answer.id, fob.shows(clock.now().wall));
  EXPECT_EQ(std::get<FirstTaken>(taken).next_within, Seconds(30));
  EXPECT_EQ(std::get<FirstTaken>(taken).accept_until, answer.expires_at);
  clock.advance(Seconds(30));
  EXPECT_EQ(reason_of(complete(answer.id, fob.shows(clock.now().wall))), Reason::none);
  clock.advance(Seconds(30));
  EXPECT_EQ(log_in("anna", fob.shows(clock.now().wall)), Verdict::accept);
}

TEST_F(ResyncConversation, RightAndWrongFirstCodesGetTheSameAnswer) {
  SimulatedToken card = add_card("anna", "C1");
  const auto right = std::get<FirstTaken>(first(started(), card.code_at(Position(1'000))));
  const auto wrong =
      std::get<FirstTaken>(first(started(), wrong_code(card.code_at(Position(1'000)))));
  EXPECT_EQ(right.next_within, wrong.next_within);
  EXPECT_EQ(right.accept_until, wrong.accept_until);
}

TEST_F(ResyncConversation, TheFirstCodeMayBeReplacedBeforeTheSecond) {
  SimulatedToken card = add_card("anna", "C1");
  card.press_unseen(300);
  const std::string id = started();
  first(id, "123456");
  first(id, card.press());
  EXPECT_EQ(reason_of(complete(id, card.press())), Reason::none);
}

TEST_F(ResyncConversation, SlipsOfFormAreToldAtOnceAndCostNothing) {
  SimulatedToken card = add_card("anna", "C1");
  card.press_unseen(300);
  const std::string id = started();
  EXPECT_EQ(reason_of(first(id, "12345")), Reason::wrong_length);
  EXPECT_EQ(reason_of(first(id, "abcdef")), Reason::malformed);
  EXPECT_EQ(reason_of(first(id, std::string(10'000, '1'))), Reason::malformed);
  const std::string code = card.press();
  first(id, code);
  EXPECT_EQ(reason_of(complete(id, code)), Reason::same_code);
  EXPECT_EQ(reason_of(complete(id, "12345")), Reason::wrong_length);
  EXPECT_EQ(reason_of(complete(id, card.press())), Reason::none);
}

TEST_F(ResyncConversation, NoStepCanBeLeftOutOrDoneTwice) {
  SimulatedToken card = add_card("anna", "C1");
  const std::string id = started();
  EXPECT_EQ(reason_of(complete(id, card.code_at(Position(1'001)))), Reason::conversation_expired);
  EXPECT_EQ(reason_of(third(id, card.code_at(Position(1'001)))), Reason::conversation_expired);
  first(id, card.press());
  EXPECT_EQ(reason_of(third(id, card.code_at(Position(1'001)))), Reason::conversation_expired);
  EXPECT_EQ(reason_of(complete(id, card.press())), Reason::none);
  EXPECT_EQ(reason_of(complete(id, card.press())), Reason::conversation_expired);
  EXPECT_EQ(reason_of(first(id, card.press())), Reason::conversation_expired);
}

TEST_F(ResyncConversation, AFailureEndsItAndCostsOneTry) {
  SimulatedToken card = add_card("anna", "C1");
  const std::string id = started();
  first(id, wrong_code(card.code_at(Position(1'000))));
  const auto refusal =
      std::get<ResyncRefusal>(complete(id, wrong_code(card.code_at(Position(1'001)))));
  EXPECT_EQ(refusal.attempts_left, 4U);
  EXPECT_FALSE(refusal.evidence.has_value());
  EXPECT_EQ(reason_of(complete(id, card.press())), Reason::conversation_expired);
}

TEST_F(ResyncConversation, ItEndsAfterThreeMinutes) {
  SimulatedToken card = add_card("anna", "C1");
  const std::string id = started();
  first(id, card.press());
  clock.advance(Seconds(180) + Micros(1));
  EXPECT_EQ(reason_of(complete(id, card.press())), Reason::conversation_expired);
  EXPECT_EQ(reason_of(complete("unknown", "123456")), Reason::conversation_expired);
}

TEST_F(ResyncConversation, WhatCannotBeResynchronisedIsSaidByName) {
  add_card("anna", "C1");
  add_user("berit");
  EXPECT_EQ(reason_of(start("berit")), Reason::not_assigned);
  EXPECT_EQ(reason_of(start("nobody")), Reason::not_assigned);
  TokenPatch patch;
  patch.status = TokenStatus::lost;
  ASSERT_TRUE(patch_token(*services, owner(), serial("C1"), patch, {}));
  EXPECT_EQ(reason_of(start()), Reason::lost);
  patch.status = TokenStatus::suspended;
  ASSERT_TRUE(patch_token(*services, owner(), serial("C1"), patch, {}));
  EXPECT_EQ(reason_of(start()), Reason::suspended);
  patch.status = TokenStatus::enabled;
  patch.valid_until = DateChange{clock.now().wall - Micros(1)};
  ASSERT_TRUE(patch_token(*services, owner(), serial("C1"), patch, {}));
  EXPECT_EQ(reason_of(start()), Reason::expired_token);
}

TEST_F(ResyncConversation, ATokenTakenAwayMeanwhileIsNoLongerTheirs) {
  SimulatedToken card = add_card("anna", "C1");
  const std::string id = started();
  first(id, card.press());
  ASSERT_TRUE(unassign_token(*services, owner(), user_name("anna"), serial("C1")));
  EXPECT_EQ(reason_of(complete(id, card.press())), Reason::not_assigned);
}

TEST_F(ResyncConversation, TheSameLastStepSentByManyAtOnceCountsOnce) {
  SimulatedToken card = add_card("anna", "C1");
  card.press_unseen(300);
  const std::string id = started();
  first(id, card.press());
  const std::string second = card.press();
  std::atomic<int> told = 0;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 8; ++i) {
      threads.emplace_back([&] {
        if (reason_of(complete(id, second)) == Reason::none) ++told;
      });
    }
  }
  EXPECT_EQ(told, 8) << "all get the answer";
  const std::vector<AuditRecord> records = store.audit({}).value();
  EXPECT_EQ(std::ranges::count(records, EventKind::resync_succeeded,
                               [](const AuditRecord& one) { return one.event.kind; }),
            1);
}

TEST_F(ResyncConversation, WhoHasNotSeenAnAnswerGetsItAgain) {
  SimulatedToken card = add_card("anna", "C1");
  card.press_unseen(300);
  const std::string id = started();
  first(id, card.press());
  const std::string second = card.press();
  const auto seen = std::get<ResyncSuccess>(complete(id, second));
  clock.advance(Seconds(60));
  const auto again = std::get<ResyncSuccess>(complete(id, second));
  EXPECT_EQ(again.moved.amount, seen.moved.amount);
  EXPECT_EQ(reason_of(complete(id, wrong_code(second))), Reason::conversation_expired);
  EXPECT_EQ(reason_of(third(id, second)), Reason::conversation_expired) << "another step";
}

TEST_F(ResyncConversation, TheModelSaysHowLongACodeIsShown) {
  add_card("anna", "C1");
  EXPECT_FALSE(std::get<ConversationStarted>(start()).shown_for);
  TokenModel model;
  model.name = "Button fob";
  model.shown_for = Seconds(15);
  ASSERT_TRUE(store.commit(ChangeSet{{InsertTokenModel{model}}, {}}));
  TokenPatch patch;
  patch.model = model.name;
  ASSERT_TRUE(patch_token(*services, owner(), serial("C1"), patch, {}));
  EXPECT_EQ(std::get<ConversationStarted>(start()).shown_for, Seconds(15));
}

TEST_F(ResyncConversation, TheKeptCodeIsSealed) {
  SimulatedToken card = add_card("anna", "C1");
  const std::string id = started();
  const std::string code = card.press();
  first(id, code);
  const std::vector<AuditRecord> records = store.audit({}).value();
  for (const AuditRecord& record : records) {
    for (const auto& [name, value] : record.event.details) EXPECT_NE(value, code) << name;
  }
}

/// A seed whose card shows the same two codes in a row at two places within a thousand. With four
/// digits about one seed in 200 does.
struct Twofold {
  std::string seed;
  std::uint64_t second = 0;  // the later place
};
Twofold find_twofold(const CodeSpec& spec) {
  constexpr std::uint64_t kPlaces = 1'000;
  for (int number = 0; number < 4'000; ++number) {
    const std::string seed = "a seed for card number " + std::to_string(number);
    SimulatedToken card(spec, Secret::copy_of(seed));
    std::map<std::string, std::uint64_t> seen;
    std::string before = card.press();
    for (std::uint64_t at = 1; at < kPlaces; ++at) {
      const std::string code = card.press();
      const bool is_new = seen.emplace(before + code, at - 1).second;
      if (!is_new && before != code) return {seed, at - 1};
      before = code;
    }
  }
  return {};
}

TEST_F(ResyncConversation, WhereTwoPlacesFitAThirdCodeDecides) {
  const CodeSpec spec{.kind = TokenKind::hotp, .digits = Digits::make(4).value()};
  const Twofold found = find_twofold(spec);
  ASSERT_FALSE(found.seed.empty());
  NewToken wanted{.serial = serial("C1"),
                  .spec = spec,
                  .form = TokenForm::hardware,
                  .model = {},
                  .next = {},
                  .valid_from = {},
                  .valid_until = {},
                  .seed = Secret::copy_of(found.seed),
                  .owner = user_name("anna")};
  ASSERT_TRUE(create_token(*services, owner(), std::move(wanted)));
  SimulatedToken card(spec, Secret::copy_of(found.seed));
  card.set_counter(Position(found.second));
  const std::string id = started();
  first(id, card.press());
  EXPECT_EQ(reason_of(complete(id, card.press())), Reason::one_more_code);
  EXPECT_EQ(reason_of(third(id, card.press())), Reason::none);
  EXPECT_EQ(token("C1").progress.next, card.counter());
}

}  // namespace
}  // namespace lockstep
