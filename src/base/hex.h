// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "base/secret.h"

namespace lockstep {

/// Lower-case hexadecimal.
[[nodiscard]] std::string to_hex(ByteView bytes);

/// Either case. Errors: invalid_input, on another character or an odd number of digits; the
/// context never repeats the text, which may be a seed.
[[nodiscard]] Result<Bytes> parse_hex(std::string_view text);

}  // namespace lockstep
