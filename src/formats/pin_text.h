// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>

#include "base/secret.h"
#include "core/policy/policy.h"

namespace lockstep {

/// Why a PIN is not taken.
enum class PinProblem {
  too_short,
  too_long,
  characters,   ///< others than visible ASCII
  pattern,      ///< one character all along, a run up or down, one part again and again
  used_before,  ///< the present one, or one of the former ones that the policy remembers
  different,    ///< the second time it was typed it was another one
};

/// The stable name: "too_short".
[[nodiscard]] std::string_view name_of(PinProblem problem);

/// What is wrong with `pin` by itself; nullopt, when nothing is.
[[nodiscard]] std::optional<PinProblem> pin_problem(const Secret& pin, const PinRules& rules);

}  // namespace lockstep
