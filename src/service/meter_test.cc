// SPDX-License-Identifier: Apache-2.0
#include "service/meter.h"

#include <thread>

#include <gmock/gmock.h>

#include "service/resync_conversation.h"
#include "service/service_test_world.h"

namespace lockstep {
namespace {

using testing::HasSubstr;
using testing::Not;

std::string page_of(const Meter& meter) {
  MetricsPage page;
  meter.write(page);
  return page.text();
}

TEST(Histogram, ABoundBelongsToItsBucketAndOneMoreToTheNext) {
  Histogram histogram;
  histogram.observe(Micros(500));
  histogram.observe(Micros(501));
  histogram.observe(Micros(5'000'000));
  histogram.observe(Micros(5'000'001));
  const HistogramReading read = histogram.read();
  ASSERT_EQ(read.buckets.size(), Histogram::kBounds.size());
  EXPECT_EQ(read.buckets[0].count, 1U);
  EXPECT_DOUBLE_EQ(read.buckets[0].at_most, 0.0005);
  EXPECT_EQ(read.buckets[1].count, 2U);
  EXPECT_EQ(read.buckets.back().count, 3U);
  EXPECT_EQ(read.count, 4U);
  EXPECT_NEAR(read.seconds, 10.001002, 1e-9);
}

TEST(Histogram, AClockThatWentBackTakesNothingAway) {
  Histogram histogram;
  histogram.observe(Micros(-5));
  EXPECT_EQ(histogram.read().count, 1U);
  EXPECT_EQ(histogram.read().seconds, 0.0);
}

TEST(Histogram, NothingIsLostBetweenThreads) {
  Histogram histogram;
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&histogram] {
      for (int turn = 0; turn < 1'000; ++turn) histogram.observe(Micros(turn));
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(histogram.read().count, 4'000U);
}

class Metered : public World {
 protected:
  [[nodiscard]] std::string page() const { return page_of(services->meter); }
};

TEST_F(Metered, LogInsAreCountedByResultAndReason) {
  add_user("anna");
  SimulatedToken card = add_card("anna", "C1");
  ASSERT_EQ(log_in("anna", card.press()), Verdict::accept);
  ASSERT_EQ(log_in("anna", wrong_code(card.press())), Verdict::reject);
  ASSERT_EQ(log_in("nobody", "123456"), Verdict::reject);
  ASSERT_EQ(log_in(std::string(300, 'x'), "123456"), Verdict::reject);
  EXPECT_THAT(page(),
              HasSubstr("\nlockstep_logins_total{result=\"accepted\",reason=\"none\"} 1\n"));
  EXPECT_THAT(page(),
              HasSubstr("\nlockstep_logins_total{result=\"refused\",reason=\"no_match\"} 1\n"));
  EXPECT_THAT(page(),
              HasSubstr("\nlockstep_logins_total{result=\"refused\",reason=\"unknown_user\"} 1\n"));
  EXPECT_THAT(page(),
              HasSubstr("\nlockstep_logins_total{result=\"refused\",reason=\"malformed\"} 1\n"));
  EXPECT_THAT(page(), HasSubstr("\nlockstep_login_decision_duration_seconds_count 3\n"));
  EXPECT_THAT(page(), HasSubstr("\nlockstep_login_commit_duration_seconds_count 3\n"));
  EXPECT_THAT(page(), HasSubstr("\nlockstep_login_commits_waiting 0\n"));
}

TEST_F(Metered, ATokenThatComesBackByTwoLogInsIsAResyncOfTheirs) {
  add_user("anna");
  SimulatedToken card = add_card("anna", "C1");
  ASSERT_EQ(log_in("anna", card.press()), Verdict::accept);
  card.press_unseen(40);
  ASSERT_EQ(log_in("anna", card.press()), Verdict::reject);
  ASSERT_EQ(log_in("anna", card.press()), Verdict::accept);
  EXPECT_THAT(
      page(),
      HasSubstr("\nlockstep_logins_total{result=\"accepted_resynced\",reason=\"none\"} 1\n"));
  EXPECT_THAT(page(), HasSubstr("\nlockstep_resyncs_total{by=\"log_in\",result=\"succeeded\","
                                "reason=\"none\"} 1\n"));
}

TEST_F(Metered, AnOperatorsResyncsAreCountedAndTestsOfCodesAreNot) {
  add_user("anna");
  SimulatedToken card = add_card("anna", "C1");
  card.press_unseen(100);
  const std::string first = card.press();
  const std::string second = card.press();
  const Context desk = with({Permission::tokens_resync});
  ASSERT_TRUE(test_token(*services, desk, serial("C1"), first));
  ASSERT_TRUE(
      resynchronise(*services, desk, {serial("C1"), {wrong_code(first), wrong_code(second)}}));
  ASSERT_TRUE(resynchronise(*services, desk, {serial("C1"), {first, second}}));
  EXPECT_THAT(page(), HasSubstr("\nlockstep_resyncs_total{by=\"operator\",result=\"succeeded\","
                                "reason=\"none\"} 1\n"));
  EXPECT_THAT(page(), HasSubstr("\nlockstep_resyncs_total{by=\"operator\",result=\"failed\","
                                "reason=\"no_match\"} 1\n"));
}

TEST_F(Metered, ThePortalsResyncsAreTheUsersOwn) {
  add_user("anna");
  SimulatedToken card = add_card("anna", "C1");
  card.press_unseen(100);
  const Context portal = with({Permission::self_service});
  const auto started = start_conversation(*services, portal, user_name("anna"), serial("C1"));
  const std::string id = std::get<ConversationStarted>(started.value()).id;
  ASSERT_TRUE(give_first(*services, portal, id, card.press()));
  ASSERT_TRUE(complete_conversation(*services, portal, id, card.press()));
  EXPECT_THAT(page(), HasSubstr("\nlockstep_resyncs_total{by=\"self_service\","
                                "result=\"succeeded\",reason=\"none\"} 1\n"));
}

TEST_F(Metered, ALogInThatCannotBeDecidedIsCountedAsFailed) {
  add_user("anna");
  SimulatedToken card = add_card("anna", "C1");
  const Token damaged = token("C1");
  Bytes bytes = damaged.seed.value();
  bytes.back() ^= 1U;
  ASSERT_TRUE(store.commit(
      ChangeSet{{ReplaceSealed{damaged.id, damaged.seed, Sealed(std::move(bytes))}}, {}}));
  ASSERT_FALSE(authenticate(*services, client(), request("anna", card.press())));
  EXPECT_THAT(page(), HasSubstr("\nlockstep_logins_failed_total 1\n"));
  EXPECT_THAT(page(), Not(HasSubstr("lockstep_logins_total{")));
}

TEST_F(Metered, NobodysNameIsInIt) {
  add_user("anna");
  SimulatedToken card = add_card("anna", "SERIAL-77");
  ASSERT_EQ(log_in("anna", card.press()), Verdict::accept);
  ASSERT_TRUE(resynchronise(*services, owner(), {serial("SERIAL-77"), {"111111", "222222"}}));
  for (const char* name : {"anna", "SERIAL-77", "vpn", "desk"}) {
    EXPECT_THAT(page(), Not(HasSubstr(name)));
  }
}

}  // namespace
}  // namespace lockstep
