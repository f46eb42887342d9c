// SPDX-License-Identifier: Apache-2.0
// Where in a user's tokens the typed codes were found: the one place that compares codes for a
// log-in. Everything after it works with positions.
#pragma once

#include <span>
#include <vector>

#include "core/sync/attempt.h"
#include "core/sync/zones.h"

namespace lockstep {

/// What was found in one token. Positions are above high water and ascending.
struct Sighting {
  const Token* token = nullptr;
  const Policy* own = nullptr;    ///< as in TokenView
  bool clock_doubted = false;     ///< as in TokenView
  Reason closed = Reason::none;   ///< why the token may not be used at all
  bool typed = false;             ///< something was typed that has the length of its codes
  bool two_typed = false;         ///< that was two codes in one field
  Zones zones;                    ///< at the time of the attempt
  std::vector<Position> singles;  ///< where the single code is shown
  std::vector<Position> doubles;  ///< two codes in one field: where the first is shown, when the
                                  ///< second directly follows it
  bool at_high_water = false;     ///< the code is the one used last
  bool slip = false;              ///< a slip of the finger away from a code in step
};

/// Why `token` may not be used at server time `at`, whatever code it shows; none when it may. Both
/// ends of its dates are included.
[[nodiscard]] Reason closed_reason(const Token& token, WallTime at);

/// What to believe of the first factor: the best any reading offers, since a field can be read in
/// several ways and only one of them is meant. `wrong` when there is no reading.
[[nodiscard]] Factor best_factor(std::span<const Reading> readings);

/// Looks for the codes of `attempt` in one token: for the first reading of the token's length with
/// the best factor. Asks for all codes of all zones and compares all of them, whatever it finds
/// and also when the token is closed or nothing of its length was typed.
[[nodiscard]] Sighting look(const TokenView& view, const Attempt& attempt, const Policy& policy);

}  // namespace lockstep
