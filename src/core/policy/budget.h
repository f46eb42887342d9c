// SPDX-License-Identifier: Apache-2.0
// What attempts cost, and what a user's account asks of the next one.
//
//     open --10 misses in a row, or the year's bucket full--> two_codes --100 in a row--> disabled
//       ^---------- both conditions gone ----------------------|                            |
//       ^---------- an operator, or an explicit resynchronisation --------------------------|
#pragma once

#include "core/model/user.h"
#include "core/policy/policy.h"

namespace lockstep {

enum class Escalation {
  open,       ///< one code in step lets in
  two_codes,  ///< only a pair does
  disabled,   ///< nothing does
};

/// Misses in a row set to 0, as an operator's unlock does; never the year's bucket.
[[nodiscard]] UserSync unlocked(UserSync sync);

}  // namespace lockstep
