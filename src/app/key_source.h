// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <memory>

#include "adapters/system/key_file.h"
#include "base/result.h"
#include "front/cli/terminal.h"

namespace lockstep {

/// Where the key-encryption keys come from.
enum class KeySource {
  file,        ///< the key file of the data directory, whether or not under a passphrase
  passphrase,  ///< the same, and only under a passphrase
  credential,  ///< $CREDENTIALS_DIRECTORY/lockstep.key, from the service manager
};

struct KeyOptions {
  KeySource source = KeySource::file;
  AskPassphrase ask;  ///< empty: nobody to ask
};

/// For a command that is given no configuration: the key file where there is one, else what the
/// service manager handed in. Not thread-safe with setenv: before the first thread.
[[nodiscard]] KeySource key_source_at_hand(const std::filesystem::path& data);

/// Opens the keys of the data directory `data`.
/// Errors: those of KeyFileVault::open, each with the way out.
[[nodiscard]] Result<std::unique_ptr<KeyVault>> open_keys(const std::filesystem::path& data,
                                                          const KeyOptions& options);

/// Takes the passphrase from the open file `descriptor` (its first line), or, where that is
/// negative, asks at the terminal, which outlives what is returned.
[[nodiscard]] AskPassphrase ask_passphrase(Terminal& terminal, int descriptor);

/// The same for a new one, which is asked for twice.
[[nodiscard]] Result<Secret> ask_new_passphrase(Terminal& terminal, int descriptor);

}  // namespace lockstep
