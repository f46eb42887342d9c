// SPDX-License-Identifier: Apache-2.0
#include "core/policy/policy_diff.h"

#include <gtest/gtest.h>

namespace lockstep {
namespace {

PolicySetting set(const char* name, std::int64_t value) { return {find_policy_key(name), value}; }

PolicyLayers standard() { return {{"", PresetName::standard, {}}, {}, {}}; }

std::vector<std::string> words(const PolicyLayers& before, const PolicyLayers& after) {
  std::vector<std::string> lines;
  for (const PolicyChange& change : differences(before, after)) lines.push_back(in_words(change));
  return lines;
}

using Lines = std::vector<std::string>;

TEST(PolicyDiff, NothingIsDifferentBetweenTheSame) {
  EXPECT_EQ(words(standard(), standard()), Lines());
  PolicyLayers said = standard();
  said.everybody.settings = {set("event.accept", 2)};
  EXPECT_EQ(words(standard(), said), Lines()) << "what holds anyway";
}

TEST(PolicyDiff, AnotherPresetIsTheNumbersThatItChanges) {
  PolicyLayers strict = standard();
  strict.everybody.preset = PresetName::strict;
  EXPECT_EQ(
      words(standard(), strict),
      (Lines{"event.accept: 2 codes -> 0 codes", "event.accept_8: 10 codes -> 0 codes",
             "hardware.accept: ±1 step -> ±0 steps", "software.accept: ±1 step -> ±0 steps"}));
}

TEST(PolicyDiff, WhatChangesForEverybodyIsNotSaidAgainOfWhoGoesAlong) {
  PolicyLayers before = standard();
  before.groups = {{"staff", {}, {}}, {"it", {}, {set("event.accept", 7)}}};
  PolicyLayers after = before;
  after.everybody.settings = {set("event.accept", 5)};
  EXPECT_EQ(words(before, after), (Lines{"event.accept: 2 codes -> 5 codes"}));
}

TEST(PolicyDiff, AGroupOrModelThatComesOrGoesIsWhatBecomesOfItsMembers) {
  PolicyLayers more = standard();
  more.groups = {{"staff", {}, {set("event.accept", 7)}}};
  more.models = {{"Acme 5", {}, {set("guard_ppm", 20)}}};
  EXPECT_EQ(words(standard(), more),
            (Lines{"group staff: event.accept: 2 codes -> 7 codes",
                   "model Acme 5: guard_ppm: 200 -> 20", "groups: none -> staff"}));
  EXPECT_EQ(words(more, standard()),
            (Lines{"group staff: event.accept: 7 codes -> 2 codes",
                   "model Acme 5: guard_ppm: 20 -> 200", "groups: staff -> none"}));
}

TEST(PolicyDiff, AModelWithinAGroupIsComparedToo) {
  PolicyLayers before = standard();
  before.groups = {{"contractors", {}, {set("event.accept", 0)}}};
  PolicyLayers after = before;
  after.models = {{"Acme 5", {}, {set("event.accept", 2)}}};
  EXPECT_EQ(words(before, after),
            (Lines{"group contractors, model Acme 5: event.accept: 0 codes -> 2 codes"}))
      << "for everybody else it is what holds anyway";
}

TEST(PolicyDiff, WhatIsSaidOfAGroupOrAModelIsNotSaidAgainOfBoth) {
  PolicyLayers before = standard();
  before.groups = {{"staff", {}, {}}};
  before.models = {{"Acme 5", {}, {}}};
  PolicyLayers after = before;
  after.groups[0].settings = {set("event.accept", 7)};
  after.models[0].settings = {set("guard_ppm", 20)};
  EXPECT_EQ(words(before, after), (Lines{"group staff: event.accept: 2 codes -> 7 codes",
                                         "model Acme 5: guard_ppm: 200 -> 20"}));
}

TEST(PolicyDiff, TheOrderOfGroupsIsADifference) {
  PolicyLayers before = standard();
  before.groups = {{"staff", {}, {}}, {"it", {}, {}}};
  PolicyLayers after = standard();
  after.groups = {{"it", {}, {}}, {"staff", {}, {}}};
  EXPECT_EQ(words(before, after), (Lines{"groups: staff, it -> it, staff"}));
}

}  // namespace
}  // namespace lockstep
