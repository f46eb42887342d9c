// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace lockstep {

/// The last address of an X-Forwarded-For: that of whoever the proxy next to us has heard, as it
/// has added it. What stands before it may be the client's own words. "" where it is no address.
[[nodiscard]] std::string last_forwarded(std::string_view field);

}  // namespace lockstep
