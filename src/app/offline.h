// SPDX-License-Identifier: Apache-2.0
// Commands that need no server and must not have one: what they get, and how they are added.
#pragma once

#include <filesystem>
#include <functional>
#include <string>

#include <CLI/CLI.hpp>

#include "app/key_source.h"
#include "front/cli/exit_codes.h"
#include "front/cli/terminal.h"
#include "ports/clock.h"
#include "ports/random.h"

namespace lockstep {

struct Offline {
  std::filesystem::path data;
  std::string store_url;  ///< of a PostgreSQL database; empty: in the data directory
  KeyOptions keys;
  bool json = false;
  Terminal& terminal;
  const Clock& clock;
  Random& random;
};

using OfflineCommand = std::function<ExitCode(const Offline&)>;
/// Called by the verb that is on the command line.
using ChooseOffline = std::function<void(OfflineCommand)>;

void add_restore(CLI::App& app, const ChooseOffline& choose);
void add_migrate(CLI::App& app, const ChooseOffline& choose);
void add_doctor(CLI::App& app, const ChooseOffline& choose);
/// Under the noun "radius".
void add_radius_test(CLI::App& app, const ChooseOffline& choose);

}  // namespace lockstep
