// SPDX-License-Identifier: Apache-2.0
#include "front/cli/verb.h"
#include "front/cli/verbs.h"

namespace lockstep {
namespace {

constexpr Field kClock[] = {{"state", "state"},    {"shows", "server_time"},
                            {"why", "why"},        {"off by seconds", "off_seconds"},
                            {"since", "since"},    {"kept by a time service", "synchronised"},
                            {"what to do", "text"}};

struct NoOptions {};

ExitCode show(CliSession& session, const NoOptions&) {
  return call_api(session, {"GET", "/api/v1/clock", ""}, shows_record(kClock));
}

ExitCode confirm(CliSession& session, const NoOptions&) {
  return call_api(session, {"POST", "/api/v1/clock/confirm", ""}, shows_record(kClock));
}

}  // namespace

void add_clock_verbs(CLI::App& app, Action& chosen) {
  CLI::App& noun = add_noun(app, "clock", "Whether the server's own clock is believed");
  const auto nothing = [](CLI::App&, NoOptions&) {};
  add_verb<NoOptions>(noun, chosen,
                      {"show", "Shows whether the server believes its clock, and why not.",
                       "Example: lockstep clock show\n"
                       "While it is in doubt no time token is resynchronised or tested: "
                       "docs/guides/troubleshooting.md."},
                      nothing, show);
  add_verb<NoOptions>(
      noun, chosen,
      {"confirm", "Says that the server's clock, which is in doubt, is right as it is.",
       "Example: lockstep clock confirm\n"
       "Look at it first: `date --utc` beside a watch that you trust."},
      nothing, confirm);
}

}  // namespace lockstep
