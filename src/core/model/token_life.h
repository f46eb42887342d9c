// SPDX-License-Identifier: Apache-2.0
// A token's life, as people speak of it, and the moves between what is decided about it.
#pragma once

#include <optional>
#include <string_view>

#include "base/time.h"
#include "core/model/token.h"

namespace lockstep {

/// Where in its life a token is: what was decided about it (TokenStatus), and where nothing was,
/// what follows from its dates, its owner and its use. The first that holds, from the end of life.
enum class TokenLife {
  revoked,
  lost,
  faulty,
  locked,
  suspended,
  expired,    ///< past its last day
  inventory,  ///< nobody's
  assigned,   ///< somebody's, who has never used it
  active,
};

[[nodiscard]] TokenLife life_of(const Token& token, WallTime now);

/// The stable name: "inventory".
[[nodiscard]] std::string_view name_of(TokenLife life);

/// The stable name: "enabled".
[[nodiscard]] std::string_view name_of(TokenStatus status);
[[nodiscard]] std::optional<TokenStatus> parse_token_status(std::string_view name);

/// The stable name: "in_sync".
[[nodiscard]] std::string_view name_of(SyncState state);
[[nodiscard]] std::optional<SyncState> parse_sync_state(std::string_view name);

/// Whether a person may move a token from `from` to `to`. To where it is already: yes. Only the
/// server locks, and what is revoked stays it.
[[nodiscard]] bool may_move(TokenStatus from, TokenStatus to);

}  // namespace lockstep
