// SPDX-License-Identifier: Apache-2.0
// The command line as a whole: what runs a server (init, serve, demo), and the verbs that call one.
#pragma once

#include <span>
#include <string>

#include "front/cli/exit_codes.h"
#include "front/cli/terminal.h"

namespace lockstep {

/// Carries out one command. `arguments` are those behind the program's name. One thread, before
/// any other was started.
[[nodiscard]] ExitCode run_command_line(std::span<const std::string> arguments, Terminal& terminal);

}  // namespace lockstep
