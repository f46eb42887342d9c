// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/secret.h"

namespace lockstep {

/// What the text of a mail is made of, as bytes to be sealed. It may be a code or a link.
[[nodiscard]] Secret pack_arguments(
    const std::vector<std::pair<std::string, std::string>>& arguments);
/// Errors: corrupt, when `packed` was not made by `pack_arguments`.
[[nodiscard]] Result<std::map<std::string, std::string>> unpack_arguments(const Secret& packed);

}  // namespace lockstep
