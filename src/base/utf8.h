// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace lockstep {

/// Where `text` stops being UTF-8: the index of the first byte that begins no character. Nothing,
/// where all of it is UTF-8.
[[nodiscard]] std::optional<std::size_t> first_not_utf8(std::string_view text);

}  // namespace lockstep
