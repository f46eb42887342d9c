// SPDX-License-Identifier: Apache-2.0
// How a verb is declared: its texts, its options, what it does. The help text is the manual.
#pragma once

#include <memory>
#include <string>

#include <CLI/CLI.hpp>

#include "front/cli/session.h"

namespace lockstep {

struct VerbText {
  const char* name;
  const char* what;  ///< what it does and why, in a sentence or two
  const char* more;  ///< an example, and what else to know
};

/// Adds a noun, under which verbs stand: `lockstep user …`.
[[nodiscard]] inline CLI::App& add_noun(CLI::App& app, const char* name, const char* what) {
  CLI::App* noun = app.add_subcommand(name, what);
  noun->require_subcommand(1);
  return *noun;
}

/// Adds a verb. `declare(app, options)` declares its options; when the verb is on the command line,
/// `chosen` becomes `run(session, options)`.
template <class Options, class Declare, class Run>
void add_verb(CLI::App& noun, Action& chosen, const VerbText& text, Declare declare, Run run) {
  CLI::App* verb = noun.add_subcommand(text.name, text.what);
  verb->footer(std::string(text.more) + "\n\n" + std::string(exit_code_help()));
  // Owned by the callback, which `noun` keeps, and by the action that it chooses.
  const auto options = std::make_shared<Options>();
  declare(*verb, *options);
  verb->callback([options, run, &chosen] {
    chosen = [options, run](CliSession& session) { return run(session, *options); };
  });
}

/// A time as people give it: RFC 3339, or a date for its beginning in UTC.
[[nodiscard]] std::string moment(const std::string& text);

/// The options of every list: a page of so many rows behind a key.
struct PageOptions {
  std::string limit;
  std::string after;
};
void declare_page(CLI::App& verb, PageOptions& page);
void add_to(Target& target, const PageOptions& page);

}  // namespace lockstep
