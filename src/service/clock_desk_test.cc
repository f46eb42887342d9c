// SPDX-License-Identifier: Apache-2.0
#include "service/clock_desk.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "service/resync_conversation.h"
#include "service/service_test_world.h"

namespace lockstep {
namespace {

using ::testing::HasSubstr;

class ClockDeskTest : public World {
 protected:
  ClockDeskTest() {
    add_user("anna");
    fob_ = add_fob("anna", "FOB1");
    card_ = add_card("anna", "CARD1");
  }

  std::string fob_code(Micros ahead = Micros::zero()) {
    return fob_->shows(clock.now().wall + ahead);
  }
  void doubt(Seconds jump = Seconds(300)) {
    clock.jump_wall(jump);
    ASSERT_TRUE((static_cast<void>(owner()), services->clock_watch.is_doubted()));
  }
  /// The next code of the fob, a step after the one now.
  ResyncAnswer resync_fob() {
    ResyncInput input{.serial = serial("FOB1"), .codes = {fob_code(), fob_code(Seconds(30))}};
    return resynchronise(*services, owner(), input).value();
  }
  /// Records, whichever time they bear.
  std::size_t count(EventKind kind) {
    AuditQuery query;
    query.kinds = {kind};
    return store.audit(query).value().size();
  }
  static Reason reason_of(const ResyncAnswer& answer) {
    const auto* refusal = std::get_if<ResyncRefusal>(&answer);
    return refusal == nullptr ? Reason::none : refusal->reason;
  }

  std::optional<SimulatedToken> fob_;
  std::optional<SimulatedToken> card_;
};

TEST_F(ClockDeskTest, ResyncAndTestOfATimeTokenAreRefusedAndCountNothing) {
  doubt();
  const Token before = token("FOB1");
  const AuditRecord record = last_record();
  EXPECT_EQ(reason_of(resync_fob()), Reason::clock_unhealthy);
  const auto tested = test_token(*services, owner(), serial("FOB1"), fob_code());
  EXPECT_EQ(reason_of(tested.value()), Reason::clock_unhealthy);
  EXPECT_EQ(token("FOB1").version, before.version);
  EXPECT_EQ(token("FOB1").progress, before.progress);
  EXPECT_EQ(last_record().seq, record.seq);
}

TEST_F(ClockDeskTest, EventTokensAreDecidedAsEver) {
  doubt();
  const std::string first = card_->press();
  ResyncInput input{.serial = serial("CARD1"), .codes = {first, card_->press()}};
  EXPECT_EQ(reason_of(resynchronise(*services, owner(), input).value()), Reason::none);
}

TEST_F(ClockDeskTest, AConversationWaitsAndGoesOnWhenTheClockIsTrustedAgain) {
  const auto started =
      start_conversation(*services, owner(), user_name("anna"), serial("FOB1")).value();
  const std::string id = std::get<ConversationStarted>(started).id;
  clock.jump_wall(Seconds(60));
  const auto first = give_first(*services, owner(), id, fob_code());
  EXPECT_EQ(std::get<ResyncRefusal>(first.value()).reason, Reason::clock_unhealthy);
  const auto again =
      start_conversation(*services, owner(), user_name("anna"), serial("FOB1")).value();
  EXPECT_EQ(std::get<ResyncRefusal>(again).reason, Reason::clock_unhealthy);

  clock.jump_wall(Seconds(-60));
  const std::string one = fob_code();
  EXPECT_TRUE(std::holds_alternative<FirstTaken>(give_first(*services, owner(), id, one).value()));
  clock.advance(Seconds(30));
  const std::string two = fob_code();
  clock.jump_wall(Seconds(60));
  EXPECT_EQ(reason_of(complete_conversation(*services, owner(), id, two).value()),
            Reason::clock_unhealthy);
  clock.jump_wall(Seconds(-60));
  EXPECT_EQ(reason_of(complete_conversation(*services, owner(), id, two).value()), Reason::none);
}

TEST_F(ClockDeskTest, ACodeInStepSignsInAndTheTokensClockIsNotLearned) {
  EXPECT_EQ(log_in("anna", fob_code()), Verdict::accept);
  clock.advance(Seconds(60));
  const auto learned = token("FOB1").progress.clock;
  clock.jump_wall(Seconds(25));
  EXPECT_EQ(log_in("anna", fob_code()), Verdict::accept);
  EXPECT_EQ(token("FOB1").progress.clock, learned);
}

TEST_F(ClockDeskTest, TwoLogInsMoveNothingWhileTheClockIsInDoubt) {
  EXPECT_EQ(log_in("anna", fob_code()), Verdict::accept);
  clock.advance(Seconds(120));
  const std::string first = fob_code();
  const std::string second = fob_code(Seconds(30));
  doubt(Seconds(80));
  const Position next = token("FOB1").progress.next;
  EXPECT_EQ(log_in("anna", first), Verdict::reject);
  EXPECT_EQ(log_in("anna", second), Verdict::reject);
  EXPECT_EQ(token("FOB1").progress.next, next);
  // The same two, on a clock that is believed.
  ASSERT_TRUE(confirm_clock(*services, owner()));
  EXPECT_EQ(log_in("anna", first), Verdict::reject);
  EXPECT_EQ(log_in("anna", second), Verdict::accept);
}

TEST_F(ClockDeskTest, DutyTellsOnceAndWritesWhatBeganAndWhatEnded) {
  ClockDuty duty(*services);
  EXPECT_FALSE(duty.look().value());
  clock.jump_wall(Seconds(-300));
  const auto news = duty.look().value();
  ASSERT_TRUE(news && news->doubt);
  EXPECT_THAT(text_of(*news->doubt), HasSubstr("300.0 s back"));
  EXPECT_EQ(count(EventKind::clock_doubted), 1U);
  EXPECT_FALSE(duty.look().value());

  clock.set_synchronised(true);
  EXPECT_FALSE(duty.look().value());
  clock.advance(ClockWatch::kVouchedFor);
  const auto over = duty.look().value();
  ASSERT_TRUE(over && !over->doubt);
  EXPECT_EQ(over->trust, ClockTrust::vouched);
  EXPECT_EQ(count(EventKind::clock_doubted), 1U);
  EXPECT_EQ(count(EventKind::clock_trusted), 1U);
}

TEST_F(ClockDeskTest, WhoConfirmsIsInTheAuditOnce) {
  EXPECT_EQ(confirm_clock(*services, owner()).error().code, Errc::conflict);
  ClockDuty duty(*services);
  clock.jump_wall(Seconds(300));
  ASSERT_TRUE(duty.look().value());
  ASSERT_TRUE(confirm_clock(*services, owner()));
  const AuditRecord record = last_record();
  EXPECT_EQ(record.event.kind, EventKind::clock_trusted);
  EXPECT_EQ(record.event.actor, Actor("owner"));
  EXPECT_TRUE(duty.look().value());
  EXPECT_EQ(last_record().seq, record.seq);
}

TEST_F(ClockDeskTest, AClockBehindTheAuditIsNoticedAtTheStart) {
  ASSERT_TRUE(compare_clock_with_audit(*services));
  EXPECT_FALSE(services->clock_watch.is_doubted());
  // The machine starts anew, with a clock whose battery is empty.
  clock.reboot();
  clock.jump_wall(Seconds(-24 * 3'600));
  services = start_services({store, clock, random, vault}, 2).value();
  ASSERT_TRUE(compare_clock_with_audit(*services));
  ASSERT_TRUE(services->clock_watch.doubt());
  EXPECT_THAT(text_of(*services->clock_watch.doubt()), HasSubstr("behind what its audit has seen"));
}

}  // namespace
}  // namespace lockstep
