// SPDX-License-Identifier: Apache-2.0
#include "service/policy_report.h"

#include <utility>

namespace lockstep {

Result<UserPolicyReport> explain_policy(Services& services, const Context& context,
                                        const UserName& user) {
  LOCKSTEP_TRY(const Situation now, services.store.situation(Subject(user)));
  if (!now.user) return fail(Errc::not_found, "no such user");
  const PolicyLayers& layers = context.policy->layers;
  UserPolicyReport report{user, context.policy->revision, {}, {}, {}};
  if (const PolicyLayer* group = group_of(layers, now.groups)) report.group = group->name;
  report.values = explain(layers, now.groups, "");
  for (const Token& token : now.tokens) {
    if (model_of(layers, token.model) == nullptr) continue;
    std::vector<ExplainedValue> values = explain(layers, now.groups, token.model);
    std::erase_if(values, [](const ExplainedValue& value) {
      return value.origin.part != PolicyOrigin::Part::model;
    });
    report.tokens.push_back({token.serial, token.model, std::move(values)});
  }
  return report;
}

}  // namespace lockstep
