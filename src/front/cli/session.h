// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>

#include "front/cli/client.h"
#include "front/cli/exit_codes.h"
#include "front/cli/terminal.h"
#include "front/cli/view.h"

namespace lockstep {

/// How an answer is printed: in words, or as the API's JSON.
enum class Format { words, json };

/// What a verb works with.
struct CliSession {
  Terminal& terminal;
  Transport& api;
  Format format = Format::words;
};

/// What the command line asked for, ready to be carried out.
using Action = std::function<ExitCode(CliSession&)>;

/// Says `error` on standard error and returns the exit code that stands for it.
ExitCode report(Terminal& terminal, const Error& error);

/// Says what an answer that is an error means, from its problem document; with --json prints the
/// document itself. Returns the exit code that stands for its status.
ExitCode report_problem(CliSession& session, const ApiReply& reply);

/// Whether nothing was done yet, since another operator has to agree first.
[[nodiscard]] bool waits_for_approval(const ApiReply& reply);

/// Says so, and `then` what to do once they have; with --json prints the answer. Returns
/// not_allowed: a script must not go on as if it were done.
ExitCode report_waiting(CliSession& session, const ApiReply& reply, const std::string& then);

/// Sends `request` and prints the answer: through `view`, or as it came with --json.
ExitCode call_api(CliSession& session, const ApiRequest& request, const View& view);

/// The second half of it, for who has sent the request already.
ExitCode show_answer(CliSession& session, const Result<ApiReply>& reply, const View& view);

/// The same for an answer that is JSON, for verbs that need more than one call. Errors: those of
/// the transport; unavailable, when a good answer is not JSON.
Result<boost::json::value> parse_answer(const ApiReply& reply);

}  // namespace lockstep
