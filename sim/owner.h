// SPDX-License-Identifier: Apache-2.0
// An honest owner with a token that is pressed in a pocket or whose clock drifts, with fingers that
// slip, and with thieves about: does the owner always get in, and with how many codes?
#pragma once

#include <string>
#include <vector>

#include "attack.h"

namespace lockstep::sim {

/// What came of one kind of token over all simulated log-ins.
struct Service {
  std::string scenario;
  std::uint64_t log_ins;
  std::uint64_t codes;     ///< typed for them, all together
  std::uint64_t stranded;  ///< log-ins that needed more than two codes typed right
};

/// Simulates `effort.trials` log-ins, two a day, for each kind of token.
[[nodiscard]] std::vector<Service> own(const Effort& effort);

}  // namespace lockstep::sim
