// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "base/secret.h"

namespace lockstep {

/// RFC 4648 section 5, the alphabet for links, without padding: 43 characters for 32 bytes.
[[nodiscard]] std::string to_base64url(ByteView bytes);

/// RFC 4648 section 4, with padding, on one line.
[[nodiscard]] std::string to_base64(ByteView bytes);

/// RFC 4648 section 4 as XML has it: line breaks and blanks anywhere, padding as it should be.
/// Errors: invalid_input, on another character, wrong padding or bits left over that are not 0; the
/// context never repeats the text, which may be a seed.
[[nodiscard]] Result<Bytes> parse_base64(std::string_view text);

}  // namespace lockstep
