// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/result.h"
#include "service/services.h"

namespace lockstep {

/// What happened since midnight, UTC.
struct Today {
  std::uint64_t accepted = 0;  ///< sign-ins
  std::uint64_t refused = 0;
  /// Refused for a cause that an operator can take away: a code that was found too far off for its
  /// zone, or the user is in none of the groups asked for.
  std::uint64_t refused_for_drift = 0;
  std::uint64_t refused_for_no_group = 0;
  std::uint64_t resyncs_by_users = 0;  ///< that succeeded
  std::uint64_t resyncs_by_operators = 0;
  std::uint64_t resyncs_at_sign_in = 0;
};

/// Tokens with an owner, by how they keep step.
struct SyncCounts {
  std::uint64_t in_sync = 0;
  std::uint64_t drifting = 0;
  std::uint64_t out_of_sync = 0;
  std::uint64_t unused = 0;
};

/// How the service does now.
struct Snapshot {
  WallTime at;
  std::optional<Today> today;  ///< not for callers of narrow scope: the audit is everybody's
  SyncCounts sync;
  std::uint64_t locked = 0;         ///< tokens, by the server
  std::vector<TokenRow> attention;  ///< somebody's and out of step: kAttentionRows of them
};

inline constexpr std::uint32_t kAttentionRows = 5;

/// Within the caller's scope. Permission: reports_read.
[[nodiscard]] Result<Snapshot> take_snapshot(Services& services, const Context& context);

}  // namespace lockstep
