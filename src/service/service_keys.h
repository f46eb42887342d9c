// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

namespace lockstep {

/// What the service key `name` is sealed for, beside SealPurpose::service_key. Whoever makes one
/// asks here, because a change of the key-encryption key has to know it as well.
[[nodiscard]] std::uint64_t seal_id_of_service_key(std::string_view name);

}  // namespace lockstep
