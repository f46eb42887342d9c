// SPDX-License-Identifier: Apache-2.0
#include "service/policy_report.h"

#include "service/groups.h"
#include "service/policies.h"
#include "service/service_test_world.h"

namespace lockstep {
namespace {

using PolicyReport = World;

TEST_F(PolicyReport, EachNumberOfAUserSaysWhereItIsFrom) {
  add_user("anna");
  add_card("anna", "C1");
  add_card("anna", "C2");
  TokenPatch patch;
  patch.model = "Acme 5";
  ASSERT_TRUE(patch_token(*services, owner(), serial("C1"), patch, {}));
  ASSERT_TRUE(create_group(*services, owner(), group_name("staff")));
  ASSERT_TRUE(add_member(*services, owner(), group_name("staff"), user_name("anna")));
  const auto done =
      put_policy(*services, owner(), R"({"preset":"sas","set":{"misses_to_disabled":50},
          "groups":[{"group":"Staff","preset":"rsa","set":{"event.accept":2}}],
          "models":[{"model":"Acme 5","set":{"event.accept":1}}]})");
  ASSERT_TRUE(done.has_value()) << done.error().context;
  const auto report = explain_policy(*services, owner(), user_name("anna"));
  ASSERT_TRUE(report.has_value());
  EXPECT_EQ(report->group, "Staff");
  const auto line = [](const std::vector<ExplainedValue>& values, std::string_view key) {
    for (const ExplainedValue& value : values) {
      if (value.key->name == key) {
        return in_words(*value.key, value.value) + " from " + in_words(value.origin);
      }
    }
    return std::string("missing");
  };
  EXPECT_EQ(line(report->values, "hardware.accept"), "±1 step from group Staff, preset rsa");
  EXPECT_EQ(line(report->values, "event.accept"), "2 codes from group Staff");
  EXPECT_EQ(line(report->values, "misses_to_disabled"), "50 from the policy");
  EXPECT_EQ(line(report->values, "misses_to_two_codes"), "10 from preset sas");
  ASSERT_EQ(report->tokens.size(), 1U);
  EXPECT_EQ(report->tokens[0].serial, serial("C1"));
  ASSERT_EQ(report->tokens[0].values.size(), 1U);
  EXPECT_EQ(line(report->tokens[0].values, "event.accept"), "1 code from model Acme 5");
}

TEST_F(PolicyReport, NobodyHasNoPolicy) {
  EXPECT_EQ(explain_policy(*services, owner(), user_name("nobody")).error().code, Errc::not_found);
}

}  // namespace
}  // namespace lockstep
