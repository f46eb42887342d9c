// SPDX-License-Identifier: Apache-2.0
// Takes apart what a person typed: PIN, code, or two codes, in one field.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/model/code.h"

namespace lockstep {

/// More bytes than this are not a PIN and two codes: the field is malformed.
inline constexpr std::size_t kTypedBytesMax = 256;

/// One way to cut the field for tokens of `digits` digits: what stands before (perhaps a PIN,
/// perhaps empty) and the code, or the two codes. `prefix` is as typed, but for blanks at its ends:
/// nobody sees those, and a PIN neither begins nor ends with one. It must equal the PIN exactly.
struct Cut {
  Digits digits;
  std::string prefix;
  Code code;
  std::optional<Code> second;
};

/// All readings of `typed` for tokens of these digit counts: for each count at most one with one
/// code and, behind it, one with two. The second counts only where the first one's prefix is wrong.
/// Blanks and hyphens inside a code are skipped; two codes are parted by blanks or a comma. ASCII
/// digits only. Empty when nothing fits, or for a control character anywhere: malformed, or of
/// another length.
[[nodiscard]] std::vector<Cut> cut(std::string_view typed, std::span<const Digits> lengths);

/// One code alone, as an explicit resynchronisation takes it: `typed` without blanks at its ends
/// and without the blanks and hyphens between digits, if just ASCII digits are left; else nullopt.
[[nodiscard]] std::optional<std::string> digits_alone(std::string_view typed);

}  // namespace lockstep
