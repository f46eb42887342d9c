// SPDX-License-Identifier: Apache-2.0
// Portable Symmetric Key Container, RFC 6030: the XML that token makers send seeds in.
#pragma once

#include "base/result.h"
#include "base/secret.h"
#include "formats/seed_file.h"

namespace lockstep {

inline constexpr std::size_t kPskcDepthMax = 32;

/// The keys of a container. Elements are matched by local name, since makers differ in their use of
/// namespaces; the names of the drafts before the RFC are understood too. Understands HOTP and
/// TOTP, the hash in the algorithm's URI or in Suite, Counter, TimeInterval, TimeDrift,
/// ResponseFormat, the policy's dates; the serial is SerialNo or else the key's Id. Values may be
/// plain or encrypted (formats/pskc_encryption.h), numbers also in base64. Pure and thread-safe.
///
/// A key that is incomplete, of another kind, without the MAC that it needs, or under a policy this
/// program cannot keep is rejected and the others are kept; PIN keys are no tokens and are passed
/// over.
/// Errors: invalid_input, when it is no well-formed XML or no container, has a DOCTYPE (which could
/// define entities), goes beyond `limits`, is encrypted and `key` is missing or does not open it,
/// or was changed after it was encrypted. No text names a value.
[[nodiscard]] Result<SeedFile> parse_pskc(const Secret& file, const FileKey& key,
                                          const SeedFileLimits& limits);

}  // namespace lockstep
