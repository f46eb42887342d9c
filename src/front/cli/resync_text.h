// SPDX-License-Identifier: Apache-2.0
// The answer to a resynchronisation, in words: how far the token was off, or why it is still.
#pragma once

#include <string>

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include "front/cli/session.h"

namespace lockstep {

/// "3 codes ahead", "18 steps (9 min) behind", "in step".
[[nodiscard]] std::string moved_text(const boost::json::value& answer);

/// The sentence, what the evidence says about positions, and what is left to try, of a problem
/// document with a reason.
[[nodiscard]] std::string refusal_text(const boost::json::value& problem);

/// Posts `body` to `target` and says what came of it.
ExitCode call_resync(CliSession& session, const Target& target, const boost::json::object& body);

}  // namespace lockstep
