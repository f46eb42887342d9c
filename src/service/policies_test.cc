// SPDX-License-Identifier: Apache-2.0
#include "service/policies.h"

#include "service/service_test_world.h"

namespace lockstep {
namespace {

using Policies = World;

TEST_F(Policies, ThePresetDefaultHoldsUntilAnotherIsPutIntoForce) {
  EXPECT_EQ(owner().policy->revision, 0U);
  EXPECT_EQ(owner().policy->policy.event.accept, preset(PresetName::standard).event.accept);
  const auto put = put_policy(*services, owner(), R"({"preset":"mideye"})");
  ASSERT_TRUE(put.has_value());
  EXPECT_EQ(put->revision, 1U);
  EXPECT_EQ(owner().policy->preset, PresetName::mideye);
  EXPECT_EQ(last_record().event.kind, EventKind::policy_changed);
}

TEST_F(Policies, ARequestKeepsThePolicyItBeganWith) {
  const Context before = owner();
  ASSERT_TRUE(put_policy(*services, owner(), R"({"preset":"strict"})"));
  EXPECT_EQ(before.policy->preset, PresetName::standard);
}

TEST_F(Policies, APolicyInForceChangesWhatLogsIn) {
  add_user("anna");
  SimulatedToken card = add_card("anna", "C1");
  ASSERT_TRUE(put_policy(*services, owner(), R"({"preset":"strict"})"));
  card.press_unseen(1);
  EXPECT_EQ(log_in("anna", card.press()), Verdict::reject);
  ASSERT_TRUE(put_policy(*services, owner(), R"({"preset":"default","set":{"event.accept":3}})"));
  card.press_unseen(1);
  EXPECT_EQ(log_in("anna", card.press()), Verdict::accept);
}

TEST_F(Policies, AnotherNodeReadsTheNewestRevision) {
  ASSERT_TRUE(put_policy(*services, owner(), R"({"preset":"sas"})"));
  const auto other = start_services({store, clock, random, vault}, 1).value();
  EXPECT_EQ(other->policy.current()->preset, PresetName::sas);
  ASSERT_TRUE(put_policy(*services, owner(), R"({"preset":"rsa"})"));
  ASSERT_TRUE(refresh_policy(*other));
  EXPECT_EQ(other->policy.current()->revision, 2U);
}

TEST(ParsePolicy, ReadsChangesToAPreset) {
  const Policy policy =
      parse_policy(R"({"preset":"default","set":{"event.accept":1,"hardware.resync_seconds":3600,
                       "disabling":false,"guard_explicit":"refuse","odds_per_year":1e-3}})")
          ->policy;
  EXPECT_EQ(policy.event.accept, 1U);
  EXPECT_EQ(policy.hardware.resync, Seconds(3600));
  EXPECT_EQ(policy.disabling, Disabling::off);
  EXPECT_EQ(policy.guard_explicit, GuardExplicit::refuse_without_operator);
  EXPECT_DOUBLE_EQ(policy.odds_per_year, 1e-3);
  EXPECT_EQ(policy.event.resync, preset(PresetName::standard).event.resync);
}

TEST(ParsePolicy, EveryPresetAloneIsAPolicy) {
  for (const char* name : {"default", "mideye", "pingid", "rsa", "sas", "strict"}) {
    const std::string document = R"({"preset":")" + std::string(name) + R"("})";
    EXPECT_TRUE(parse_policy(document).has_value()) << name;
  }
}

TEST(ParsePolicy, RefusesWhatMakesNoSense) {
  const std::pair<const char*, const char*> cases[] = {
      {"no JSON", "preset = default"},
      {"no object", "[]"},
      {"no preset", R"({"set":{}})"},
      {"an unknown preset", R"({"preset":"best"})"},
      {"an unknown member", R"({"preset":"default","sets":{}})"},
      {"an unknown key", R"({"preset":"default","set":{"event.acept":3}})"},
      {"a negative number", R"({"preset":"default","set":{"event.accept":-1}})"},
      {"a fraction", R"({"preset":"default","set":{"event.accept":1.5}})"},
      {"a text for a number", R"({"preset":"default","set":{"event.accept":"3"}})"},
      {"too wide", R"({"preset":"default","set":{"hardware.accept":11}})"},
      {"zones inside out", R"({"preset":"default","set":{"event.resync":60000}})"},
      {"steps inside out", R"({"preset":"default","set":{"software.admin_seconds":60}})"},
      {"beyond 100 misses", R"({"preset":"default","set":{"misses_to_disabled":101}})"},
      {"disabled before two codes",
       R"({"preset":"default","set":{"misses_to_two_codes":50,"misses_to_disabled":20}})"},
      {"odds of one half", R"({"preset":"default","set":{"odds_per_year":0.5}})"},
      {"an unknown guard", R"({"preset":"default","set":{"guard_explicit":"maybe"}})"},
  };
  for (const auto& [what, document] : cases) {
    const auto parsed = parse_policy(document);
    ASSERT_FALSE(parsed.has_value()) << what;
    EXPECT_EQ(parsed.error().code, Errc::invalid_input) << what;
  }
  EXPECT_FALSE(parse_policy(std::string(kPolicyBytesMax + 1, ' ')).has_value());
}

TEST_F(Policies, AnAllowanceTooSmallForHonestSlipsIsRefusedAndSaysForWhom) {
  const auto put =
      put_policy(*services, owner(), R"({"preset":"default","set":{"odds_per_year":1e-5}})");
  ASSERT_FALSE(put.has_value());
  EXPECT_EQ(put.error().code, Errc::invalid_input);
  EXPECT_NE(put.error().context.find("6 digits"), std::string::npos);
  EXPECT_EQ(owner().policy->revision, 0U);
}

TEST_F(Policies, EveryPresetMayBePutIntoForce) {
  for (const char* name : {"default", "mideye", "pingid", "rsa", "sas", "strict"}) {
    EXPECT_TRUE(put_policy(*services, owner(), R"({"preset":")" + std::string(name) + R"("})"))
        << name;
  }
}

TEST(OddsReport, HasARowForEveryCommonKindAndWiderIsLikelier) {
  const std::vector<OddsRow> usual = odds_report(preset(PresetName::standard));
  ASSERT_EQ(usual.size(), 6U);
  EXPECT_EQ(usual.front().label, "event, 6 digits");
  EXPECT_EQ(usual.back().label, "time, 8 digits, software");
  Policy wide = preset(PresetName::standard);
  wide.hardware.accept = 5;
  const std::vector<OddsRow> wider = odds_report(wide);
  EXPECT_GT(wider[2].odds.per_attempt, usual[2].odds.per_attempt);
}

}  // namespace
}  // namespace lockstep
