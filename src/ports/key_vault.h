// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "base/result.h"
#include "base/secret.h"
#include "core/model/ids.h"

namespace lockstep {

/// What a secret is sealed for. A blob sealed for one purpose and id opens for no other, so that
/// rows cannot be swapped.
enum class SealPurpose : std::uint8_t { seed = 1, service_key = 2, typed_code = 3, import = 4 };

/// Keeps the key-encryption key. Each secret is encrypted under a random data key of its own
/// (AES-256-GCM, bound to purpose and id) and that key is wrapped by the key-encryption key.
/// Implementations: adapters/system/key_file. Thread-safe.
class KeyVault {
 public:
  KeyVault() = default;
  KeyVault(const KeyVault&) = delete;
  KeyVault& operator=(const KeyVault&) = delete;
  virtual ~KeyVault() = default;

  /// Errors: unavailable.
  virtual Result<Sealed> seal(SealPurpose purpose, std::uint64_t id, const Secret& secret) = 0;

  /// Errors: corrupt, when the blob is damaged, sealed under another key or for something else;
  /// unavailable.
  virtual Result<Secret> open(SealPurpose purpose, std::uint64_t id, const Sealed& sealed) = 0;
};

}  // namespace lockstep
