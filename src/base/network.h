// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace lockstep {

/// Whether this is an IPv4 or IPv6 address, and nothing else.
[[nodiscard]] bool is_address(std::string_view text);

/// Whom an address is counted for: one client owns a whole /64 of IPv6 (RFC 6177, section 2), so
/// that an IPv6 address becomes the first one of its /64. Anything else stays as it is.
[[nodiscard]] std::string network_of(std::string_view address);

}  // namespace lockstep
