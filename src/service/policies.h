// SPDX-License-Identifier: Apache-2.0
// The policy in force: a preset with changes, for everybody, for groups and for token models, kept
// as JSON in numbered revisions (formats/policy_document.h). docs/reference/policy.md names every
// key; core/policy/policy_keys.h has them as a table.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "core/policy/odds.h"
#include "core/policy/policy_set.h"
#include "formats/policy_document.h"
#include "ports/store.h"

namespace lockstep {

struct Context;
struct Services;

/// A policy as one request sees it from beginning to end.
struct PolicySnapshot : PolicySet {
  std::uint64_t revision = 0;  ///< 0: none was ever set, the preset "default" holds
  PresetName preset = PresetName::standard;
  PolicyLayers layers;
  std::string document;
};
// Shared by the cache and the requests that took it; the last one to finish frees it.
using PolicyHandle = std::shared_ptr<const PolicySnapshot>;

/// The newest policy, kept in memory. Thread-safe.
class PolicyCache {
 public:
  PolicyCache();

  [[nodiscard]] PolicyHandle current() const;
  void replace(PolicyHandle next);

 private:
  mutable std::mutex mutex_;
  PolicyHandle current_;
};

/// Reads the newest revision into the cache: at start, and from time to time where several nodes
/// share a store. Errors: corrupt, when the stored document is none; those of Store.
[[nodiscard]] Result<void> refresh_policy(Services& services);

/// Reads a policy document; revision 0. Errors: invalid_input, as parse_policy_document and
/// resolve.
[[nodiscard]] Result<PolicySnapshot> parse_policy(std::string_view document);

/// The smallest allowance, in evaluated single codes a year, that a policy may give an honest user.
inline constexpr double kAllowanceMin = 60;

/// As parse_policy. Errors: invalid_input, too, when the document's changes bring the year's
/// allowance of some kind of token below kAllowanceMin and below its preset's: honest slips would
/// then lead to two_codes (the context says for which kind).
[[nodiscard]] Result<PolicySnapshot> check_policy_document(std::string_view document);

/// What goes along with a revision.
struct PolicyStep {
  std::optional<std::uint64_t> base;  ///< conflict, unless this revision is in force
  std::vector<Change> changes;        ///< in the same commit
  std::vector<std::pair<std::string, std::string>> details;  ///< for the audit
};

/// Puts `document` into force as the next revision. Permission: policy_write.
/// Errors: invalid_input, as check_policy_document; conflict, when somebody else was faster.
[[nodiscard]] Result<PolicySnapshot> put_policy(Services& services, const Context& context,
                                                std::string_view document, PolicyStep step = {});

/// Notes in an audit record what changes, at most kChangesNotedMax of it.
void add_changes(const PolicyLayers& before, const PolicyLayers& after, AuditEvent& made);
inline constexpr std::size_t kChangesNotedMax = 100;

/// The odds of one kind of token.
struct OddsRow {
  std::string label;  ///< "time, 6 digits, hardware"
  TokenShape shape;
  Odds odds;
};

/// The odds of every common kind of token under `policy`. Permission: policy_read.
[[nodiscard]] std::vector<OddsRow> odds_report(const Policy& policy);

}  // namespace lockstep
