// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "core/policy/policy_set.h"

namespace lockstep {

/// Of whom a number changes: everybody, the members of a group, the tokens of a model, or a group's
/// members' tokens of a model.
struct PolicyScope {
  PolicyOrigin::Part part = PolicyOrigin::Part::everybody;
  std::string name;
  std::string model;  ///< of a group's: only tokens of this one; "": of models that have no numbers
  Policy before;
  Policy after;
};

/// Everybody, each group and model that one of the two documents names, and each model within each
/// group, since a model decides last. Numbers of a model by itself are those of users in no group.
[[nodiscard]] std::vector<PolicyScope> scopes(const PolicyLayers& before,
                                              const PolicyLayers& after);

struct PolicyChange {
  PolicyOrigin::Part part = PolicyOrigin::Part::everybody;
  std::string name;
  std::string model;  ///< as in PolicyScope
  std::string key;    ///< of the policy, or "groups": which there are, in which order
  PolicyValue before;
  PolicyValue after;

  friend bool operator==(const PolicyChange&, const PolicyChange&) = default;
};

/// What holds after that did not hold before. What changes for everybody is not said again of
/// groups and models to which the same happens, nor what changes for a group or a model of that
/// model's tokens in that group.
[[nodiscard]] std::vector<PolicyChange> differences(const PolicyLayers& before,
                                                    const PolicyLayers& after);

/// "group staff: event.accept: 2 codes -> 5 codes".
[[nodiscard]] std::string in_words(const PolicyChange& change);
/// One side of it: "2 codes".
[[nodiscard]] std::string in_words(const PolicyChange& change, const PolicyValue& side);
/// "group staff", "model Acme 5", "group staff, model Acme 5", "" for everybody.
[[nodiscard]] std::string in_words(PolicyOrigin::Part part, const std::string& name,
                                   const std::string& model);

}  // namespace lockstep
