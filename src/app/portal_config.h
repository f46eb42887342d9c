// SPDX-License-Identifier: Apache-2.0
// The section [portal] of the configuration.
#pragma once

#include "base/result.h"
#include "service/portal_settings.h"

namespace lockstep {

class ConfigSection;

/// Reads [portal] of `root`. Errors: invalid_input, as parse_config.
[[nodiscard]] Result<void> read_portal(ConfigSection& root, PortalSettings& into);

}  // namespace lockstep
