// SPDX-License-Identifier: Apache-2.0
// One change of many tokens: all of them, or none.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/result.h"
#include "service/services.h"

namespace lockstep {

struct DeleteTokens {};

struct BulkChange {
  std::vector<Serial> serials;  ///< 1 to kBulkTokensMax, each once
  std::variant<TokenStatus, DeleteTokens> what;
};
inline constexpr std::size_t kBulkTokensMax = 1'000;
/// More at once need a second operator, where the policy's "approval.mass_change" says so.
inline constexpr std::size_t kBulkTokensAlone = 10;

struct BulkAnswer {
  std::size_t changed = 0;        ///< those that were so already do not count
  std::optional<Approval> waits;  ///< nothing was changed: another operator has to agree
};

/// Permission: tokens_manage; tokens_write to revoke or delete. Errors: invalid_input; not_found,
/// naming the first serial that is none; not_allowed, also for a move that nobody may make
/// (core/model/token_life.h); conflict, when one of them is being changed.
[[nodiscard]] Result<BulkAnswer> change_tokens(Services& services, const Context& context,
                                               const BulkChange& change);

/// What `approval` asked for, now that the caller agrees to it: in the name of `asker`, who may
/// still do it, and over the tokens that `services` lets them reach. Errors: as change_tokens;
/// conflict for what was found then and is not there any more.
[[nodiscard]] Result<void> add_bulk_changes(Services& services, const Context& context,
                                            const Caller& asker, const Approval& approval,
                                            ChangeSet& set);

}  // namespace lockstep
