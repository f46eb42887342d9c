// SPDX-License-Identifier: Apache-2.0
// Seeds and codes as texts and bytes, without anybody but this folder looking into them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/secret.h"
#include "core/model/names.h"
#include "core/sync/resync.h"

namespace lockstep {

enum class SeedEncoding { hex, base32 };

/// A seed as somebody typed or sent it; blanks are skipped.
/// Errors: invalid_input, when it is not of that alphabet; the context never repeats the text.
[[nodiscard]] Result<Secret> parse_seed(std::string_view text, SeedEncoding encoding);

/// For the one time that a generated seed is shown. The caller wipes the text.
[[nodiscard]] std::string seed_to_base32(const Secret& seed);

/// Errors: invalid_input, when `pin` is not 4 to 16 visible ASCII characters.
[[nodiscard]] Result<void> check_pin(const Secret& pin);
/// Errors: invalid_input, when `password` is not 8 to 256 bytes without control characters.
[[nodiscard]] Result<void> check_password(const Secret& password);
/// Errors: invalid_input, when `password` is not 12 characters to 256 bytes of UTF-8 without
/// control characters, or holds `name`.
[[nodiscard]] Result<void> check_operator_password(const Secret& password, const UserName& name);

/// Typed codes with the times they came, as bytes to be sealed while a conversation goes on. Only
/// codes that are well-formed.
[[nodiscard]] Secret pack_codes(const std::vector<GivenCode>& codes);
/// Errors: corrupt, when `packed` was not made by `pack_codes`.
[[nodiscard]] Result<std::vector<GivenCode>> unpack_codes(const Secret& packed);

}  // namespace lockstep
