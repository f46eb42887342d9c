// SPDX-License-Identifier: Apache-2.0
// How a policy changes: a draft that nobody uses yet, a look at what it would change, into force,
// and back again. There is one draft for everybody who works on the policy.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "core/policy/policy_diff.h"
#include "service/policies.h"
#include "service/services.h"

namespace lockstep {

struct DraftedPolicy {
  PolicySnapshot policy;   ///< revision 0
  std::uint64_t base = 0;  ///< the revision that it was begun from
  WallTime at;
  Actor by;
  RowVersion version;  ///< names this text: no draft that was or will be there has it
  RowVersion row;      ///< of the store's row, which counts from 1 with each new draft
};

/// Permission: policy_read. Errors: not_found, when there is no draft.
[[nodiscard]] Result<DraftedPolicy> get_policy_draft(Services& services);

/// Writes the draft, in the place of one that is there. `base`: the revision that it was written
/// from; where nothing is said, a draft keeps its base and a new one has the revision in force.
/// `seen`: the version of the draft that the change was made from, where the caller cares.
/// Permission: policy_write. Errors: invalid_input, as put_policy; conflict.
[[nodiscard]] Result<DraftedPolicy> put_policy_draft(Services& services, const Context& context,
                                                     std::string_view document,
                                                     std::optional<std::uint64_t> base,
                                                     std::optional<RowVersion> seen);

/// Throws the draft away, also one that this version of Lockstep cannot read. Permission:
/// policy_write. Errors: not_found; conflict.
[[nodiscard]] Result<void> delete_policy_draft(Services& services, const Context& context,
                                               std::optional<RowVersion> seen);

/// Puts the draft into force. Permission: policy_write. Errors: not_found; conflict, when it is not
/// at `seen` or another revision came into force since it was begun.
[[nodiscard]] Result<PolicySnapshot> apply_policy_draft(Services& services, const Context& context,
                                                        std::optional<RowVersion> seen);

/// Puts the document of an older revision into force again, as a new one. Permission: policy_write.
/// Errors: not_found; invalid_input, when it would not be accepted today; conflict.
[[nodiscard]] Result<PolicySnapshot> revert_policy(Services& services, const Context& context,
                                                   std::uint64_t revision);

/// Newest first, those with a number below `before` (all for 0). Permission: policy_read.
/// Errors: invalid_input, for a limit outside 1 to 1,000.
[[nodiscard]] Result<std::vector<PolicyRevision>> list_policy_revisions(Services& services,
                                                                        std::uint64_t before,
                                                                        std::uint32_t limit);

/// One kind of token under two policies.
struct OddsChange {
  PolicyOrigin::Part part = PolicyOrigin::Part::everybody;
  std::string name;   ///< of the group or model
  std::string model;  ///< as in PolicyScope
  OddsRow before;
  OddsRow after;
};

struct PolicyComparison {
  std::string from;  ///< "3", "draft"
  std::string to;
  std::vector<PolicyChange> changes;
  std::vector<OddsChange> odds;     ///< only those that change
  std::optional<RowVersion> draft;  ///< the version of the draft, where one of them is it
};

/// Compares two of: "current", "draft", a revision's number (0: the preset "default", which holds
/// before there is one). Permission: policy_read. Errors: not_found; invalid_input, for another
/// name.
[[nodiscard]] Result<PolicyComparison> compare_policies(Services& services, const Context& context,
                                                        const std::string& from,
                                                        const std::string& to);

}  // namespace lockstep
