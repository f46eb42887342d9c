// SPDX-License-Identifier: Apache-2.0
// `lockstep keys …`: what is done to a key file itself, without a store and without a server.
#pragma once

#include <filesystem>
#include <functional>

#include <CLI/CLI.hpp>

#include "base/result.h"
#include "front/cli/terminal.h"

namespace lockstep {

/// The key file where none is named, and where its passphrase comes from.
struct KeyRingPlace {
  std::filesystem::path file;
  int passphrase_fd = -1;
  bool json = false;
};

/// What the command line asked for, ready to be carried out.
using KeyRingCommand = std::function<Result<void>(const KeyRingPlace&, Terminal&)>;

/// Adds the noun `keys`; parsing one of its verbs puts what to do into `chosen`.
void add_key_ring_commands(CLI::App& app, KeyRingCommand& chosen);

}  // namespace lockstep
