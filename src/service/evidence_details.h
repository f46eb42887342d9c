// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <utility>
#include <vector>

#include "core/model/token.h"
#include "core/sync/evidence.h"

namespace lockstep {

/// `evidence` as named texts in a fixed order, for the audit and for operators. `tokens` are those
/// that its ids may stand for. Positions and distances only, never codes.
[[nodiscard]] std::vector<std::pair<std::string, std::string>> evidence_details(
    const Evidence& evidence, std::span<const Token> tokens);

/// What an attempt used up of `token`, so that the audit alone can bring an older copy of the store
/// forward: {"next", "SERIAL@1843"} where the high water moved, {"spent", "SERIAL@1901"} for a code
/// that was seen and is no longer good alone.
void add_move(std::vector<std::pair<std::string, std::string>>& details, const Token& token,
              const Progress& after);

/// The serial of the token that decided, if it is one of `tokens`.
[[nodiscard]] std::optional<Serial> serial_of(const std::optional<TokenId>& id,
                                              std::span<const Token> tokens);

}  // namespace lockstep
