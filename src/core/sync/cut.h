// SPDX-License-Identifier: Apache-2.0
// Takes apart what a person typed: PIN, code, or two codes, in one field.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/model/code.h"

namespace lockstep {

/// One way to cut the field for tokens of `digits` digits: what stands before (perhaps a PIN,
/// perhaps empty) and the code, or the two codes.
struct Cut {
  Digits digits;
  std::string prefix;
  Code code;
  std::optional<Code> second;
};

/// All readings of `typed` for tokens of these digit counts: for each count at most one with one
/// code and, behind it, one with two. Blanks and hyphens inside a code are skipped; ASCII digits
/// only. Empty when nothing fits: malformed, or of another length.
[[nodiscard]] std::vector<Cut> cut(std::string_view typed, std::span<const Digits> lengths);

/// One code alone, as an explicit resynchronisation takes it.
[[nodiscard]] std::optional<Code> parse_typed_code(std::string_view typed, Digits digits);

}  // namespace lockstep
