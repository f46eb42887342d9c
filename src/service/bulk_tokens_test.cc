// SPDX-License-Identifier: Apache-2.0
#include "service/bulk_tokens.h"

#include <gmock/gmock.h>

#include "service/approvals.h"
#include "service/service_test_world.h"

namespace lockstep {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::Pair;

class BulkTokens : public World {
 protected:
  BulkTokens() {
    for (std::size_t i = 0; i < 6; ++i) {
      add_user("u" + std::to_string(i));
      add_card("u" + std::to_string(i), "T" + std::to_string(2 * i));
      add_card("u" + std::to_string(i), "T" + std::to_string(2 * i + 1));
    }
    Operator karin{.id = OperatorId(1), .name = user_name("karin")};
    karin.role = Role::administrator;
    EXPECT_TRUE(store.commit({{InsertOperator{karin}}, {}}));
  }

  static BulkChange change_of(std::size_t count, std::variant<TokenStatus, DeleteTokens> what) {
    BulkChange change{{}, what};
    for (std::size_t i = 0; i < count; ++i) {
      change.serials.push_back(serial("T" + std::to_string(i)));
    }
    return change;
  }
  [[nodiscard]] Context as(const std::string& actor, Permissions permissions) const {
    return begin(*services, Caller{Actor(actor), permissions, actor});
  }
  Result<BulkAnswer> apply(const BulkChange& change) {
    return change_tokens(*services, owner(), change);
  }
  void demand_two() {
    ASSERT_TRUE(put_policy(*services, owner(),
                           R"({"preset":"default","set":{"approval.mass_change":true}})"));
  }
};

TEST_F(BulkTokens, AllAreChangedAndEachIsWrittenDown) {
  ASSERT_EQ(apply(change_of(12, TokenStatus::suspended))->changed, 12U);
  for (int i = 0; i < 12; ++i) {
    EXPECT_EQ(token("T" + std::to_string(i)).status, TokenStatus::suspended);
  }
  const auto records = store.audit({.limit = 12}).value();
  for (const AuditRecord& record : records) {
    EXPECT_EQ(record.event.kind, EventKind::token_changed);
    EXPECT_TRUE(record.event.serial && record.event.user);
    EXPECT_THAT(record.event.details, Contains(Pair("status_before", "enabled")));
    EXPECT_THAT(record.event.details, Contains(Pair("status", "suspended")));
  }
  EXPECT_EQ(apply(change_of(12, TokenStatus::suspended))->changed, 0U) << "they are";
  EXPECT_EQ(apply(change_of(12, DeleteTokens{}))->changed, 12U);
  EXPECT_EQ(get_token(*services, serial("T0")).error().code, Errc::not_found);
}

TEST_F(BulkTokens, OneThatCannotStopsAll) {
  BulkChange change = change_of(3, TokenStatus::suspended);
  change.serials.push_back(serial("NONE"));
  const auto missing = apply(change);
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, Errc::not_found);
  EXPECT_THAT(missing.error().context, HasSubstr("NONE"));
  ASSERT_TRUE(apply(change_of(1, TokenStatus::revoked)));
  EXPECT_EQ(apply(change_of(3, TokenStatus::suspended)).error().code, Errc::not_allowed);
  EXPECT_EQ(token("T1").status, TokenStatus::enabled);
}

TEST_F(BulkTokens, NonsenseIsRefused) {
  EXPECT_EQ(apply(change_of(0, DeleteTokens{})).error().code, Errc::invalid_input);
  EXPECT_EQ(apply(change_of(1'001, DeleteTokens{})).error().code, Errc::invalid_input);
  BulkChange twice = change_of(1, DeleteTokens{});
  twice.serials.push_back(twice.serials[0]);
  EXPECT_EQ(apply(twice).error().code, Errc::invalid_input);
}

TEST_F(BulkTokens, WhatIsForGoodNeedsMore) {
  const Context desk = as("operator:desk", permissions_of(Role::help_desk));
  EXPECT_TRUE(change_tokens(*services, desk, change_of(2, TokenStatus::lost)));
  for (const BulkChange& change :
       {change_of(2, TokenStatus::revoked), change_of(2, DeleteTokens{})}) {
    EXPECT_EQ(change_tokens(*services, desk, change).error().code, Errc::not_allowed);
  }
}

TEST_F(BulkTokens, ManyAtOnceWaitForAnotherOperator) {
  demand_two();
  EXPECT_EQ(apply(change_of(10, TokenStatus::lost))->changed, 10U) << "these are few";
  const Permissions admin = permissions_of(Role::administrator);
  const Context karin = as("operator:karin", admin);
  const auto asked = change_tokens(*services, karin, change_of(11, TokenStatus::revoked)).value();
  ASSERT_TRUE(asked.waits);
  EXPECT_EQ(asked.changed, 0U);
  EXPECT_EQ(token("T0").status, TokenStatus::lost);

  const Context desk = as("operator:desk", permissions_of(Role::help_desk));
  EXPECT_EQ(approve(*services, desk, asked.waits->id).error().code, Errc::not_allowed);
  ASSERT_TRUE(approve(*services, as("operator:olle", admin), asked.waits->id));
  EXPECT_EQ(token("T0").status, TokenStatus::revoked);
  EXPECT_EQ(token("T10").status, TokenStatus::revoked);
  EXPECT_EQ(token("T11").status, TokenStatus::enabled);
  const AuditEvent event = last_record().event;
  EXPECT_EQ(event.actor, Actor("operator:karin"));
  EXPECT_THAT(event.details, Contains(Pair("approved_by", "operator:olle")));
  EXPECT_TRUE(store.approvals()->empty());
}

TEST_F(BulkTokens, WhoGotAScopeMeanwhileReachesNoFurtherThanIt) {
  demand_two();
  const Permissions admin = permissions_of(Role::administrator);
  const auto asked =
      change_tokens(*services, as("operator:karin", admin), change_of(12, TokenStatus::lost))
          .value();
  Operator karin = store.find_operator(OperatorId(1)).value().value();
  karin.scope = {group_name("staff")};
  ASSERT_TRUE(store.commit({{InsertGroup{group_name("staff")}, UpdateOperator{karin}}, {}}));
  const Context olle = as("operator:olle", admin);
  EXPECT_EQ(approve(*services, olle, asked.waits->id).error().code, Errc::conflict);
  EXPECT_EQ(token("T0").status, TokenStatus::enabled);
  for (int i = 0; i < 6; ++i) {
    const UserId id = user("u" + std::to_string(i)).id;
    ASSERT_TRUE(store.commit({{AddMember{group_name("staff"), id}}, {}}));
  }
  EXPECT_TRUE(approve(*services, olle, asked.waits->id));
  EXPECT_EQ(token("T0").status, TokenStatus::lost);
}

TEST_F(BulkTokens, WhatCannotBeDoneAnyMoreStillWaits) {
  demand_two();
  const Permissions admin = permissions_of(Role::administrator);
  const auto asked =
      change_tokens(*services, as("operator:karin", admin), change_of(12, DeleteTokens{})).value();
  ASSERT_TRUE(delete_token(*services, owner(), serial("T3"), {}));
  EXPECT_EQ(approve(*services, as("operator:olle", admin), asked.waits->id).error().code,
            Errc::conflict);
  EXPECT_EQ(store.approvals()->size(), 1U);
  EXPECT_TRUE(get_token(*services, serial("T4")));
}

}  // namespace
}  // namespace lockstep
