// SPDX-License-Identifier: Apache-2.0
// `lockstep audit verify`: asks the running server; where none runs, reads the store itself, so
// that neither a server nor its key file is needed to check an audit.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "front/cli/exit_codes.h"
#include "front/cli/session.h"
#include "front/cli/terminal.h"
#include "ports/clock.h"
#include "ports/random.h"

namespace lockstep {

struct AuditVerifyOptions {
  std::filesystem::path data;
  std::string store_url;             ///< of the store, if it is not in the data directory
  std::filesystem::path socket;      ///< of the server, if one runs
  std::vector<std::string> mirrors;  ///< files, the oldest first
  std::string key;                   ///< public key in hex; empty: the service's own
  std::string noted;                 ///< file: what `audit heads --json` printed; may be empty
  bool alone = false;                ///< only the mirrors: there is no store here
  Format format = Format::words;
};

/// Prints the verdict. `ok` when everything is as it was written, `refused` when it is not.
[[nodiscard]] ExitCode verify_audit_command(const AuditVerifyOptions& options, const Clock& clock,
                                            Random& random, Terminal& terminal);

}  // namespace lockstep
