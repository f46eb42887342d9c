// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string_view>

#include "base/result.h"

namespace lockstep {

/// What `lockstep` ends with; scripts rely on the numbers, which never change their meaning.
enum class ExitCode : int {
  ok = 0,
  refused = 1,      ///< the answer is no: a code refused, a token not found in step, a broken chain
  usage = 2,        ///< the command line, a file or a value is malformed
  not_found = 3,    ///< no such user, token, group, key
  conflict = 4,     ///< it exists already, or changed meanwhile
  unavailable = 5,  ///< no server and no store could be reached; try again later
  not_allowed = 6,  ///< the caller may not do this
  internal = 7,     ///< stored data is damaged, or the server failed; see its log
};

/// The exit code that stands for an HTTP status. 2xx is ok.
[[nodiscard]] ExitCode exit_code_of_status(unsigned status);

/// The exit code for work that could not be done.
[[nodiscard]] ExitCode exit_code_of(Errc code);

struct ExitCodeMeaning {
  ExitCode code;
  std::string_view meaning;
};

/// All of them, ascending, each in words.
[[nodiscard]] std::span<const ExitCodeMeaning> exit_code_table();

/// The table of exit codes, as every help text ends with.
[[nodiscard]] std::string_view exit_code_help();

}  // namespace lockstep
