// SPDX-License-Identifier: Apache-2.0
#include "service/scoped_store.h"

#include <gmock/gmock.h>

#include "service/groups.h"
#include "service/service_test_world.h"

namespace lockstep {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

/// "anna" of group staff is inside, "bo" of group sales is outside, "cilla" is in no group.
class Scoped : public World {
 protected:
  Scoped() {
    for (const char* group : {"staff", "sales"}) {
      EXPECT_TRUE(create_group(*services, owner(), group_name(group)));
    }
    for (const char* name : {"anna", "bo", "cilla"}) add_user(name);
    EXPECT_TRUE(add_member(*services, owner(), group_name("staff"), user_name("anna")));
    EXPECT_TRUE(add_member(*services, owner(), group_name("sales"), user_name("bo")));
    add_card("anna", "A1");
    add_card("bo", "B1");
    add_card("cilla", "C1");
    add_stock("S1");
    caller_.permissions = permissions_of(Role::administrator);
    caller_.scope = {group_name("staff")};
    caller_.actor = Actor("operator:karin");
    caller_.source = "operator:karin";
  }

  void add_stock(std::string_view text) {
    NewToken wanted{.serial = serial(text),
                    .spec = {},
                    .form = TokenForm::hardware,
                    .model = {},
                    .next = Position(0),
                    .valid_from = {},
                    .valid_until = {},
                    .seed = GenerateSeed{},
                    .owner = {}};
    ASSERT_TRUE(create_token(*services, owner(), std::move(wanted)));
  }
  [[nodiscard]] Context narrow() const { return begin(*services, caller_); }
  Errc error_of(const Change& change) { return scoped().commit({{change}, {}}).error().code; }
  ScopedStore& scoped() {
    scoped_.emplace(store, caller_);
    return *scoped_;
  }

  Caller caller_;
  std::optional<ScopedStore> scoped_;
};

TEST_F(Scoped, WhoIsOutsideDoesNotExist) {
  EXPECT_TRUE(scoped().situation(Subject(user_name("anna")))->user);
  EXPECT_TRUE(scoped().situation(Subject(serial("A1")))->user);
  for (const Subject& outside : {Subject(user_name("bo")), Subject(serial("B1")),
                                 Subject(user_name("cilla")), Subject(serial("C1"))}) {
    const Situation seen = scoped().situation(outside).value();
    EXPECT_FALSE(seen.user);
    EXPECT_THAT(seen.tokens, IsEmpty());
    EXPECT_THAT(seen.groups, IsEmpty());
    bool asked = false;
    EXPECT_TRUE(scoped().attempt(outside, [&](const Situation& now) -> Result<ChangeSet> {
      asked = true;
      EXPECT_FALSE(now.user);
      EXPECT_THAT(now.tokens, IsEmpty());
      return ChangeSet{};
    }));
    EXPECT_TRUE(asked);
  }
}

TEST_F(Scoped, ListsHoldWhoIsInside) {
  const auto users = scoped().users({}, {}).value();
  ASSERT_THAT(users, SizeIs(1));
  EXPECT_EQ(users[0].name, user_name("anna"));
  EXPECT_THAT(scoped().users({.group = group_name("sales")}, {}).value(), IsEmpty());
  const auto tokens = scoped().tokens({}, {}).value();
  ASSERT_THAT(tokens, SizeIs(2));
  EXPECT_EQ(tokens[0].token.serial, serial("A1"));
  EXPECT_EQ(tokens[1].token.serial, serial("S1"));
  const auto groups = scoped().groups({}).value();
  ASSERT_THAT(groups, SizeIs(1));
  EXPECT_EQ(groups[0].name, group_name("staff"));
  EXPECT_THAT(scoped().groups({.limit = 10, .after = "staff"}).value(), IsEmpty());
  EXPECT_THAT(scoped().members(group_name("staff"), {}).value(), ElementsAre(user_name("anna")));
  EXPECT_EQ(scoped().members(group_name("sales"), {}).error().code, Errc::not_found);
}

TEST_F(Scoped, StockIsForThoseWhoMayAssign) {
  EXPECT_THAT(scoped().situation(Subject(serial("S1")))->tokens, SizeIs(1));
  caller_.permissions = permissions_of(Role::auditor);
  EXPECT_THAT(scoped().situation(Subject(serial("S1")))->tokens, IsEmpty());
  EXPECT_THAT(scoped().tokens({}, {}).value(), SizeIs(1));
  EXPECT_THAT(scoped().tokens({.assigned = false}, {}).value(), IsEmpty());
}

TEST_F(Scoped, AnotherGroupsMembershipIsNotTheirsToGive) {
  const UserId anna = user("anna").id;
  EXPECT_EQ(error_of(AddMember{group_name("sales"), anna}), Errc::not_found);
  EXPECT_EQ(error_of(RemoveMember{group_name("sales"), anna}), Errc::not_found);
  EXPECT_TRUE(scoped().commit({{RemoveMember{group_name("staff"), anna}}, {}}));
  EXPECT_EQ(error_of(InsertGroup{group_name("own")}), Errc::not_allowed);
  EXPECT_EQ(error_of(DeleteGroup{group_name("staff")}), Errc::not_allowed);
}

TEST_F(Scoped, AChangeThatOnlyADecisionMakesIsCheckedToo) {
  const Result<void> done =
      scoped().attempt(Subject(user_name("anna")), [](const Situation& now) -> Result<ChangeSet> {
        return ChangeSet{{AddMember{group_name("sales"), now.user->id}}, {}};
      });
  EXPECT_EQ(done.error().code, Errc::not_found);
  EXPECT_EQ(store.situation(Subject(user_name("anna")))->groups.size(), 1U);
}

TEST_F(Scoped, ANewUserIsRefusedAsOneOutsideIs) {
  Services before_it = services->over(scoped());
  for (const char* name : {"bo", "nobody"}) {
    const auto done = upsert_user(before_it, narrow(), user_name(name), {}, {});
    EXPECT_EQ(done.error().code, Errc::not_found) << name;
    EXPECT_EQ(done.error().context, "no such user");
  }
}

TEST_F(Scoped, WhatConcernsEverybodyIsRefused) {
  Operator account{.id = OperatorId(1), .name = user_name("a")};
  EXPECT_EQ(error_of(InsertOperator{account}), Errc::not_allowed);
  EXPECT_EQ(error_of(UpdateOperator{account}), Errc::not_allowed);
  EXPECT_EQ(error_of(InsertPolicy{}), Errc::not_allowed);
  EXPECT_EQ(error_of(RevokeApiKey{}), Errc::not_allowed);
  EXPECT_EQ(error_of(InsertSession{}), Errc::not_allowed);
  EXPECT_EQ(error_of(DeleteSessionsOf{}), Errc::not_allowed) << "an operator's";
  EXPECT_EQ(error_of(RetireKey{}), Errc::not_allowed);
  EXPECT_EQ(scoped().operators({}).error().code, Errc::not_allowed);
  EXPECT_EQ(scoped().api_keys({}).error().code, Errc::not_allowed);
  EXPECT_EQ(scoped().sealed({}, 1).error().code, Errc::not_allowed);
  EXPECT_EQ(scoped().service_key("pin").error().code, Errc::not_allowed);
  EXPECT_EQ(scoped().audit_scan([](const AuditRecord&) { return Result<void>(); }).error().code,
            Errc::not_allowed);
}

TEST_F(Scoped, TheAuditIsOpenForOneUserOrTokenInside) {
  EXPECT_EQ(scoped().audit({}).error().code, Errc::not_allowed);
  EXPECT_EQ(scoped().audit_counts({}).error().code, Errc::not_allowed);
  EXPECT_FALSE(scoped().audit({.user = user_name("anna")})->empty());
  EXPECT_FALSE(scoped().audit({.serial = serial("A1")})->empty());
  EXPECT_FALSE(scoped().audit_counts({.user = user_name("anna")})->empty());
  EXPECT_EQ(scoped().audit({.user = user_name("bo")}).error().code, Errc::not_found);
  EXPECT_EQ(scoped().audit({.serial = serial("B1")}).error().code, Errc::not_found);
  EXPECT_EQ(scoped().audit({.user = user_name("anna"), .serial = serial("B1")}).error().code,
            Errc::not_found);
}

TEST_F(Scoped, OfATokenThatChangedHandsOnlyWhatIsInsideIsTold) {
  // Bo's before, Anna's now.
  ASSERT_TRUE(unassign_token(*services, owner(), user_name("bo"), serial("B1")));
  ASSERT_TRUE(assign_token(*services, owner(), user_name("anna"), serial("B1")));
  const auto records = scoped().audit({.serial = serial("B1")}).value();
  EXPECT_THAT(records, SizeIs(2)) << "its making, which names nobody, and Anna's";
  for (const AuditRecord& one : records) EXPECT_NE(one.event.user, user_name("bo"));
  std::uint64_t counted = 0;
  const auto counts = scoped().audit_counts({.serial = serial("B1")}).value();
  for (const AuditCount& one : counts) counted += one.count;
  EXPECT_EQ(counted, 2U);
}

TEST_F(Scoped, OnesOwnSessionsAndNobodyElsesMayBeEnded) {
  for (const char* name : {"karin", "olle"}) {
    Operator account{.id = OperatorId(static_cast<std::uint64_t>(name[0])),
                     .name = user_name(name)};
    ASSERT_TRUE(store.commit({{InsertOperator{account}}, {}}));
  }
  EXPECT_TRUE(scoped().commit({{DeleteSessionsOf{SessionKind::console, 'k'}}, {}}));
  EXPECT_EQ(error_of(DeleteSessionsOf{SessionKind::console, 'o'}), Errc::not_allowed);
  EXPECT_TRUE(scoped().commit({{DeleteSessionsOf{SessionKind::portal, 'u'}}, {}}))
      << "a user's, as other changes of rows that were shown";
}

TEST_F(Scoped, OnlyOnesOwnAccountSessionAndApprovalsAreThere) {
  for (const char* name : {"karin", "olle"}) {
    Operator account{.id = OperatorId(static_cast<std::uint64_t>(name[0])),
                     .name = user_name(name)};
    Approval approval;
    approval.id = ApprovalId(static_cast<std::uint64_t>(name[0]));
    approval.asked_by = Actor("operator:" + std::string(name));
    ASSERT_TRUE(store.commit({{InsertOperator{account}, InsertApproval{approval}}, {}}));
  }
  Session session;
  session.hash.fill(7);
  ASSERT_TRUE(store.commit({{InsertSession{session}}, {}}));
  EXPECT_TRUE(scoped().find_operator(user_name("karin")).value());
  EXPECT_FALSE(scoped().find_operator(user_name("olle")).value());
  EXPECT_FALSE(scoped().find_operator(OperatorId('o')).value());
  EXPECT_THAT(scoped().approvals().value(), SizeIs(1));
  EXPECT_FALSE(scoped().session(session.hash).value());
  caller_.session = session.hash;
  EXPECT_TRUE(scoped().session(session.hash).value());
}

}  // namespace
}  // namespace lockstep
