// SPDX-License-Identifier: Apache-2.0
// Why codes given on purpose did not bring a token back: the first explanation that holds.
//
// Each explanation needs all codes to fit, so that a false one is about a million times rarer than
// a false hit of one code. The exceptions are an accepted position that is still remembered, and a
// slip of the finger beside a code that fits. They are tried in this order:
//
//     wrong_order, not_consecutive   found in the zone, one after the other, at another distance
//     already_used, clock_set_back   found at or below high water
//     outside_window                 found within 7 days, or 100,000 codes
//     wrong_parameters               found with another step, hash, T0 or number of digits
//     wrong_seed_encoding            found with the seed's text read in another alphabet
//     typo_likely                    one found, the other one slip beside its neighbour
//     no_match                       none of these
#pragma once

#include "core/sync/resync.h"

namespace lockstep {

/// Explains why `request` failed; its codes are well-formed. Pure. `seed` is the token's own.
/// The search costs up to 60 ms for codes given in the usual way.
[[nodiscard]] Evidence diagnose(const TokenView& token, const Secret& seed,
                                const ResyncRequest& request, const Policy& policy);

/// For `codes` all of one length that is not the token's: the parameters they match, as those of a
/// token of eight digits that was imported as one of six do. Without a value: wrong_length it is.
[[nodiscard]] std::optional<Evidence> diagnose_length(const TokenView& token, const Secret& seed,
                                                      const ResyncRequest& request,
                                                      const Policy& policy);

/// Where one well-formed code lies: reason none when it would sign in, next_code when a second one
/// would have to confirm it, else why it would not. Hints from one code are what they are: in a
/// zone of 2,881 steps one six-digit code in 350 is there by chance.
[[nodiscard]] Evidence explain_code(const TokenView& token, const GivenCode& code,
                                    const Policy& policy);

}  // namespace lockstep
