// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "core/policy/policy_set.h"

namespace lockstep {

/// Of whom a number changes: everybody, the members of a group, or the tokens of a model.
struct PolicyScope {
  PolicyOrigin::Part part = PolicyOrigin::Part::everybody;
  std::string name;
  Policy before;
  Policy after;
};

/// Everybody, and each group and model that one of the two documents names. Numbers of a group are
/// those of its members' tokens of other models; of a model, those of users in no group.
[[nodiscard]] std::vector<PolicyScope> scopes(const PolicyLayers& before,
                                              const PolicyLayers& after);

struct PolicyChange {
  PolicyOrigin::Part part = PolicyOrigin::Part::everybody;
  std::string name;
  std::string key;  ///< of the policy, or "groups": which there are, in which order
  PolicyValue before;
  PolicyValue after;

  friend bool operator==(const PolicyChange&, const PolicyChange&) = default;
};

/// What holds after that did not hold before. What changes for everybody is not said again of
/// groups and models to which the same happens.
[[nodiscard]] std::vector<PolicyChange> differences(const PolicyLayers& before,
                                                    const PolicyLayers& after);

/// "group staff: event.accept: 2 codes -> 5 codes".
[[nodiscard]] std::string in_words(const PolicyChange& change);
/// One side of it: "2 codes".
[[nodiscard]] std::string in_words(const PolicyChange& change, const PolicyValue& side);
/// "group staff", "model Acme 5", "" for everybody.
[[nodiscard]] std::string in_words(PolicyOrigin::Part part, const std::string& name);

}  // namespace lockstep
