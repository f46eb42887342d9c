// SPDX-License-Identifier: Apache-2.0
// Looking for a code among many, in a time that does not depend on what is found.
#pragma once

#include <span>
#include <vector>

#include "core/model/code.h"

namespace lockstep {

/// Stands for "no code was typed for tokens of this length": equal to no code that a token shows,
/// since those are below 2^31. Matching against it costs the same work as against a real one.
inline constexpr Code kNoCode{0xffff'ffff};

/// Equality without a branch on the values.
[[nodiscard]] bool same_code(Code a, Code b);

/// Every position whose code is `typed`; `codes` are those at first, first + 1, … All are looked
/// at, whatever was found before. Ascending.
[[nodiscard]] std::vector<Position> positions_of(Code typed, Position first,
                                                 std::span<const Code> codes);

/// True when `typed` is a slip of the finger away from `right`: one digit differs, or two
/// neighbours are swapped. Equal codes are no slip.
[[nodiscard]] bool is_slip(Code typed, Code right, Digits digits);

/// True when `typed` is a slip away from at least one of `codes`; looks at all of them.
[[nodiscard]] bool is_slip_of_any(Code typed, std::span<const Code> codes, Digits digits);

}  // namespace lockstep
