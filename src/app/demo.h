// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/demo_world.h"
#include "base/result.h"
#include "ports/clock.h"
#include "ports/random.h"

namespace lockstep {

/// Something to try: a command for bash, and what will be seen.
struct DemoStep {
  std::string title;
  std::string expect;
  std::string command;
};

/// What the demo prints, before it is put into words.
struct DemoGuide {
  std::string site;   ///< where the pages are: "http://127.0.0.1:8480"
  std::string api;    ///< the base of the API's addresses
  std::string setup;  ///< the command that the others need first
  std::vector<DemoStep> steps;
};

/// The guide to `world`, served on `port` of loopback.
[[nodiscard]] DemoGuide demo_guide(const DemoWorld& world, std::uint16_t port);

/// The guide for people, and for programs as one line of JSON with all tokens and their seeds.
[[nodiscard]] std::string guide_text(const DemoGuide& guide, const std::filesystem::path& data);
[[nodiscard]] std::string guide_json(const DemoGuide& guide, const DemoWorld& world,
                                     const std::filesystem::path& data);

enum class GuideForm { words, json };

struct DemoOptions {
  std::uint16_t port = 0;  ///< 0 takes a free one
  std::optional<std::filesystem::path>
      data;  ///< made and kept; none: temporary, deleted at the end
  GuideForm form = GuideForm::words;
};

/// What the demo is told by whoever runs it.
struct DemoHooks {
  std::function<void(std::string_view)> print;
  std::function<void()> wait_for_stop;
};

/// Makes the demo's data, serves it, prints the guide, ends when `wait_for_stop` returns.
/// Errors: those of `create_data_directory`, the use cases and `serve`.
[[nodiscard]] Result<void> run_demo(const DemoOptions& options, const Clock& clock, Random& random,
                                    const DemoHooks& hooks);

}  // namespace lockstep
