// SPDX-License-Identifier: Apache-2.0
#include "core/policy/policy_keys.h"

#include <limits>
#include <set>

#include <gtest/gtest.h>

namespace lockstep {
namespace {

const PolicyKey& key(std::string_view name) {
  const PolicyKey* found = find_policy_key(name);
  EXPECT_NE(found, nullptr) << name;
  return *found;
}

TEST(PolicyKeys, EachHasANameOfItsOwn) {
  std::set<std::string_view> names;
  for (const PolicyKey& one : policy_keys()) EXPECT_TRUE(names.insert(one.name).second) << one.name;
  EXPECT_EQ(find_policy_key("event.acept"), nullptr);
}

TEST(PolicyKeys, WhatIsSetIsReadBackAndNothingElseChanges) {
  for (const PolicyKey& one : policy_keys()) {
    Policy policy;
    PolicyValue other = one.get(policy);
    if (const auto* number = std::get_if<std::int64_t>(&other)) {
      other = *number == one.max ? one.min : one.max;
    } else if (std::holds_alternative<double>(other)) {
      other = 1e-3;
    } else if (const auto* flag = std::get_if<bool>(&other)) {
      other = !*flag;
    } else {
      other = std::string(one.words.back());
      if (other == one.get(policy)) other = std::string(one.words.front());
    }
    ASSERT_TRUE(one.set(one, policy, other)) << one.name;
    for (const PolicyKey& each : policy_keys()) {
      EXPECT_EQ(each.get(policy), each.name == one.name ? other : each.get(Policy{})) << each.name;
    }
  }
}

TEST(PolicyKeys, PresetsDecideAboutJustTheKeysThatSaySo) {
  std::set<std::string_view> changed;
  for (const PresetName name : {PresetName::mideye, PresetName::pingid, PresetName::rsa,
                                PresetName::sas, PresetName::strict}) {
    for (const PolicyKey& one : policy_keys()) {
      if (one.get(preset(name)) != one.get(Policy{})) changed.insert(one.name);
    }
  }
  for (const std::string_view name : changed) EXPECT_TRUE(key(name).of_preset) << name;
}

TEST(PolicyKeys, BothEdgesAreIncludedAndNothingBeyond) {
  for (const PolicyKey& one : policy_keys()) {
    if (one.max == 0) continue;
    Policy policy;
    EXPECT_TRUE(one.set(one, policy, one.min)) << one.name;
    EXPECT_TRUE(one.set(one, policy, one.max)) << one.name;
    EXPECT_FALSE(one.set(one, policy, one.min - 1)) << one.name;
    EXPECT_FALSE(one.set(one, policy, one.max + 1)) << one.name;
    EXPECT_FALSE(one.set(one, policy, std::string("1"))) << one.name;
    EXPECT_FALSE(one.set(one, policy, 1.5)) << one.name;
  }
}

TEST(PolicyKeys, RefusalsNameTheKey) {
  const std::pair<const char*, PolicyValue> cases[] = {
      {"event.accept", PolicyValue(std::int64_t{-1})},
      {"event.accept", PolicyValue(true)},
      {"odds_per_year", PolicyValue(0.5)},
      {"odds_per_year", PolicyValue(std::numeric_limits<double>::quiet_NaN())},
      {"odds_per_year", PolicyValue(std::string("1e-4"))},
      {"disabling", PolicyValue(std::int64_t{1})},
      {"guard_explicit", PolicyValue(std::string("maybe"))},
      {"pin.mode", PolicyValue(std::string("Chosen"))},
      {"audit.retention_days", PolicyValue(std::int64_t{29})},
  };
  for (const auto& [name, value] : cases) {
    Policy policy;
    const auto done = key(name).set(key(name), policy, value);
    ASSERT_FALSE(done.has_value()) << name;
    EXPECT_EQ(done.error().code, Errc::invalid_input);
    EXPECT_NE(done.error().context.find(name), std::string::npos) << done.error().context;
  }
}

TEST(PolicyKeys, SayTheirValueForPeople) {
  const std::tuple<const char*, PolicyValue, const char*> cases[] = {
      {"event.accept", PolicyValue(std::int64_t{1}), "1 code"},
      {"event.admin", PolicyValue(std::int64_t{50'000}), "50,000 codes"},
      {"hardware.accept", PolicyValue(std::int64_t{1}), "±1 step"},
      {"software.next_code", PolicyValue(std::int64_t{70}), "±70 steps"},
      {"hardware.resync_seconds", PolicyValue(std::int64_t{43'200}), "12 h"},
      {"pair_within_seconds", PolicyValue(std::int64_t{180}), "180 s"},
      {"disabling", PolicyValue(true), "yes"},
      {"odds_per_year", PolicyValue(4e-4), "0.0004"},
      {"pin.mode", PolicyValue(std::string("given")), "given"},
      {"audit.retention_days", PolicyValue(std::int64_t{0}), "for ever"},
  };
  for (const auto& [name, value, words] : cases) EXPECT_EQ(in_words(key(name), value), words);
}

TEST(CheckPolicy, AcceptsEveryPresetAndRefusesWhatContradictsItself) {
  for (const PresetName name : {PresetName::standard, PresetName::mideye, PresetName::pingid,
                                PresetName::rsa, PresetName::sas, PresetName::strict}) {
    EXPECT_TRUE(check_policy(preset(name))) << name_of(name);
  }
  const std::pair<const char*, void (*)(Policy&)> cases[] = {
      {"accept beyond the pair zone", [](Policy& it) { it.event.accept_8 = 101; }},
      {"explicit beyond admin", [](Policy& it) { it.event.resync = 60'000; }},
      {"accept beyond explicit",
       [](Policy& it) { it.event = {.accept = 9, .next_code = 0, .resync = 5}; }},
      {"steps inside out", [](Policy& it) { it.software.admin = Seconds(60); }},
      {"steps beyond the pair zone", [](Policy& it) { it.hardware.accept = 71; }},
      {"disabled before two codes", [](Policy& it) { it.misses_to_disabled = 9; }},
      {"a PIN longer than it may be", [](Policy& it) { it.pin.length_max = 3; }},
  };
  for (const auto& [what, spoil] : cases) {
    Policy policy;
    spoil(policy);
    EXPECT_FALSE(check_policy(policy)) << what;
  }
}

}  // namespace
}  // namespace lockstep
