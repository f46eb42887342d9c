// SPDX-License-Identifier: Apache-2.0
#include <cstdio>
#include <exception>
#include <string>
#include <vector>

#include "app/commands.h"
#include "app/process.h"

int main(int argc, char** argv) {
  lockstep::forbid_core_dumps();
  try {
    lockstep::ProcessTerminal terminal;
    const std::vector<std::string> arguments(argv + (argc > 0 ? 1 : 0), argv + argc);
    return static_cast<int>(lockstep::run_command_line(arguments, terminal));
  } catch (const std::exception& problem) {
    (void)std::fprintf(stderr, "lockstep: %s\n", problem.what());
    return static_cast<int>(lockstep::ExitCode::internal);
  }
}
