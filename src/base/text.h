// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace lockstep {

/// `text` in one canonical spelling: Unicode NFKC with case folded and default-ignorable code
/// points removed (utf8proc), blanks at both ends cut. Two names that a person would call the same
/// fold to the same bytes, so that aliases share one record and one budget.
/// Errors: invalid_input, when `text` is not UTF-8 or holds a control character.
[[nodiscard]] Result<std::string> fold(std::string_view text);

/// As `fold`, with accents removed as well: for searching, never for identity.
[[nodiscard]] Result<std::string> fold_for_search(std::string_view text);

/// ASCII only and without a locale: the <cctype> calls would fold differently from host to host.
[[nodiscard]] std::string ascii_upper(std::string_view text);
[[nodiscard]] std::string_view trim(std::string_view text);
[[nodiscard]] bool is_ascii_digits(std::string_view text);

}  // namespace lockstep
