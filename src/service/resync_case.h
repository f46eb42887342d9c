// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/result.h"
#include "core/sync/resync.h"
#include "service/prepared_tokens.h"
#include "service/resynchronise.h"
#include "service/services.h"

namespace lockstep {

/// A resynchronisation looks at up to 100,000 codes. It decides on what it read, outside the
/// store's writer, and commits on condition that nothing has changed; this often, and then somebody
/// is logging in with the token without end.
inline constexpr int kResyncTriesMax = 8;

/// A token that is to be brought back, as it was read.
class ResyncCase {
 public:
  /// Errors: not_found; corrupt, when its seed cannot be opened.
  static Result<ResyncCase> read(Services& services, const Context& context, const Serial& serial);

  [[nodiscard]] const Token& token() const { return token_; }
  [[nodiscard]] const std::optional<User>& owner() const { return owner_; }

  /// What the owner's policy asks of an operator.
  [[nodiscard]] const ResyncRules& rules() const { return policy_.policy.resync; }

  [[nodiscard]] ResyncDecision decide(const ResyncRequest& request);
  [[nodiscard]] ResyncDecision test(const GivenCode& code);
  /// By the owner (core/sync/own_test.h); there is one.
  [[nodiscard]] ResyncDecision test_own(const Context& context, const GivenCode& code);

  /// What `decision` changes, with its audit event of kind `kind`.
  [[nodiscard]] ChangeSet changes(const Context& context, const ResyncDecision& decision,
                                  EventKind kind) const;

  /// What the caller gets to know.
  [[nodiscard]] ResyncAnswer answer(const Context& context, ResyncDecision decision) const;

 private:
  ResyncCase(Token token, std::optional<User> owner, PreparedTokens prepared, PolicyHandle snapshot,
             const UserPolicy& policy, std::uint32_t bucket)
      : token_(std::move(token)),
        owner_(std::move(owner)),
        prepared_(std::move(prepared)),
        snapshot_(std::move(snapshot)),
        policy_(policy),
        bucket_(bucket) {}

  [[nodiscard]] TokenView view();

  Token token_;
  std::optional<User> owner_;
  PreparedTokens prepared_;
  PolicyHandle snapshot_;     // keeps what policy_ is part of
  const UserPolicy& policy_;  // the owner's
  std::uint32_t bucket_;      // the owner's, of all tokens
};

/// Tells the owner by mail, in the same change set, that the token was brought back. No success, no
/// owner, no address: no mail. Errors: those of KeyVault::seal.
[[nodiscard]] Result<void> add_resync_mail(Services& services, const Context& context,
                                           const ResyncCase& it, const ResyncDecision& decision,
                                           std::string_view by, ChangeSet& set);

/// succeeded or failed.
[[nodiscard]] EventKind kind_of(const ResyncDecision& decision);

}  // namespace lockstep
