// SPDX-License-Identifier: Apache-2.0
#include "formats/policy_document.h"

#include <gtest/gtest.h>

namespace lockstep {
namespace {

TEST(PolicyDocument, ReadsEveryPartInItsOrder) {
  const auto layers = parse_policy_document(
      R"({"preset":"sas","set":{"event.accept":5,"odds_per_year":1e-3,"disabling":false},
          "groups":[{"group":"it","set":{"pin.mode":"given"}},{"group":"Staff","preset":"rsa"}],
          "models":[{"model":"Acme 5","set":{"guard_ppm":20}}]})");
  ASSERT_TRUE(layers.has_value()) << layers.error().context;
  EXPECT_EQ(layers->everybody.preset, PresetName::sas);
  ASSERT_EQ(layers->everybody.settings.size(), 3U);
  EXPECT_EQ(layers->everybody.settings[0].key->name, "event.accept");
  EXPECT_EQ(layers->everybody.settings[1].value, PolicyValue(1e-3));
  EXPECT_EQ(layers->everybody.settings[2].value, PolicyValue(false));
  ASSERT_EQ(layers->groups.size(), 2U);
  EXPECT_EQ(layers->groups[0].settings[0].value, PolicyValue(std::string("given")));
  EXPECT_EQ(layers->groups[1].name, "Staff");
  EXPECT_EQ(layers->groups[1].preset, PresetName::rsa);
  ASSERT_EQ(layers->models.size(), 1U);
  EXPECT_EQ(layers->models[0].settings[0].value, PolicyValue(std::int64_t{20}));
}

TEST(PolicyDocument, RefusesAnotherForm) {
  const std::pair<const char*, const char*> cases[] = {
      {"no JSON", "preset = default"},
      {"no object", "[]"},
      {"no preset", R"({"set":{}})"},
      {"an unknown preset", R"({"preset":"best"})"},
      {"an unknown member", R"({"preset":"default","sets":{}})"},
      {"an unknown key", R"({"preset":"default","set":{"event.acept":3}})"},
      {"a list as set", R"({"preset":"default","set":[]})"},
      {"a null value", R"({"preset":"default","set":{"event.accept":null}})"},
      {"groups that are no list", R"({"preset":"default","groups":{}})"},
      {"a group that is no object", R"({"preset":"default","groups":["staff"]})"},
      {"a group without a name", R"({"preset":"default","groups":[{"set":{}}]})"},
      {"a model named a group", R"({"preset":"default","groups":[{"model":"M"}]})"},
      {"an unknown member of a group",
       R"({"preset":"default","groups":[{"group":"g","sets":{}}]})"},
      {"an unknown preset of a model",
       R"({"preset":"default","models":[{"model":"M","preset":"x"}]})"},
  };
  for (const auto& [what, document] : cases) {
    const auto parsed = parse_policy_document(document);
    ASSERT_FALSE(parsed.has_value()) << what;
    EXPECT_EQ(parsed.error().code, Errc::invalid_input) << what;
  }
  EXPECT_FALSE(parse_policy_document(std::string(kPolicyBytesMax + 1, ' ')));
}

}  // namespace
}  // namespace lockstep
