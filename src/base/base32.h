// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "base/secret.h"

namespace lockstep {

/// RFC 4648 section 6, upper case, without padding: the form of otpauth URIs and seed files.
[[nodiscard]] std::string to_base32(ByteView bytes);

/// Either case, padding optional. Errors: invalid_input, on another character, an impossible
/// length or bits left over that are not 0; the context never repeats the text.
[[nodiscard]] Result<Bytes> parse_base32(std::string_view text);

}  // namespace lockstep
