// SPDX-License-Identifier: Apache-2.0
// What a restored store has missed: brought forward from the audit's mirror, or, where there is
// none, fenced off. Nobody else uses the store meanwhile.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "core/audit/chain.h"
#include "core/model/token.h"
#include "service/services.h"

namespace lockstep {

/// What became of the records behind a backup.
struct ReplayReport {
  std::uint64_t records = 0;
  std::optional<WallTime> last;  ///< of the last record: what happened after it is not known
  std::uint64_t tokens = 0;      ///< that were brought forward
  std::uint64_t changes = 0;     ///< of users, tokens, groups, keys and policy, made again
  /// What the audit cannot give back, a line each, to be done by hand: new users and tokens, new
  /// passwords. Sorted as it happened; at most kLeftMax.
  std::vector<std::string> left;
  std::uint64_t left_count = 0;

  static constexpr std::size_t kLeftMax = 10'000;
};

/// Takes the records behind a backup one by one, each after the one before it in its chain, and
/// then brings the store forward. Holds a little for each token that was used and each change.
class Replay {
 public:
  void see(const AuditRecord& record);

  /// High water of every token that accepted a code becomes at least what it was; what was spent is
  /// spent. Tokens that were suspended, lost, deleted or moved, users that were disabled or
  /// deleted, memberships, revoked keys, operators that were disabled or deleted and the policy
  /// become what they were. Guess budgets stay those of the backup. Errors: those of the store.
  Result<ReplayReport> apply(Services& services, const Context& context);

 private:
  void see_positions(const AuditEvent& event);
  Result<void> bring_forward(Services& services);
  Result<void> change_again(Services& services, const Context& context, const AuditEvent& event);
  void leave(const AuditEvent& event);

  /// What is known of a token's progress from its events alone: it starts from nothing.
  struct Past {
    Progress progress;
    bool accepted = false;
  };
  std::map<Serial, Past> pasts_;
  std::vector<AuditEvent> changes_;
  ReplayReport report_;
};

/// Puts every token behind the fence of core/sync/fence.h. Returns how many there are.
[[nodiscard]] Result<std::uint64_t> raise_fence(Services& services, const Context& context,
                                                std::uint32_t codes_skipped);

/// Ends the temporary codes of all users: which of them were used since the backup, and which were
/// ended, the store does not know. Returns how many users had some.
[[nodiscard]] Result<std::uint64_t> end_all_temporary(Services& services, const Context& context);

/// Opens a few service keys and seeds: that the key belongs to this store. Returns how many seeds.
/// Errors: corrupt, when one cannot be opened.
[[nodiscard]] Result<std::uint64_t> open_sample(Services& services, std::uint32_t seeds_max);

/// Writes `store.restored` with these details.
[[nodiscard]] Result<void> record_restored(
    Services& services, const Context& context,
    std::vector<std::pair<std::string, std::string>> details);

}  // namespace lockstep
