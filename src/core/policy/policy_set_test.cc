// SPDX-License-Identifier: Apache-2.0
#include "core/policy/policy_set.h"

#include <gtest/gtest.h>

namespace lockstep {
namespace {

PolicySetting set(const char* name, std::int64_t value) { return {find_policy_key(name), value}; }

GroupName group(std::string_view name) { return GroupName::parse(name).value(); }

Token token_of(const char* model) {
  Token token{.id = TokenId(1), .serial = Serial::parse("T1").value()};
  token.model = model;
  return token;
}

/// Everybody under sas with 5 codes, staff under mideye, it with 7 codes, a model with 1.
PolicyLayers example() {
  PolicyLayers layers;
  layers.everybody = {"", PresetName::sas, {set("event.accept", 5), set("guard_ppm", 300)}};
  layers.groups = {{"Staff", PresetName::mideye, {set("misses_to_two_codes", 5)}},
                   {"IT", std::nullopt, {set("event.accept", 7)}}};
  layers.models = {{"Acme 5", std::nullopt, {set("event.accept", 1)}},
                   {"Key", PresetName::strict, {}}};
  return layers;
}

TEST(PolicySet, WhatAGroupDoesNotNameIsEverybodys) {
  const PolicySet policies = resolve(example()).value();
  EXPECT_EQ(policies.policy.event.accept, 5U);
  const GroupName it[] = {group("it")};
  EXPECT_EQ(policies.of_member(it).policy.event.accept, 7U);
  EXPECT_EQ(policies.of_member(it).policy.hardware.next_code, 10U) << "of sas";
  EXPECT_EQ(policies.of_member(it).policy.guard_ppm, 300U);
}

TEST(PolicySet, APresetOfItsOwnPutsAllZonesOfAGroupBackAndNothingElse) {
  const PolicySet policies = resolve(example()).value();
  const GroupName staff[] = {group("staff")};
  const Policy& policy = policies.of_member(staff).policy;
  EXPECT_EQ(policy.event.accept, 10U);
  EXPECT_EQ(policy.misses_to_two_codes, 5U);
  EXPECT_EQ(policy.guard_ppm, 300U);
}

TEST(PolicySet, TheFirstGroupOfTheDocumentWinsWhateverTheOrderOfTheUsers) {
  const PolicySet policies = resolve(example()).value();
  const GroupName both[] = {group("it"), group("staff")};
  EXPECT_EQ(policies.of_member(both).policy.event.accept, 10U);
  const GroupName other[] = {group("guests")};
  EXPECT_EQ(&policies.of_member(other), &policies);
  EXPECT_EQ(&policies.of_member({}), &policies);
}

TEST(PolicySet, AModelDecidesLastAndOnlyForItsTokens) {
  const PolicySet policies = resolve(example()).value();
  const GroupName staff[] = {group("staff")};
  const UserPolicy& own = policies.of_member(staff);
  EXPECT_EQ(own.of(token_of("Acme 5")).event.accept, 1U);
  EXPECT_EQ(own.of(token_of("Acme 5")).event.next_code, 100U) << "of the group's preset";
  EXPECT_EQ(own.of(token_of("Key")).event.accept, 0U);
  EXPECT_EQ(own.of(token_of("Key")).misses_to_two_codes, 5U) << "of the group";
  EXPECT_EQ(&own.of(token_of("")), &own.policy);
  EXPECT_EQ(&own.of(token_of("another")), &own.policy);
}

TEST(PolicySet, OneWayThroughTheDocumentIsTheSameAsAllOfThem) {
  const PolicyLayers layers = example();
  const PolicySet policies = resolve(layers).value();
  const GroupName staff[] = {group("staff")};
  const Policy one = resolve(layers, group_of(layers, staff), model_of(layers, "Acme 5"));
  const Policy& same = policies.of_member(staff).of(token_of("Acme 5"));
  for (const PolicyKey& key : policy_keys()) EXPECT_EQ(key.get(one), key.get(same)) << key.name;
}

TEST(PolicySet, RefusesWhatMakesNoSenseAndSaysWhere) {
  const std::tuple<const char*, void (*)(PolicyLayers&), const char*> cases[] = {
      {"a group twice", [](PolicyLayers& it) { it.groups.push_back({"staff", {}, {}}); }, "staff"},
      {"a model twice", [](PolicyLayers& it) { it.models.push_back({"Key", {}, {}}); }, "Key"},
      {"a model without a name", [](PolicyLayers& it) { it.models.push_back({"", {}, {}}); },
       "no name"},
      {"a group without a name", [](PolicyLayers& it) { it.groups.push_back({"", {}, {}}); }, ""},
      {"retention of a group",
       [](PolicyLayers& it) { it.groups[0].settings = {set("audit.retention_days", 90)}; },
       "group \"Staff\": \"audit.retention_days\""},
      {"misses of a model",
       [](PolicyLayers& it) { it.models[0].settings = {set("misses_to_two_codes", 9)}; },
       "model \"Acme 5\": \"misses_to_two_codes\""},
      {"out of range", [](PolicyLayers& it) { it.groups[1].settings = {set("event.accept", 101)}; },
       "group \"IT\": \"event.accept\""},
      {"inside out only together",
       [](PolicyLayers& it) {
         it.groups[1].settings = {set("event.next_code", 20)};
         it.models[0].settings = {set("event.accept", 30)};
       },
       "group \"IT\": model \"Acme 5\": the zones"},
  };
  for (const auto& [what, spoil, where] : cases) {
    PolicyLayers layers = example();
    spoil(layers);
    const auto done = resolve(layers);
    ASSERT_FALSE(done.has_value()) << what;
    EXPECT_EQ(done.error().code, Errc::invalid_input) << what;
    EXPECT_NE(done.error().context.find(where), std::string::npos) << done.error().context;
  }
}

TEST(PolicySet, HasALimitOfGroupsAndModels) {
  PolicyLayers layers{{"", PresetName::standard, {}}, {}, {}};
  for (std::size_t i = 0; i < kPolicyGroupsMax; ++i) {
    layers.groups.push_back({"g" + std::to_string(i), {}, {}});
    layers.models.push_back({"m" + std::to_string(i), {}, {}});
  }
  EXPECT_TRUE(resolve(layers));
  layers.models.push_back({"one more", {}, {}});
  EXPECT_FALSE(resolve(layers));
}

std::string from(const std::vector<ExplainedValue>& values, std::string_view key) {
  for (const ExplainedValue& value : values) {
    if (value.key->name == key) {
      return in_words(*value.key, value.value) + " from " + in_words(value.origin);
    }
  }
  return "missing";
}

TEST(ExplainPolicy, NamesThePartThatDecidedLast) {
  const PolicyLayers layers = example();
  const auto everybody = explain(layers, {}, "");
  EXPECT_EQ(everybody.size(), policy_keys().size());
  EXPECT_EQ(from(everybody, "event.accept"), "5 codes from the policy");
  EXPECT_EQ(from(everybody, "hardware.accept"), "±1 step from preset sas");
  const GroupName staff[] = {group("staff")};
  const auto members = explain(layers, staff, "");
  EXPECT_EQ(from(members, "event.accept"), "10 codes from group Staff, preset mideye");
  EXPECT_EQ(from(members, "misses_to_two_codes"), "5 from group Staff");
  EXPECT_EQ(from(members, "guard_ppm"), "300 from the policy");
  const auto keys = explain(layers, staff, "Key");
  EXPECT_EQ(from(keys, "event.accept"), "0 codes from model Key, preset strict");
  EXPECT_EQ(from(explain(layers, staff, "Acme 5"), "event.accept"), "1 code from model Acme 5");
}

}  // namespace
}  // namespace lockstep
