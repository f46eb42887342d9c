// SPDX-License-Identifier: Apache-2.0
#include "service/approvals.h"

#include <gmock/gmock.h>

#include "service/inventory.h"
#include "service/service_test_world.h"

namespace lockstep {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;
using testing::SizeIs;

/// Where exports and mass changes need two: "karin" asks, "olle" agrees.
class Approvals : public World {
 protected:
  Approvals() {
    EXPECT_TRUE(put_policy(
        *services, owner(),
        R"({"preset":"default","set":{"approval.export":true,"approval.mass_change":true}})"));
    add_user("anna");
    add_card("anna", "A1");
    Operator karin{.id = OperatorId(1), .name = user_name("karin")};
    karin.role = Role::administrator;
    EXPECT_TRUE(store.commit({{InsertOperator{karin}}, {}}));
  }
  /// Changes her account.
  void change_karin(const std::function<void(Operator&)>& how) {
    Operator karin = store.find_operator(OperatorId(1)).value().value();
    how(karin);
    ASSERT_TRUE(store.commit({{UpdateOperator{karin}}, {}}));
  }

  [[nodiscard]] Context as(const std::string& actor, Role role = Role::administrator) const {
    return begin(*services, Caller{Actor(actor), permissions_of(role), actor});
  }
  Context karin() { return as("operator:karin"); }
  Context olle() { return as("operator:olle"); }

  Result<std::optional<Approval>> export_by(const Context& who,
                                            std::optional<ApprovalId> approval = {},
                                            const std::string& search = "") {
    rows_.clear();
    return export_inventory(*services, who, {.search = search}, approval,
                            [&](const TokenRow& row) { rows_.push_back(row.token.serial.text()); });
  }
  ApprovalId asked() { return export_by(karin()).value().value().id; }

  std::vector<std::string> rows_;
};

TEST_F(Approvals, AnExportWaitsUntilAnotherOperatorAgrees) {
  const ApprovalId id = asked();
  EXPECT_THAT(rows_, IsEmpty());
  EXPECT_EQ(last_record().event.kind, EventKind::approval_asked);
  EXPECT_EQ(export_by(karin(), id).error().code, Errc::conflict) << "nobody has agreed";
  ASSERT_TRUE(approve(*services, olle(), id));
  EXPECT_EQ(last_record().event.kind, EventKind::approval_given);
  EXPECT_EQ(agreed_by(list_approvals(*services, karin())->at(0)), Actor("operator:olle"));
  EXPECT_FALSE(export_by(karin(), id).value());
  EXPECT_THAT(rows_, ElementsAre("A1"));
  EXPECT_EQ(last_record().event.kind, EventKind::inventory_exported);
  EXPECT_EQ(export_by(karin(), id).error().code, Errc::not_found) << "it was for once";
}

TEST_F(Approvals, WhatWasAgreedToIsWhatIsExported) {
  const ApprovalId id = export_by(karin(), {}, "b1").value().value().id;
  EXPECT_EQ(list_approvals(*services, olle())->at(0).data, R"({"q":"b1"})");
  EXPECT_THAT(last_record().event.details, Contains(Pair("q", "b1")));
  ASSERT_TRUE(approve(*services, olle(), id));
  EXPECT_EQ(export_by(karin(), id).error().code, Errc::conflict) << "all of it";
  EXPECT_EQ(export_by(karin(), id, "a1").error().code, Errc::conflict);
  EXPECT_THAT(rows_, IsEmpty());
  EXPECT_FALSE(export_by(karin(), id, "b1").value());
}

TEST_F(Approvals, NothingIsDoneForWhoMayNotDoItAnyMore) {
  const ApprovalId id = asked();
  change_karin([](Operator& karin) { karin.role = Role::auditor; });
  EXPECT_EQ(approve(*services, olle(), id).error().code, Errc::conflict);
  change_karin([](Operator& karin) {
    karin.role = Role::administrator;
    karin.status = OperatorStatus::disabled;
  });
  EXPECT_EQ(approve(*services, olle(), id).error().code, Errc::conflict);
  change_karin([](Operator& karin) { karin.status = OperatorStatus::enabled; });
  EXPECT_TRUE(approve(*services, olle(), id));
}

TEST_F(Approvals, WhoAskedMayNotAgree) {
  EXPECT_EQ(approve(*services, karin(), asked()).error().code, Errc::not_allowed);
}

TEST_F(Approvals, AProgramMayNeitherAskNorAgree) {
  // Else one person would be both: the holder of a key, and an operator.
  EXPECT_EQ(export_by(as("key:report")).error().code, Errc::not_allowed);
  EXPECT_THAT(list_approvals(*services, karin()).value(), IsEmpty());
  const ApprovalId id = asked();
  EXPECT_EQ(approve(*services, as("key:other"), id).error().code, Errc::not_allowed);
  EXPECT_EQ(refuse_approval(*services, as("key:other"), id).error().code, Errc::not_allowed);
  EXPECT_TRUE(approve(*services, owner(), id)) << "over the admin socket";
}

TEST_F(Approvals, NobodyAgreesToWhatTheyMayNotDo) {
  const ApprovalId id = asked();
  const Context desk = as("operator:desk", Role::help_desk);
  EXPECT_EQ(approve(*services, desk, id).error().code, Errc::not_found);
  EXPECT_THAT(list_approvals(*services, desk).value(), IsEmpty());
  EXPECT_THAT(list_approvals(*services, olle()).value(), SizeIs(1));
}

TEST_F(Approvals, OnlyWhoAskedUsesIt) {
  const ApprovalId id = asked();
  ASSERT_TRUE(approve(*services, olle(), id));
  EXPECT_EQ(export_by(olle(), id).error().code, Errc::not_found);
  EXPECT_EQ(export_by(as("operator:oda"), id).error().code, Errc::not_found);
  EXPECT_EQ(approve(*services, as("operator:oda"), id).error().code, Errc::conflict);
}

TEST_F(Approvals, ARefusalEndsIt) {
  const ApprovalId id = asked();
  ASSERT_TRUE(refuse_approval(*services, olle(), id));
  EXPECT_EQ(last_record().event.kind, EventKind::approval_refused);
  EXPECT_EQ(approve(*services, olle(), id).error().code, Errc::not_found);
  const ApprovalId own = asked();
  EXPECT_TRUE(refuse_approval(*services, karin(), own)) << "taken back";
}

TEST_F(Approvals, WhatNobodyDecidesInADayIsForgotten) {
  const ApprovalId id = asked();
  clock.advance(kApprovalLife - Seconds(1));
  EXPECT_THAT(list_approvals(*services, olle()).value(), SizeIs(1));
  clock.advance(Seconds(1));
  EXPECT_THAT(list_approvals(*services, olle()).value(), IsEmpty());
  EXPECT_EQ(approve(*services, olle(), id).error().code, Errc::not_found);
}

TEST_F(Approvals, WhatWasAgreedToIsUsedWithinTheHour) {
  const ApprovalId id = asked();
  ASSERT_TRUE(approve(*services, olle(), id));
  clock.advance(kAgreedLife);
  EXPECT_EQ(export_by(karin(), id).error().code, Errc::not_found);
}

TEST_F(Approvals, SoManyWaitAtOnce) {
  for (std::size_t i = 0; i < kApprovalsMax; ++i) asked();
  EXPECT_EQ(export_by(karin()).error().code, Errc::conflict);
}

TEST_F(Approvals, WithoutThePolicyOneIsEnough) {
  ASSERT_TRUE(put_policy(*services, owner(), R"({"preset":"default"})"));
  EXPECT_FALSE(export_by(karin()).value());
  EXPECT_THAT(rows_, ElementsAre("A1"));
}

TEST(Operation, HasANameThatComesBack) {
  for (const Operation one :
       {Operation::export_inventory, Operation::change_tokens, Operation::overwrite_tokens}) {
    EXPECT_EQ(parse_operation(name_of(one)), one);
  }
  EXPECT_EQ(parse_operation("nothing"), std::nullopt);
}

}  // namespace
}  // namespace lockstep
