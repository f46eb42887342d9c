// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "base/secret.h"

namespace lockstep {

/// A seed as it would be, had its text been read in another alphabet.
struct SeedReading {
  std::string name;  ///< "base32 read as hex": what the text was meant as, and how it was read
  Secret seed;
};

/// The other seeds that the text behind `seed` may have been meant as.
///
/// A seed file writes a seed in ASCII, hex (either case), base32 or base64, and nothing in the text
/// says which: an importer that guesses wrong gets a seed whose codes never match. This writes
/// `seed` in each of the alphabets and reads the text in each of the others. Each seed is given
/// once, at most 20 of them, 10 to 128 bytes long; never `seed` itself.
/// For the diagnosis of tokens that do not match (reason "wrong_seed_encoding").
[[nodiscard]] std::vector<SeedReading> seed_readings(const Secret& seed);

}  // namespace lockstep
