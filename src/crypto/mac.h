// SPDX-License-Identifier: Apache-2.0
// HMAC and PBKDF2 over the hashes that files from elsewhere name.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/result.h"
#include "base/secret.h"

namespace lockstep {

enum class MacHash { sha1, sha224, sha256, sha384, sha512 };

/// HMAC, RFC 2104: as many bytes as the hash has. Thread-safe.
[[nodiscard]] Bytes hmac(MacHash hash, const Secret& key, ByteView message);

/// PBKDF2, RFC 8018 section 5.2.
struct Pbkdf2 {
  MacHash hash = MacHash::sha1;
  Bytes salt;
  std::uint32_t iterations = 0;
  std::size_t key_bytes = 0;
};

/// What bounds the time that a file can ask of us: some seconds of a core. No cipher takes a longer
/// key.
inline constexpr std::uint32_t kPbkdf2IterationsMax = 2'000'000;
inline constexpr std::size_t kPbkdf2KeyBytesMax = 32;

/// The key that `password` gives. Thread-safe. Errors: invalid_input, when iterations or key length
/// are 0 or beyond the limits; unavailable, when OpenSSL fails.
[[nodiscard]] Result<Secret> pbkdf2(const Pbkdf2& how, const Secret& password);

}  // namespace lockstep
