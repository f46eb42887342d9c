// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/secret.h"
#include "core/model/user.h"
#include "core/sync/attempt.h"
#include "service/services.h"

namespace lockstep {

/// The MAC that is stored of a PIN, with a fresh salt.
[[nodiscard]] PinMac make_pin_mac(Services& services, const Secret& pin);

/// Whether `typed` is what `stored` was made of. Constant time.
[[nodiscard]] bool mac_matches(const Services& services, const PinMac& stored, const Secret& typed);

/// Whether `pin` is the user's PIN. Without a user or a PIN: no, after the same work.
[[nodiscard]] bool pin_matches(const Services& services, const User* user, const Secret& pin);

/// Tells one password and PIN of a user from another, and nothing about them.
[[nodiscard]] std::string factors_of(const std::optional<User>& user);

/// What a log-in has given beside the code, checked once; the rule is in service/authenticate.h.
class FirstFactor {
 public:
  /// Checks the password field. Costs one Argon2id computation when a password was given, whoever
  /// the user is, and none when not. `user` may be null: nobody. Errors: corrupt, unavailable.
  static Result<FirstFactor> check(Services& services, const User* user,
                                   const std::optional<Secret>& password);

  /// The password field was checked by somebody else, against something else.
  static FirstFactor vouched(const User* user, bool right);

  /// What was given earlier in the conversation.
  enum class Carried { none, right, wrong };

  /// The verdict where `prefix` stood in front of the code.
  [[nodiscard]] Factor with_prefix(const Services& services, std::string_view prefix,
                                   Carried carried) const;

  /// What the next request of the conversation carries, where there was no code in this one.
  [[nodiscard]] Carried so_far(Carried carried) const;

  /// From now on it need not be given (FirstFactorRule::not_asked).
  void ask_for_nothing() { demand_ = Demand::nothing; }

 private:
  enum class Field { absent, right, wrong };
  enum class Demand { nothing, something };

  FirstFactor(const User* user, Field field);

  Field field_;
  Demand demand_;
  std::optional<PinMac> pin_;
};

}  // namespace lockstep
