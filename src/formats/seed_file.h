// SPDX-License-Identifier: Apache-2.0
// What all seed files come down to.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/secret.h"
#include "base/time.h"
#include "core/model/code.h"
#include "core/model/names.h"

namespace lockstep {

/// A token as a seed file describes it.
struct SeedRecord {
  std::size_t line = 0;  ///< of the file, from 1; in XML the number of the key package
  Serial serial;
  Secret seed;
  CodeSpec spec;
  Position next;                 ///< event tokens: the counter in the file
  std::optional<Micros> offset;  ///< PSKC TimeDrift: the clock's known offset
  std::string model;             ///< maker and model, may be empty
  std::optional<WallTime> valid_from;
  std::optional<WallTime> valid_until;
};

/// Seeds that any reader takes: shorter ones no token has, longer ones no HMAC needs.
inline constexpr std::size_t kSeedBytesMin = 10;
inline constexpr std::size_t kSeedBytesMax = 128;

}  // namespace lockstep
