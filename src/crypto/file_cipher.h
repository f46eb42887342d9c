// SPDX-License-Identifier: Apache-2.0
// The ciphers of XML Encryption that seed files come under (RFC 6030 section 6), opening only. What
// Lockstep encrypts itself uses aead.h.
#pragma once

#include <cstddef>

#include "base/result.h"
#include "base/secret.h"

namespace lockstep {

enum class CipherKind {
  aes_cbc,
  camellia_cbc,
  tripledes_cbc,
  aes_gcm,
  aes_wrap,        ///< RFC 3394
  camellia_wrap,   ///< RFC 3657: the same with another block cipher
  tripledes_wrap,  ///< RFC 3217
};

/// A cipher with the length of its key: 16, 24 or 32 bytes; triple DES always has 24.
struct FileCipher {
  CipherKind kind = CipherKind::aes_cbc;
  std::size_t key_bytes = 16;

  friend bool operator==(const FileCipher&, const FileCipher&) = default;
};

/// Whether opening notices a change by itself. The CBC modes do not: their text needs a MAC.
[[nodiscard]] bool authenticates(CipherKind kind);

/// Whether a key of `bytes` fits; triple DES also takes 16, which stand for K1, K2, K1.
[[nodiscard]] bool takes_key(const FileCipher& cipher, std::size_t bytes);

/// The plaintext of `sealed`, which begins with its initialisation vector where the mode has one;
/// CBC padding is taken off as XML Encryption 5.2 says: the last byte is its length, the others are
/// anything. Thread-safe.
/// Errors: invalid_input, when the key does not fit; corrupt, when the text cannot be one of this
/// cipher and key; unavailable, when OpenSSL fails.
[[nodiscard]] Result<Secret> open_file_text(const FileCipher& cipher, const Secret& key,
                                            ByteView sealed);

}  // namespace lockstep
