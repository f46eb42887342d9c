// SPDX-License-Identifier: Apache-2.0
// Portable Symmetric Key Container, RFC 6030: the XML that token makers send seeds in.
#pragma once

#include <vector>

#include "base/result.h"
#include "base/secret.h"
#include "formats/seed_file.h"

namespace lockstep {

/// Where reading stops: no real file comes near.
struct PskcLimits {
  std::size_t bytes_max = 8U << 20U;
  std::size_t keys_max = 10'000;
  std::size_t depth_max = 32;
};

/// The keys of a container with plain values. Elements are matched by local name, since makers
/// differ in their use of namespaces. Understands HOTP and TOTP, the hash in the algorithm's URI or
/// in Suite, Counter, TimeInterval, TimeDrift, ResponseFormat, the policy's dates; the serial is
/// SerialNo or else the key's Id. Pure and thread-safe.
///
/// Errors: invalid_input, when it is no well-formed XML or no container, has a DOCTYPE (which could
/// define entities), goes beyond `limits`, or a key is encrypted, incomplete, of another kind or
/// under a policy this program cannot keep. The context names the key, never its value.
[[nodiscard]] Result<std::vector<SeedRecord>> parse_pskc(const Secret& file,
                                                         const PskcLimits& limits);

}  // namespace lockstep
