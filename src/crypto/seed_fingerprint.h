// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "base/secret.h"

namespace lockstep {

/// The first 64 bits, as 16 hex digits, of a hash of `seed` under a key of its own that is derived
/// from `key`: the same for two records of one seed, and nothing about the seed for who has not the
/// key. Thread-safe.
[[nodiscard]] std::string seed_fingerprint(const Secret& key, const Secret& seed);

}  // namespace lockstep
