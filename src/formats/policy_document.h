// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "base/result.h"
#include "core/policy/policy_set.h"

namespace lockstep {

/// A longer document is refused; one with every key of everybody has a tenth of it.
inline constexpr std::size_t kPolicyBytesMax = 16'384;

/// Reads
///
///     {"preset": "mideye", "set": {"event.accept": 5},
///      "groups": [{"group": "staff", "preset": "rsa", "set": {…}}, …],
///      "models": [{"model": "Acme 5", "set": {…}}, …]}
///
/// Only the form: core/policy/policy_set.h says whether the values make sense.
/// Errors: invalid_input, when it is no JSON of this form, names a preset or a key that there is
/// not, or has too many groups or models.
[[nodiscard]] Result<PolicyLayers> parse_policy_document(std::string_view document);

}  // namespace lockstep
