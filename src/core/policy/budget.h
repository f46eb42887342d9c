// SPDX-License-Identifier: Apache-2.0
// What attempts cost, and what a user's account asks of the next one.
//
//     open --10 misses in a row, or the year's bucket full--> two_codes --100 in a row--> disabled
//       ^---------- both conditions gone ----------------------|                            |
//       ^---------- an operator, or an explicit resynchronisation --------------------------|
//
// "In a row" ends with every success. The year's bucket does not: it holds half of what the policy
// allows in a year and leaks that half in 365 days, so that no 365 days hold more than allowed.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "core/model/user.h"
#include "core/policy/odds.h"
#include "core/policy/policy.h"

namespace lockstep {

enum class Escalation {
  open,       ///< one code in step lets in
  two_codes,  ///< only a pair does
  disabled,   ///< nothing does
};

/// Whom misses in a row count against.
enum class RowOf {
  user,    ///< a first factor was proven before the code
  source,  ///< nothing was: outsiders must not be able to lock the user, so the row is the
           ///< source's own and never disables
};

/// Who tried: everything a charge needs to know of an attempt.
struct Trial {
  const Source& source;
  RowOf row_of;
  const Instant& at;
};

/// How many misses the year's bucket holds: half the allowance of the user's tokens.
[[nodiscard]] std::uint32_t bucket_size(const Policy& policy, std::span<const TokenShape> tokens);

/// What the account asks of `trial`. A user disabled by misses after a right first factor is
/// disabled for every client.
[[nodiscard]] Escalation escalation(const UserSync& sync, const Policy& policy,
                                    std::uint32_t bucket, const Trial& trial);

/// Why a single code missed.
enum class MissKind {
  guess,
  slip,  ///< a slip of the finger beside a code in step: counts in the row, not in the year
};

/// Charges one miss.
[[nodiscard]] UserSync after_miss(UserSync sync, std::uint32_t bucket, const Trial& trial,
                                  MissKind kind);

/// Charges a pair that failed in the state two_codes: one miss, and a pause before the next pair
/// of that source, 30 s doubling to 15 min.
[[nodiscard]] UserSync after_failed_pair(UserSync sync, std::uint32_t bucket, const Trial& trial,
                                         MissKind kind);

/// Until when the pairs of this source, or of everybody after 500 failed ones within a day, have
/// to wait; nullopt when they need not.
[[nodiscard]] std::optional<WallTime> pairs_paused_until(const UserSync& sync, const Trial& trial);

/// Success: misses in a row are 0 and slots are cleared; the year's bucket stays.
[[nodiscard]] UserSync after_success(UserSync sync, const Source& source);

/// A right code under a wrong first factor: somebody holds the token. `in_row` of the result at
/// kFactorFailuresMax means that the token has to be locked. After a day without one the row
/// begins anew: guesses that hit by chance are no thief.
[[nodiscard]] UserSync after_factor_failure(UserSync sync, const Instant& at);

/// Until when tries have to wait after right codes under wrong first factors: from five in a row
/// on there is one try in 15 minutes.
[[nodiscard]] std::optional<WallTime> factor_paused_until(const UserSync& sync, const Instant& at);

inline constexpr std::uint32_t kFactorFailuresMax = 10;

/// Misses in a row set to 0, as an operator's unlock does; never the year's bucket.
[[nodiscard]] UserSync unlocked(UserSync sync);

}  // namespace lockstep
