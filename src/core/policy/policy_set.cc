// SPDX-License-Identifier: Apache-2.0
#include "core/policy/policy_set.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

namespace lockstep {
namespace {

enum class Part { everybody, group, model };

std::string called(Part part, const std::string& name) {
  switch (part) {
    case Part::everybody:
      return "";
    case Part::group:
      return fmt::format("group \"{}\": ", name);
    case Part::model:
      return fmt::format("model \"{}\": ", name);
  }
  LOCKSTEP_ASSERT(false);
  return {};
}

bool may_stand_in(KeyScope scope, Part part) {
  switch (part) {
    case Part::everybody:
      return true;
    case Part::group:
      return scope != KeyScope::service;
    case Part::model:
      return scope == KeyScope::token;
  }
  LOCKSTEP_ASSERT(false);
  return false;
}

/// The zones of a preset; the rest of `policy` stays.
void take_preset(PresetName name, Policy& policy) {
  const Policy from = preset(name);
  policy.event = from.event;
  policy.hardware = from.hardware;
  policy.software = from.software;
}

Result<void> apply(const PolicyLayer& layer, Part part, Policy& policy) {
  if (layer.preset) take_preset(*layer.preset, policy);
  for (const PolicySetting& setting : layer.settings) {
    if (!may_stand_in(setting.key->scope, part)) {
      return fail(Errc::invalid_input, fmt::format("\"{}\" cannot be set here", setting.key->name));
    }
    LOCKSTEP_CHECK(setting.key->set(*setting.key, policy, setting.value));
  }
  return {};
}

/// `apply` and `check_policy`, saying where it went wrong.
Result<Policy> with_layer(const PolicyLayer& layer, Part part, Policy policy) {
  Result<void> done = apply(layer, part, policy);
  if (done) done = check_policy(policy);
  if (done) return policy;
  return fail(done.error().code, called(part, layer.name) + done.error().context);
}

Result<UserPolicy> with_models(const std::vector<PolicyLayer>& models, const Policy& users) {
  UserPolicy result{users, {}};
  for (const PolicyLayer& model : models) {
    LOCKSTEP_TRY(Policy policy, with_layer(model, Part::model, users));
    if (model.name.empty() || !result.models.emplace(model.name, policy).second) {
      return fail(Errc::invalid_input,
                  fmt::format("model \"{}\" is no name, or stands there twice", model.name));
    }
  }
  return result;
}

/// Applies what was checked when the set was resolved.
void apply_known(const PolicyLayer* layer, Part part, Policy& policy) {
  if (layer == nullptr) return;
  LOCKSTEP_ASSERT(apply(*layer, part, policy).has_value());
}

/// Notes that `layer` decides about what it names.
void note_origin(const PolicyLayer& layer, PolicyOrigin::Part part,
                 std::vector<ExplainedValue>& values) {
  for (ExplainedValue& value : values) {
    if (layer.preset && (value.key->of_preset || part == PolicyOrigin::Part::everybody)) {
      value.origin = {part, layer.name, layer.preset};
    }
    if (std::ranges::find(layer.settings, value.key, &PolicySetting::key) != layer.settings.end()) {
      value.origin = {part, layer.name, std::nullopt};
    }
  }
}

}  // namespace

const Policy& UserPolicy::of(const Token& token) const {
  if (token.model.empty() || models.empty()) return policy;
  const auto found = models.find(token.model);
  return found == models.end() ? policy : found->second;
}

const UserPolicy& PolicySet::of_member(std::span<const GroupName> of) const {
  for (const auto& [name, members] : groups) {
    if (std::ranges::find(of, name) != of.end()) return members;
  }
  return *this;
}

Result<PolicySet> resolve(const PolicyLayers& layers) {
  if (layers.groups.size() > kPolicyGroupsMax || layers.models.size() > kPolicyModelsMax) {
    return fail(Errc::invalid_input, fmt::format("a policy names at most {} groups and {} models",
                                                 kPolicyGroupsMax, kPolicyModelsMax));
  }
  LOCKSTEP_TRY(const Policy everybody, with_layer(layers.everybody, Part::everybody, {}));
  LOCKSTEP_TRY(UserPolicy base, with_models(layers.models, everybody));
  PolicySet set{{std::move(base)}, {}};
  for (const PolicyLayer& group : layers.groups) {
    LOCKSTEP_TRY(GroupName name, GroupName::parse(group.name));
    const auto same = [&](const auto& other) { return other.first == name; };
    if (std::ranges::any_of(set.groups, same)) {
      return fail(Errc::invalid_input, called(Part::group, group.name) + "stands there twice");
    }
    LOCKSTEP_TRY(const Policy policy, with_layer(group, Part::group, everybody));
    Result<UserPolicy> members = with_models(layers.models, policy);
    if (!members) {
      return fail(members.error().code, called(Part::group, group.name) + members.error().context);
    }
    set.groups.emplace_back(std::move(name), *std::move(members));
  }
  return set;
}

Policy resolve(const PolicyLayers& layers, const PolicyLayer* group, const PolicyLayer* model) {
  Policy policy;
  apply_known(&layers.everybody, Part::everybody, policy);
  apply_known(group, Part::group, policy);
  apply_known(model, Part::model, policy);
  return policy;
}

const PolicyLayer* group_of(const PolicyLayers& layers, std::span<const GroupName> groups) {
  for (const PolicyLayer& layer : layers.groups) {
    const auto name = GroupName::parse(layer.name);
    if (name && std::ranges::find(groups, *name) != groups.end()) return &layer;
  }
  return nullptr;
}

const PolicyLayer* model_of(const PolicyLayers& layers, std::string_view model) {
  const auto found = std::ranges::find(layers.models, model, &PolicyLayer::name);
  return found == layers.models.end() ? nullptr : &*found;
}

std::vector<ExplainedValue> explain(const PolicyLayers& layers, std::span<const GroupName> groups,
                                    std::string_view model) {
  const PolicyLayer* group = group_of(layers, groups);
  const PolicyLayer* token = model_of(layers, model);
  const Policy policy = resolve(layers, group, token);
  std::vector<ExplainedValue> values;
  for (const PolicyKey& key : policy_keys()) values.push_back({&key, key.get(policy), {}});
  note_origin(layers.everybody, PolicyOrigin::Part::everybody, values);
  if (group != nullptr) note_origin(*group, PolicyOrigin::Part::group, values);
  if (token != nullptr) note_origin(*token, PolicyOrigin::Part::model, values);
  return values;
}

std::string in_words(const PolicyOrigin& origin) {
  std::string words;
  if (origin.part == PolicyOrigin::Part::group) words = "group " + origin.name;
  if (origin.part == PolicyOrigin::Part::model) words = "model " + origin.name;
  if (!origin.preset) return words.empty() ? "the policy" : words;
  return fmt::format("{}{}preset {}", words, words.empty() ? "" : ", ", name_of(*origin.preset));
}

}  // namespace lockstep
