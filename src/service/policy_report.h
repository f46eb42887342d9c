// SPDX-License-Identifier: Apache-2.0
// What holds for one user, and why.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "core/policy/policy_set.h"
#include "service/services.h"

namespace lockstep {

/// What holds for a token of a model that the policy names.
struct TokenPolicyReport {
  Serial serial;
  std::string model;
  std::vector<ExplainedValue> values;  ///< only those that the model decides about
};

struct UserPolicyReport {
  UserName user;
  std::uint64_t revision = 0;
  std::optional<std::string> group;    ///< whose numbers hold; none: everybody's
  std::vector<ExplainedValue> values;  ///< every key, in the order of the reference
  std::vector<TokenPolicyReport> tokens;
};

/// Permission: policy_read and users_read. Errors: not_found.
[[nodiscard]] Result<UserPolicyReport> explain_policy(Services& services, const Context& context,
                                                      const UserName& user);

}  // namespace lockstep
