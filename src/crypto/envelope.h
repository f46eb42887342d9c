// SPDX-License-Identifier: Apache-2.0
// How a secret lies in the store: encrypted under a random data key of its own, which in turn is
// encrypted ("wrapped") under the key-encryption key. A new key-encryption key so means wrapping
// 32 bytes anew for each secret, and a data key that leaks opens one secret only.
//
//     version 1 | key id 8 | nonce 12 | wrapped data key 48 | nonce 12 | ciphertext | tag 16
//
// Version, key id, purpose and id are bound to both layers as associated data: an envelope opens
// only as what it was sealed for, so that nobody can exchange two rows.
#pragma once

#include <cstdint>

#include "base/result.h"
#include "base/secret.h"
#include "crypto/random.h"

namespace lockstep {

/// What a secret is sealed for: which kind of thing it is and which one. Stored beside the
/// envelope, not in it.
struct SealContext {
  std::uint8_t purpose;
  std::uint64_t id;
};

/// `secret` in an envelope under `key_encryption_key` (32 bytes). Data key and nonces come from
/// `random`. Thread-safe, if `random` is.
/// Errors: invalid_input, when the key has another length; unavailable, when OpenSSL fails.
[[nodiscard]] Result<Bytes> seal_envelope(const Secret& key_encryption_key, SealContext context,
                                          const Secret& secret, const FillRandom& random);

/// The secret in `envelope`. Thread-safe.
/// Errors: corrupt, when the envelope is damaged, of an unknown version, sealed under another key
/// or for another context; invalid_input and unavailable as for `seal_envelope`.
[[nodiscard]] Result<Secret> open_envelope(const Secret& key_encryption_key, SealContext context,
                                           ByteView envelope);

}  // namespace lockstep
