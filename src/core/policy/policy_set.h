// SPDX-License-Identifier: Apache-2.0
// One policy for everybody, with what differs for groups of users and models of token:
//
//     everybody:  a preset, and numbers set beside it
//     group:      the first in the document's order that the user is in; what it does not name is
//                 everybody's
//     model:      of a token; what it does not name is its owner's
//
// A group or model may name a preset of its own: its zones are that preset's then, and nothing that
// was set before counts for them. docs/decisions/0023 says why the first group wins.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "core/model/names.h"
#include "core/model/token.h"
#include "core/policy/policy_keys.h"

namespace lockstep {

struct PolicySetting {
  const PolicyKey* key;
  PolicyValue value;

  friend bool operator==(const PolicySetting&, const PolicySetting&) = default;
};

/// What one part of a document says.
struct PolicyLayer {
  std::string name;  ///< of the group or model; "" for everybody
  std::optional<PresetName> preset;
  std::vector<PolicySetting> settings;
};

/// A document as it is written.
struct PolicyLayers {
  PolicyLayer everybody;  ///< has a preset
  std::vector<PolicyLayer> groups;
  std::vector<PolicyLayer> models;
};
inline constexpr std::size_t kPolicyGroupsMax = 32;
inline constexpr std::size_t kPolicyModelsMax = 32;

/// The numbers of one user.
struct UserPolicy {
  Policy policy;
  std::map<std::string, Policy, std::less<>> models;  ///< where they differ, by the model's name

  /// The numbers for one of the user's tokens. Outlived by this.
  [[nodiscard]] const Policy& of(const Token& token) const;
};

/// The numbers of everybody: worked out once, asked at every log-in. The base is those of users who
/// are in none of the groups.
struct PolicySet : UserPolicy {
  std::vector<std::pair<GroupName, UserPolicy>> groups;  ///< in the order of the document

  /// Those of a user who is in these groups. Outlived by this.
  [[nodiscard]] const UserPolicy& of_member(std::span<const GroupName> of) const;
};

/// Works `layers` out. Errors: invalid_input, naming the group or model, when a value is of the
/// wrong type or out of range, a key may not be set there, a name is none or stands there twice,
/// or numbers contradict each other.
[[nodiscard]] Result<PolicySet> resolve(const PolicyLayers& layers);

/// The same for one way through the document: of one group (or none) and one model (or none).
/// `layers` are of a set that was resolved.
[[nodiscard]] Policy resolve(const PolicyLayers& layers, const PolicyLayer* group,
                             const PolicyLayer* model);

/// The layer that holds for a user in these groups; null, when none does.
[[nodiscard]] const PolicyLayer* group_of(const PolicyLayers& layers,
                                          std::span<const GroupName> groups);
/// Null, when the document does not name it.
[[nodiscard]] const PolicyLayer* model_of(const PolicyLayers& layers, std::string_view model);

/// Where a number comes from.
struct PolicyOrigin {
  enum class Part { everybody, group, model };
  Part part = Part::everybody;
  std::string name;                  ///< of the group or model
  std::optional<PresetName> preset;  ///< the preset that the part names; none: set by itself
};

struct ExplainedValue {
  const PolicyKey* key;
  PolicyValue value;
  PolicyOrigin origin;
};

/// Every number for a user in these groups and a token of this model ("" for none), and where each
/// is from.
[[nodiscard]] std::vector<ExplainedValue> explain(const PolicyLayers& layers,
                                                  std::span<const GroupName> groups,
                                                  std::string_view model);

/// "group staff, preset rsa"; "the policy"; "preset default".
[[nodiscard]] std::string in_words(const PolicyOrigin& origin);

}  // namespace lockstep
