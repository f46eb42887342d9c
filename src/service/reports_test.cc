// SPDX-License-Identifier: Apache-2.0
#include "service/reports.h"

#include <algorithm>
#include <map>

#include <gmock/gmock.h>

#include "service/groups.h"
#include "service/scoped_store.h"
#include "service/service_test_world.h"

namespace lockstep {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;
using testing::UnorderedElementsAre;

class Reports : public World {
 protected:
  Reports() {
    add_user("anna");
    card_.emplace(add_card("anna", "A1"));
    clock.advance(Seconds(60));
  }

  [[nodiscard]] ReportSpan until_now() const {
    return {owner().now.wall - kReportSpan, owner().now.wall + Seconds(1)};
  }

  /// What was counted, by kind and reason.
  std::map<std::string, std::uint64_t> counted(EventTopic topic, const ReportAbout& about = {}) {
    std::map<std::string, std::uint64_t> found;
    const auto counts = count_events(*services, topic, about, until_now()).value();
    for (const AuditCount& one : counts) {
      std::string name(name_of(one.kind));
      if (one.reason != Reason::none) name += " " + std::string(name_of(one.reason));
      found[name] += one.count;
    }
    return found;
  }

  std::map<Attention, std::uint64_t> attention(Services& seen) {
    std::map<Attention, std::uint64_t> found;
    const auto counts = count_attention(seen, owner()).value();
    for (const AttentionCount& one : counts) {
      if (one.count > 0) found[one.what] = one.count;
    }
    return found;
  }

  void set_status(const char* token, TokenStatus status) {
    TokenPatch patch;
    patch.status = status;
    ASSERT_TRUE(patch_token(*services, owner(), serial(token), patch, {}));
  }

  std::optional<SimulatedToken> card_;
};

TEST_F(Reports, SignInsAreCountedByResultAndReason) {
  EXPECT_EQ(log_in("anna", card_->press()), Verdict::accept);
  EXPECT_EQ(log_in("anna", card_->press()), Verdict::accept);
  EXPECT_EQ(log_in("anna", wrong_code(card_->code_at(Position(5'000)))), Verdict::reject);
  EXPECT_THAT(counted(EventTopic::sign_ins),
              ElementsAre(Pair("login.accepted", 2), Pair("login.refused no_match", 1)));
  EXPECT_THAT(counted(EventTopic::sign_ins, {.user = user_name("bo"), .serial = {}}), IsEmpty());
  EXPECT_THAT(counted(EventTopic::resyncs), IsEmpty());
}

TEST_F(Reports, ATokenThatHealsAtSignInIsAResynchronisationToo) {
  card_->set_counter(Position(1'060));
  EXPECT_EQ(log_in("anna", card_->press()), Verdict::reject);
  EXPECT_EQ(log_in("anna", card_->press()), Verdict::accept);
  EXPECT_THAT(counted(EventTopic::resyncs), ElementsAre(Pair("login.accepted_resynced", 1)));
  const UserMetrics metrics = user_metrics(*services, owner(), user_name("anna")).value();
  EXPECT_EQ(metrics.accepted, 1U);
  EXPECT_EQ(metrics.accepted_resynced, 1U);
}

TEST_F(Reports, ChangesAreCountedByWhoMadeThem) {
  set_status("A1", TokenStatus::suspended);
  const auto counts = count_events(*services, EventTopic::changes,
                                   {.user = {}, .serial = serial("A1")}, until_now())
                          .value();
  std::map<std::string, std::string> by;
  for (const AuditCount& one : counts) by[std::string(name_of(one.kind))] = one.actor.value();
  EXPECT_THAT(by,
              UnorderedElementsAre(Pair("token.created", "owner"), Pair("token.changed", "owner"),
                                   Pair("token.assigned", "owner")));
}

TEST_F(Reports, ASpanThatEndsBeforeItBeginsIsRefused) {
  const WallTime now = owner().now.wall;
  const auto found = count_events(*services, EventTopic::sign_ins, {}, {now, now});
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().code, Errc::invalid_input);
}

TEST_F(Reports, MetricsLookThirtyDaysBackAndSayTheLastOfEach) {
  EXPECT_EQ(log_in("anna", card_->press()), Verdict::accept);
  const WallTime first = owner().now.wall;
  clock.advance(kReportSpan + Seconds(60));
  EXPECT_EQ(log_in("anna", wrong_code(card_->code_at(Position(5'000)))), Verdict::reject);
  const WallTime second = owner().now.wall;
  clock.advance(Seconds(1));
  const UserMetrics metrics = user_metrics(*services, owner(), user_name("anna")).value();
  EXPECT_EQ(metrics.accepted, 0U);
  EXPECT_EQ(metrics.last_accepted, first);
  EXPECT_EQ(metrics.refused, 1U);
  EXPECT_EQ(metrics.last_refused, second);
  ASSERT_EQ(metrics.refused_by_reason.size(), 1U);
  EXPECT_EQ(metrics.refused_by_reason[0].count, 1U);
  EXPECT_EQ(user_metrics(*services, owner(), user_name("bo")).error().code, Errc::not_found);
}

TEST_F(Reports, WhatNeedsAttentionIsCounted) {
  ASSERT_TRUE(create_group(*services, owner(), group_name("staff")));
  add_user("bo");
  add_card("anna", "L1");
  set_status("L1", TokenStatus::lost);
  EXPECT_THAT(attention(*services), UnorderedElementsAre(Pair(Attention::users_without_token, 1),
                                                         Pair(Attention::users_without_group, 2),
                                                         Pair(Attention::tokens_never_used, 2),
                                                         Pair(Attention::tokens_lost, 1)));
  EXPECT_EQ(log_in("anna", card_->press()), Verdict::accept);
  TokenPatch ends;
  ends.valid_until = DateChange{owner().now.wall + kEndingWithin - Seconds(1)};
  ASSERT_TRUE(patch_token(*services, owner(), serial("A1"), ends, {}));
  EXPECT_EQ(attention(*services)[Attention::tokens_ending], 1U);
  EXPECT_EQ(attention(*services)[Attention::tokens_never_used], 1U);
}

TEST_F(Reports, AScopeCountsItsOwnOnly) {
  ASSERT_TRUE(create_group(*services, owner(), group_name("staff")));
  add_user("bo");
  ASSERT_TRUE(add_member(*services, owner(), group_name("staff"), user_name("bo")));
  Caller caller = owner().caller;
  caller.scope = {group_name("staff")};
  ScopedStore narrow(store, caller);
  Services seen = services->over(narrow);
  EXPECT_THAT(attention(seen), ElementsAre(Pair(Attention::users_without_token, 1)));
  EXPECT_FALSE(count_events(seen, EventTopic::sign_ins, {}, until_now()));
  EXPECT_FALSE(user_metrics(seen, owner(), user_name("anna")));
}

TEST(EventTopics, HaveNamesAndNoSignInIsAChange) {
  for (const EventTopic topic : {EventTopic::sign_ins, EventTopic::resyncs, EventTopic::changes}) {
    EXPECT_EQ(parse_event_topic(name_of(topic)), topic);
    EXPECT_FALSE(kinds_of(topic).empty());
  }
  EXPECT_EQ(parse_event_topic("all"), std::nullopt);
  const std::vector<EventKind> changes = kinds_of(EventTopic::changes);
  EXPECT_EQ(std::ranges::find(changes, EventKind::login_accepted), changes.end());
  EXPECT_NE(std::ranges::find(changes, EventKind::user_changed), changes.end());
}

}  // namespace
}  // namespace lockstep
