// SPDX-License-Identifier: Apache-2.0
// The section [radius] of the configuration, and the clients it makes.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "app/radius_options.h"
#include "base/result.h"
#include "front/radius/clients.h"

namespace lockstep {

class ConfigSection;

/// Reads [radius] of `root`, if it is there. Errors: invalid_input, as parse_config.
[[nodiscard]] Result<void> read_radius(ConfigSection& root, const std::filesystem::path& base,
                                       std::optional<RadiusOptions>& into);

/// The clients of `options`, with their secrets from their files.
/// Errors: invalid_input, naming the client and what is wrong; not_found, for a secret's file that
/// cannot be read.
[[nodiscard]] Result<RadiusClients> make_radius_clients(const RadiusOptions& options);

/// What an operator should know of this configuration, a sentence each; `clients` were made of it.
[[nodiscard]] std::vector<std::string> radius_alarms(const RadiusOptions& options,
                                                     const RadiusClients& clients);

}  // namespace lockstep
