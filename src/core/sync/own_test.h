// SPDX-License-Identifier: Apache-2.0
// A code that the owner of a token tries out, without an operator beside them.
#pragma once

#include "core/policy/budget.h"
#include "core/sync/resync.h"

namespace lockstep {

/// Whose token it is, and where the code comes from.
struct OwnTest {
  const UserSync& sync;
  const Policy& policy;  ///< the user's, which counts misses
  std::uint32_t bucket;  ///< bucket_size of all the user's tokens
  const Source& source;
};

/// A dry run of one code as `test_code`, that tells no more than a log-in would: whether it would
/// sign in now, or was used up, and for all else `no_match`. Whoever may ask where a code lies that
/// is yet to come has a thousand right answers to guess instead of three. A miss costs a try of the
/// token and a miss at log-in of this source, in the year's bucket too; while the account wants two
/// codes the answer is `locked`. Pure. `policy`: the token's.
[[nodiscard]] ResyncDecision test_own_code(const TokenView& token, const GivenCode& code,
                                           const Policy& policy, const OwnTest& owner);

}  // namespace lockstep
