// SPDX-License-Identifier: Apache-2.0
// The lab: what a demo shows to somebody who wants to see tokens drift and come back into step.
// Served by `lockstep demo` alone, whose store is thrown away.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/model/token.h"

namespace lockstep {

/// A token that the lab draws: with its seed, so that the browser computes its codes.
struct LabToken {
  Serial serial;
  std::string user;
  std::string user_name;  ///< first and last name
  std::string model;
  CodeSpec spec;
  std::string seed_hex;
  std::uint64_t counter = 0;  ///< event tokens: of the code that the next press shows
};

/// What the lab knows. Never changes while it is served.
struct LabWorld {
  std::vector<LabToken> tokens;
};

}  // namespace lockstep
