// SPDX-License-Identifier: Apache-2.0
// AES-256-GCM (NIST SP 800-38D): encryption that notices any change.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "base/result.h"
#include "base/secret.h"

namespace lockstep {

inline constexpr std::size_t kAeadKeyBytes = 32;
inline constexpr std::size_t kAeadNonceBytes = 12;
inline constexpr std::size_t kAeadTagBytes = 16;

/// Must never be used twice with one key: that would give both texts away.
using AeadNonce = std::array<std::uint8_t, kAeadNonceBytes>;

/// A key and a nonce, for one message. `key` outlives the call it is passed to.
struct AeadUse {
  const Secret& key;
  const AeadNonce& nonce;
};

/// The ciphertext of `plain` followed by the tag, `kAeadTagBytes` longer than `plain`.
/// `associated` is not encrypted, but opening fails when it differs. Thread-safe.
/// Errors: invalid_input, when the key is not `kAeadKeyBytes` long; unavailable, when OpenSSL
/// fails.
[[nodiscard]] Result<Bytes> aead_seal(const AeadUse& use, ByteView associated, const Secret& plain);

/// The opposite of `aead_seal`. Thread-safe.
/// Errors: corrupt, when text, tag, nonce, key or `associated` is not the one it was sealed with;
/// invalid_input and unavailable as for `aead_seal`.
[[nodiscard]] Result<Secret> aead_open(const AeadUse& use, ByteView associated, ByteView sealed);

}  // namespace lockstep
