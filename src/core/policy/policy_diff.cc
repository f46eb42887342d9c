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

/// The changes of one scope, but for those in `known`, which are everybody's.
std::vector<PolicyChange> changes_of(const PolicyScope& scope,
                                     const std::vector<PolicyChange>& known) {
  std::vector<PolicyChange> changes;
  for (const PolicyKey& key : policy_keys()) {
    const PolicyValue before = key.get(scope.before);
    const PolicyValue after = key.get(scope.after);
    if (before == after) continue;
    const auto same = [&](const PolicyChange& change) {
      return change.key == key.name && change.before == before && change.after == after;
    };
    if (std::ranges::any_of(known, same)) continue;
    changes.push_back({scope.part, scope.name, std::string(key.name), before, after});
  }
  return changes;
}

}  // namespace

std::vector<PolicyScope> scopes(const PolicyLayers& before, const PolicyLayers& after) {
  std::vector<PolicyScope> result;
  result.push_back(
      {Part::everybody, "", resolve(before, nullptr, nullptr), resolve(after, nullptr, nullptr)});
  for (const std::string& name : names_of(before.groups, after.groups)) {
    result.push_back({Part::group, name, resolve(before, named(before.groups, name), nullptr),
                      resolve(after, named(after.groups, name), nullptr)});
  }
  for (const std::string& name : names_of(before.models, after.models)) {
    result.push_back({Part::model, name, resolve(before, nullptr, named(before.models, name)),
                      resolve(after, nullptr, named(after.models, name))});
  }
  return result;
}

std::vector<PolicyChange> differences(const PolicyLayers& before, const PolicyLayers& after) {
  std::vector<PolicyChange> result;
  std::vector<PolicyChange> everybodys;
  for (const PolicyScope& scope : scopes(before, after)) {
    const std::vector<PolicyChange> changes = changes_of(scope, everybodys);
    if (scope.part == Part::everybody) everybodys = changes;
    result.insert(result.end(), changes.begin(), changes.end());
  }
  const std::string order_before = order_of(before.groups);
  const std::string order_after = order_of(after.groups);
  if (order_before != order_after) {
    result.push_back({Part::everybody, "", "groups", order_before, order_after});
  }
  return result;
}

std::string in_words(Part part, const std::string& name) {
  switch (part) {
    case Part::everybody:
      return "";
    case Part::group:
      return "group " + name;
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
  const std::string of = in_words(change.part, change.name);
  return fmt::format("{}{}{}: {} -> {}", of, of.empty() ? "" : ": ", change.key,
                     in_words(change, change.before), in_words(change, change.after));
}

}  // namespace lockstep
