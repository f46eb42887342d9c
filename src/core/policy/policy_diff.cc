// SPDX-License-Identifier: Apache-2.0
#include "core/policy/policy_diff.h"

#include <algorithm>

#include <fmt/format.h>

namespace lockstep {
namespace {

using Part = PolicyOrigin::Part;

/// The names of both lists, those of the first one first, each once.
std::vector<std::string> names_of(const std::vector<PolicyLayer>& before,
                                  const std::vector<PolicyLayer>& after) {
  std::vector<std::string> names;
  for (const auto* layers : {&before, &after}) {
    for (const PolicyLayer& layer : *layers) {
      if (std::ranges::find(names, layer.name) == names.end()) names.push_back(layer.name);
    }
  }
  return names;
}

const PolicyLayer* named(const std::vector<PolicyLayer>& layers, const std::string& name) {
  const auto found = std::ranges::find(layers, name, &PolicyLayer::name);
  return found == layers.end() ? nullptr : &*found;
}

std::string order_of(const std::vector<PolicyLayer>& groups) {
  std::string order;
  for (const PolicyLayer& group : groups) order += (order.empty() ? "" : ", ") + group.name;
  return order;
}

/// Whether what is said of `wide` is said of `scope`, which is narrower, too.
bool holds_for(const PolicyChange& wide, const PolicyScope& scope) {
  if (wide.part == Part::everybody) return true;
  if (scope.model.empty() || !wide.model.empty()) return false;
  return wide.name == (wide.part == Part::group ? scope.name : scope.model);
}

/// The changes of one scope, but for those that are said of a wider one.
std::vector<PolicyChange> changes_of(const PolicyScope& scope,
                                     const std::vector<PolicyChange>& said) {
  std::vector<PolicyChange> changes;
  for (const PolicyKey& key : policy_keys()) {
    const PolicyValue before = key.get(scope.before);
    const PolicyValue after = key.get(scope.after);
    if (before == after) continue;
    const auto same = [&](const PolicyChange& change) {
      return change.key == key.name && change.before == before && change.after == after &&
             holds_for(change, scope);
    };
    if (std::ranges::any_of(said, same)) continue;
    changes.push_back({scope.part, scope.name, scope.model, std::string(key.name), before, after});
  }
  return changes;
}

}  // namespace

std::vector<PolicyScope> scopes(const PolicyLayers& before, const PolicyLayers& after) {
  const std::vector<std::string> groups = names_of(before.groups, after.groups);
  const std::vector<std::string> models = names_of(before.models, after.models);
  std::vector<PolicyScope> result;
  const auto add = [&](Part part, const std::string& group, const std::string& model) {
    const auto of = [&](const PolicyLayers& layers) {
      return resolve(layers, named(layers.groups, group), named(layers.models, model));
    };
    const bool is_model = part == Part::model;
    result.push_back(
        {part, is_model ? model : group, is_model ? "" : model, of(before), of(after)});
  };
  add(Part::everybody, "", "");
  for (const std::string& group : groups) add(Part::group, group, "");
  for (const std::string& model : models) add(Part::model, "", model);
  for (const std::string& group : groups) {
    for (const std::string& model : models) add(Part::group, group, model);
  }
  return result;
}

std::vector<PolicyChange> differences(const PolicyLayers& before, const PolicyLayers& after) {
  std::vector<PolicyChange> result;
  const std::vector<PolicyScope> all = scopes(before, after);
  for (const PolicyScope& scope : all) {
    const std::vector<PolicyChange> changes = changes_of(scope, result);
    result.insert(result.end(), changes.begin(), changes.end());
  }
  const std::string order_before = order_of(before.groups);
  const std::string order_after = order_of(after.groups);
  if (order_before != order_after) {
    result.push_back({Part::everybody, "", "", "groups", order_before, order_after});
  }
  return result;
}

std::string in_words(Part part, const std::string& name, const std::string& model) {
  switch (part) {
    case Part::everybody:
      return "";
    case Part::group:
      return "group " + name + (model.empty() ? "" : ", model " + model);
    case Part::model:
      return "model " + name;
  }
  LOCKSTEP_ASSERT(false);
  return {};
}

std::string in_words(const PolicyChange& change, const PolicyValue& side) {
  const PolicyKey* key = find_policy_key(change.key);
  if (key != nullptr) return in_words(*key, side);
  const auto* text = std::get_if<std::string>(&side);
  return text == nullptr || text->empty() ? "none" : *text;
}

std::string in_words(const PolicyChange& change) {
  const std::string of = in_words(change.part, change.name, change.model);
  return fmt::format("{}{}{}: {} -> {}", of, of.empty() ? "" : ": ", change.key,
                     in_words(change, change.before), in_words(change, change.after));
}

}  // namespace lockstep
