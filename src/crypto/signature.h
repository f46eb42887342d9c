// SPDX-License-Identifier: Apache-2.0
// Ed25519, RFC 8032: what makes a statement of ours recognisable elsewhere, to whoever has noted
// down the public key.
#pragma once

#include <array>
#include <cstdint>

#include "base/result.h"
#include "base/secret.h"

namespace lockstep {

using PublicKey = std::array<std::uint8_t, 32>;
using Signature = std::array<std::uint8_t, 64>;

/// The first 8 bytes of a public key's SHA-256: short enough to say which key was meant.
using KeyFingerprint = std::array<std::uint8_t, 8>;
[[nodiscard]] KeyFingerprint fingerprint(const PublicKey& key);

/// A private key. Thread-safe, as everything in this file.
class SigningKey {
 public:
  static constexpr std::size_t kBytes = 32;

  /// The key that follows from 32 random bytes.
  /// Errors: invalid_input, on another length; unavailable, when OpenSSL fails.
  static Result<SigningKey> from(Secret bytes);

  [[nodiscard]] const PublicKey& public_key() const { return public_; }
  /// The same message gives the same signature. Errors: unavailable, when OpenSSL fails.
  [[nodiscard]] Result<Signature> sign(ByteView message) const;

 private:
  SigningKey(Secret bytes, const PublicKey& key) : private_(std::move(bytes)), public_(key) {}

  Secret private_;
  PublicKey public_;
};

/// Whether `signature` was made of `message` with the private key of `key`.
[[nodiscard]] bool signature_matches(const PublicKey& key, ByteView message,
                                     const Signature& signature);

}  // namespace lockstep
