// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <span>

namespace lockstep {

/// Fills what it is given with random bytes. Whoever needs randomness is handed one, so that tests
/// can hand in their own.
using FillRandom = std::function<void(std::span<std::uint8_t>)>;

/// Random bytes fit for keys, from OpenSSL's generator. Thread-safe. Never fails: a server without
/// randomness must not run on, so the process ends.
void random_bytes(std::span<std::uint8_t> out);

}  // namespace lockstep
