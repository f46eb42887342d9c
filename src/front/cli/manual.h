// SPDX-License-Identifier: Apache-2.0
// The help texts as one document: what `lockstep VERB --help` prints is the manual, and what is
// made here is the same in other forms, so that none of them can be out of date.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <CLI/CLI.hpp>

namespace lockstep {

/// A verb and the words it is called by.
struct CalledVerb {
  std::string words;  ///< "user add"
  const CLI::App* verb;
};

/// Every verb below `app` that does something, in the order of the help; hidden ones are left out.
[[nodiscard]] std::vector<CalledVerb> verbs_of(const CLI::App& app);

/// The manual page of `app`, section 1, in the man(7) macros. `date` is that of the version, as
/// 2026-01-31. Plain ASCII.
[[nodiscard]] std::string man_page(const CLI::App& app, std::string_view version,
                                   std::string_view date);

/// What bash needs to complete verbs and options of `app`.
[[nodiscard]] std::string bash_completion(const CLI::App& app);

}  // namespace lockstep
