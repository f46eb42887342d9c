// SPDX-License-Identifier: Apache-2.0
// Every number of a policy by the name that documents use: one table from which documents are read,
// compared and explained. docs/reference/policy.md says what each means.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.h"
#include "core/policy/policy.h"

namespace lockstep {

/// What a document writes: a whole number, a fraction, yes or no, one of some words.
using PolicyValue = std::variant<std::int64_t, double, bool, std::string>;

/// Of whom a number can be said.
enum class KeyScope {
  service,  ///< one for all: only in the document's own "set"
  user,     ///< of users: for groups too
  token,    ///< of tokens: for groups and models too
};

/// What a number counts, for people.
enum class KeyUnit { plain, codes, steps, seconds, days, characters };

struct PolicyKey {
  std::string_view name;
  KeyScope scope;
  KeyUnit unit;
  /// The preset decides about it: naming another one changes it.
  bool of_preset;
  PolicyValue (*get)(const Policy&);
  /// Errors: invalid_input, naming the key, when the value is of another type or out of range.
  Result<void> (*set)(const PolicyKey&, Policy&, const PolicyValue&);
  std::int64_t min = 0;
  std::int64_t max = 0;
  std::span<const std::string_view> words;  ///< of a key that takes one of some words
};

/// In the order of the reference.
[[nodiscard]] std::span<const PolicyKey> policy_keys();
/// Null, when there is none of that name.
[[nodiscard]] const PolicyKey* find_policy_key(std::string_view name);

/// For people, with its unit: "±1 step", "43,200 s (12 h)", "never".
[[nodiscard]] std::string in_words(const PolicyKey& key, const PolicyValue& value);

/// Younger audit records are never removed.
inline constexpr std::uint32_t kAuditDaysMin = 30;
inline constexpr std::uint32_t kAuditDaysMax = 36'500;

/// Errors: invalid_input, when zones do not widen from accept to admin, or other numbers of
/// `policy` contradict each other.
[[nodiscard]] Result<void> check_policy(const Policy& policy);

}  // namespace lockstep
