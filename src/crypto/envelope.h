// SPDX-License-Identifier: Apache-2.0
// How a secret lies in the store: encrypted under a random data key of its own, which in turn is
// encrypted ("wrapped") under the key-encryption key. A new key-encryption key so means wrapping
// 32 bytes anew for each secret, and a data key that leaks opens one secret only.
//
//     version 2 | key id 8 | nonce 12 | wrapped data key 48 | nonce 12 | ciphertext | tag 16
//
// Version, purpose and id are bound to both layers as associated data: an envelope opens only as
// what it was sealed for, so that nobody can exchange two rows. The key id is bound to the wrapped
// data key alone; in version 1, which is still opened, it was bound to both, and so such an
// envelope cannot be wrapped anew without encrypting the secret again.
#pragma once

#include <array>
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

/// Names a key-encryption key and tells nothing else about it.
using EnvelopeKeyId = std::array<std::uint8_t, 8>;

/// Of `key_encryption_key`, taken from the key itself. Thread-safe.
[[nodiscard]] EnvelopeKeyId key_id_of(const Secret& key_encryption_key);

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

/// The old and the new key-encryption key. Both outlive the call they are passed to.
struct KeyChange {
  const Secret& from;
  const Secret& to;
};

/// `envelope` under the new key: the data key is wrapped anew, the encrypted secret stays as it is
/// (but for version 1, whose secret is encrypted anew as well). Thread-safe, if `random` is.
/// Errors: those of `open_envelope` and `seal_envelope`.
[[nodiscard]] Result<Bytes> rewrap_envelope(const KeyChange& keys, SealContext context,
                                            ByteView envelope, const FillRandom& random);

}  // namespace lockstep
