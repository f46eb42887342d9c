// SPDX-License-Identifier: Apache-2.0
#include "service/policy_changes.h"

#include "service/service_test_world.h"

namespace lockstep {
namespace {

constexpr const char* kStrict = R"({"preset":"strict"})";
constexpr const char* kSas = R"({"preset":"sas"})";

class PolicyChanges : public World {
 public:
  DraftedPolicy draft(std::string_view document) {
    return put_policy_draft(*services, owner(), document, {}, {}).value();
  }
  void put(std::string_view document) {
    ASSERT_TRUE(put_policy(*services, owner(), document).has_value());
  }
  /// The details of that name of the newest record.
  std::vector<std::string> noted(std::string_view name) {
    std::vector<std::string> values;
    for (const auto& [key, value] : last_record().event.details) {
      if (key == name) values.push_back(value);
    }
    return values;
  }
};

using Lines = std::vector<std::string>;

TEST_F(PolicyChanges, ADraftIsInForceOnlyOnceItIsApplied) {
  EXPECT_EQ(draft(kStrict).base, 0U);
  EXPECT_EQ(last_record().event.kind, EventKind::policy_drafted);
  EXPECT_EQ(owner().policy->preset, PresetName::standard);
  const auto applied = apply_policy_draft(*services, owner(), {});
  ASSERT_TRUE(applied.has_value());
  EXPECT_EQ(applied->revision, 1U);
  EXPECT_EQ(owner().policy->preset, PresetName::strict);
  EXPECT_EQ(get_policy_draft(*services).error().code, Errc::not_found) << "it is used up";
  EXPECT_EQ(apply_policy_draft(*services, owner(), {}).error().code, Errc::not_found);
}

TEST_F(PolicyChanges, TheAuditSaysWhatChangedFromWhatToWhat) {
  draft(R"({"preset":"default","set":{"event.accept":5}})");
  EXPECT_EQ(noted("changed"), (Lines{"event.accept: 2 codes -> 5 codes"}));
  ASSERT_TRUE(apply_policy_draft(*services, owner(), {}));
  EXPECT_EQ(last_record().event.kind, EventKind::policy_changed);
  EXPECT_EQ(noted("changed"), (Lines{"event.accept: 2 codes -> 5 codes"}));
  EXPECT_EQ(noted("from"), (Lines{"draft"}));
  EXPECT_EQ(noted("revision"), (Lines{"1"}));
}

TEST_F(PolicyChanges, ADraftKeepsTheRevisionThatItWasBegunFrom) {
  put(kSas);
  EXPECT_EQ(draft(kStrict).base, 1U);
  put(R"({"preset":"rsa"})");
  EXPECT_EQ(draft(R"({"preset":"mideye"})").base, 1U);
  const auto anew = put_policy_draft(*services, owner(), kStrict, 2, {});
  ASSERT_TRUE(anew.has_value());
  EXPECT_EQ(anew->base, 2U);
  EXPECT_EQ(put_policy_draft(*services, owner(), kStrict, 3, {}).error().code, Errc::invalid_input);
}

TEST_F(PolicyChanges, ADraftWhoseBaseWasOvertakenIsNotApplied) {
  draft(kStrict);
  put(kSas);
  const auto applied = apply_policy_draft(*services, owner(), {});
  ASSERT_FALSE(applied.has_value());
  EXPECT_EQ(applied.error().code, Errc::conflict);
  EXPECT_EQ(owner().policy->preset, PresetName::sas);
  ASSERT_TRUE(put_policy_draft(*services, owner(), kStrict, 1, {}));
  EXPECT_TRUE(apply_policy_draft(*services, owner(), {}));
}

TEST_F(PolicyChanges, AChangeOfADraftThatWasChangedMeanwhileIsAConflict) {
  const DraftedPolicy first = draft(kStrict);
  const DraftedPolicy second = draft(kSas);
  EXPECT_NE(first.version, second.version);
  EXPECT_EQ(put_policy_draft(*services, owner(), kStrict, {}, first.version).error().code,
            Errc::conflict);
  EXPECT_EQ(apply_policy_draft(*services, owner(), first.version).error().code, Errc::conflict);
  EXPECT_EQ(delete_policy_draft(*services, owner(), first.version).error().code, Errc::conflict);
  EXPECT_TRUE(apply_policy_draft(*services, owner(), second.version));
}

TEST_F(PolicyChanges, WhoSawADraftDoesNotApplyTheOneThatTookItsPlace) {
  const DraftedPolicy seen = draft(kStrict);
  ASSERT_TRUE(delete_policy_draft(*services, owner(), {}));
  clock.advance(Seconds(1));
  const DraftedPolicy other = draft(kSas);
  EXPECT_EQ(other.row, seen.row) << "the store counts anew";
  EXPECT_EQ(apply_policy_draft(*services, owner(), seen.version).error().code, Errc::conflict);
  EXPECT_EQ(put_policy_draft(*services, owner(), kStrict, {}, seen.version).error().code,
            Errc::conflict);
  EXPECT_EQ(delete_policy_draft(*services, owner(), seen.version).error().code, Errc::conflict);
  EXPECT_EQ(compare_policies(*services, owner(), "current", "draft")->draft, other.version);
  EXPECT_TRUE(apply_policy_draft(*services, owner(), other.version));
}

TEST_F(PolicyChanges, ADraftThatCannotBeReadAnyMoreIsThrownAwayOrReplaced) {
  const PolicyDraft dropped{R"({"base":0,"document":{"preset":"gone"}})", owner().now.wall,
                            Actor("owner"), RowVersion(0)};
  ASSERT_TRUE(store.commit({{PutPolicyDraft{dropped}}, {}}));
  EXPECT_EQ(get_policy_draft(*services).error().code, Errc::corrupt);
  ASSERT_TRUE(delete_policy_draft(*services, owner(), {}));
  EXPECT_EQ(get_policy_draft(*services).error().code, Errc::not_found);
  ASSERT_TRUE(store.commit({{PutPolicyDraft{dropped}}, {}}));
  EXPECT_EQ(draft(kStrict).base, 0U);
}

TEST_F(PolicyChanges, ADraftThatCouldNotComeIntoForceIsRefusedAtOnce) {
  for (const char* document :
       {"[]", R"({"preset":"default","set":{"odds_per_year":1e-5}})",
        R"({"preset":"default","groups":[{"group":"g","set":{"event.resync":60000}}]})"}) {
    const auto refused = put_policy_draft(*services, owner(), document, {}, {});
    ASSERT_FALSE(refused.has_value()) << document;
    EXPECT_EQ(refused.error().code, Errc::invalid_input);
  }
  EXPECT_EQ(get_policy_draft(*services).error().code, Errc::not_found);
}

TEST_F(PolicyChanges, ADraftCanBeThrownAway) {
  draft(kStrict);
  ASSERT_TRUE(delete_policy_draft(*services, owner(), {}));
  EXPECT_EQ(noted("change"), (Lines{"thrown away"}));
  EXPECT_EQ(delete_policy_draft(*services, owner(), {}).error().code, Errc::not_found);
}

TEST_F(PolicyChanges, ARevertIsANewRevisionWithAnOldDocument) {
  put(kSas);
  put(kStrict);
  const auto back = revert_policy(*services, owner(), 1);
  ASSERT_TRUE(back.has_value());
  EXPECT_EQ(back->revision, 3U);
  EXPECT_EQ(owner().policy->preset, PresetName::sas);
  EXPECT_EQ(noted("from"), (Lines{"revision 1"}));
  ASSERT_TRUE(revert_policy(*services, owner(), 0));
  EXPECT_EQ(owner().policy->preset, PresetName::standard);
  EXPECT_EQ(revert_policy(*services, owner(), 9).error().code, Errc::not_found);
}

TEST_F(PolicyChanges, RevisionsAreListedNewestFirst) {
  put(kSas);
  put(kStrict);
  const auto all = list_policy_revisions(*services, 0, 10);
  ASSERT_EQ(all->size(), 2U);
  EXPECT_EQ(all->front().number, 2U);
  EXPECT_EQ(all->front().by, Actor("owner"));
  EXPECT_EQ(list_policy_revisions(*services, 2, 10)->front().number, 1U);
  EXPECT_EQ(list_policy_revisions(*services, 0, 0).error().code, Errc::invalid_input);
}

TEST_F(PolicyChanges, AComparisonSaysWhatChangesAndWhatAThiefGains) {
  put(R"({"preset":"default","set":{"guard_ppm":100}})");
  draft(R"({"preset":"default","set":{"guard_ppm":100},
            "groups":[{"group":"staff","set":{"hardware.accept":2}}]})");
  const auto compared = compare_policies(*services, owner(), "current", "draft");
  ASSERT_TRUE(compared.has_value());
  EXPECT_EQ(compared->from, "1");
  EXPECT_EQ(compared->to, "draft");
  ASSERT_EQ(compared->changes.size(), 2U);
  EXPECT_EQ(in_words(compared->changes[0]), "group staff: hardware.accept: ±1 step -> ±2 steps");
  ASSERT_EQ(compared->odds.size(), 2U) << "6 and 8 digits, hardware";
  EXPECT_EQ(compared->odds[0].name, "staff");
  EXPECT_EQ(compared->odds[0].before.label, "time, 6 digits, hardware");
  EXPECT_DOUBLE_EQ(
      compared->odds[0].after.odds.per_attempt / compared->odds[0].before.odds.per_attempt,
      5.0 / 3.0);
}

TEST_F(PolicyChanges, TheOddsOfAModelWithinAGroupAreComparedToo) {
  put(R"({"preset":"default","groups":[{"group":"staff","set":{"hardware.accept":0}}]})");
  draft(R"({"preset":"default","groups":[{"group":"staff","set":{"hardware.accept":0}}],
            "models":[{"model":"Acme 5","set":{"hardware.accept":1}}]})");
  const auto compared = compare_policies(*services, owner(), "current", "draft");
  ASSERT_EQ(compared->changes.size(), 1U);
  EXPECT_EQ(compared->changes[0].model, "Acme 5");
  ASSERT_EQ(compared->odds.size(), 2U) << "6 and 8 digits, hardware";
  EXPECT_EQ(compared->odds[0].name, "staff");
  EXPECT_EQ(compared->odds[0].model, "Acme 5");
}

TEST_F(PolicyChanges, AnyTwoCanBeComparedByTheirNames) {
  put(kSas);
  put(kStrict);
  EXPECT_TRUE(compare_policies(*services, owner(), "2", "current")->changes.empty());
  EXPECT_EQ(compare_policies(*services, owner(), "0", "1")->from, "0");
  EXPECT_EQ(compare_policies(*services, owner(), "1", "7").error().code, Errc::not_found);
  EXPECT_EQ(compare_policies(*services, owner(), "draft", "1").error().code, Errc::not_found);
  for (const char* name : {"", "-1", "newest", "1 ", "99999999999999999999"}) {
    EXPECT_EQ(compare_policies(*services, owner(), name, "1").error().code, Errc::invalid_input)
        << name;
  }
}

}  // namespace
}  // namespace lockstep
