// SPDX-License-Identifier: Apache-2.0
#include "front/cli/exit_codes.h"

namespace lockstep {
namespace {

constexpr ExitCodeMeaning kMeanings[] = {
    {ExitCode::ok, "Done."},
    {ExitCode::refused,
     "The answer is no: a code refused, a token not found in step, a damaged chain."},
    {ExitCode::usage, "The command line, a file or a value is malformed."},
    {ExitCode::not_found, "No such user, token, group, key or file."},
    {ExitCode::conflict, "It exists already, or was changed meanwhile."},
    {ExitCode::unavailable, "No server and no store could be reached; try again later."},
    {ExitCode::not_allowed, "The caller may not do this."},
    {ExitCode::internal, "Stored data is damaged, or the server failed; see its log."},
};

}  // namespace

std::span<const ExitCodeMeaning> exit_code_table() { return kMeanings; }

ExitCode exit_code_of_status(unsigned status) {
  if (status >= 200 && status < 300) return ExitCode::ok;
  switch (status) {
    case 401:
    case 403:
      return ExitCode::not_allowed;
    case 404:
      return ExitCode::not_found;
    case 409:
    case 412:
      return ExitCode::conflict;
    case 422:
      return ExitCode::refused;
    case 429:
    case 503:
      return ExitCode::unavailable;
    default:
      return status >= 400 && status < 500 ? ExitCode::usage : ExitCode::internal;
  }
}

ExitCode exit_code_of(Errc code) {
  switch (code) {
    case Errc::invalid_input:
      return ExitCode::usage;
    case Errc::unauthenticated:
    case Errc::not_allowed:
      return ExitCode::not_allowed;
    case Errc::not_found:
      return ExitCode::not_found;
    case Errc::conflict:
      return ExitCode::conflict;
    case Errc::unavailable:
      return ExitCode::unavailable;
    case Errc::corrupt:
      return ExitCode::internal;
  }
  return ExitCode::internal;
}

std::string_view exit_code_help() {
  return "Exit codes: 0 done, 1 the answer is no (refused, out of step, damaged chain), 2 "
         "malformed\n"
         "command line, file or value, 3 not found, 4 exists already or changed meanwhile, 5 "
         "server or\n"
         "store unavailable, 6 not allowed, 7 internal failure (see the server's log).";
}

}  // namespace lockstep
