// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <optional>
#include <span>
#include <vector>

#include "base/result.h"
#include "core/sync/attempt.h"
#include "service/services.h"

namespace lockstep {

/// Tokens with their seeds unsealed and their codes worked out, ready for a decision that runs in
/// the store's writer. Not thread-safe; one for each attempt.
class PreparedTokens {
 public:
  /// `policy`: the owner's. Errors: corrupt, when a seed cannot be opened or is none; unavailable.
  static Result<PreparedTokens> make(Services& services, std::span<const Token> tokens,
                                     const Context& context, const UserPolicy& policy);

  /// `tokens` with their codes, in their order; they and `policy` outlive the views. Nullopt when
  /// one of them was not prepared or shows other codes by now: prepare again.
  [[nodiscard]] std::optional<std::vector<TokenView>> views(std::span<const Token> tokens,
                                                            const UserPolicy& policy);

  /// The seed of the token prepared first; there is one.
  [[nodiscard]] const Secret& first_seed() const { return entries_.front().seed; }

 private:
  struct Entry {
    TokenId id;
    Sealed sealed;
    CodeSpec spec;
    Secret seed;
    CodeBook codes;
    std::optional<Policy> frozen;  ///< its policy, where the server's clock is in doubt
  };

  std::deque<Entry> entries_;  // a deque, so that views stay valid
};

}  // namespace lockstep
