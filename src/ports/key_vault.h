// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/result.h"
#include "base/secret.h"
#include "core/model/ids.h"

namespace lockstep {

/// What a secret is sealed for. A blob sealed for one purpose and id opens for no other, so that
/// rows cannot be swapped.
enum class SealPurpose : std::uint8_t {
  seed = 1,
  service_key = 2,
  typed_code = 3,
  import = 4,
  mail = 5,
};

/// Which keys a vault holds.
struct KeyRing {
  KeyId current{};             ///< seals what is new
  std::vector<KeyId> older;    ///< only open; there is one while secrets are wrapped anew
  std::optional<KeyId> spare;  ///< made ahead of its use, so that others can be given it first
};

/// Keeps the key-encryption keys. Each secret is encrypted under a random data key of its own
/// (AES-256-GCM, bound to purpose and id) and that key is wrapped by the current key-encryption
/// key. Implementations: adapters/system/key_file. Thread-safe.
class KeyVault {
 public:
  KeyVault() = default;
  KeyVault(const KeyVault&) = delete;
  KeyVault& operator=(const KeyVault&) = delete;
  virtual ~KeyVault() = default;

  /// Under the current key. Errors: unavailable.
  virtual Result<Sealed> seal(SealPurpose purpose, std::uint64_t id, const Secret& secret) = 0;

  /// Whichever of the keys it was sealed under. Errors: corrupt, when the blob is damaged, sealed
  /// under a key that is not here or for something else; unavailable.
  virtual Result<Secret> open(SealPurpose purpose, std::uint64_t id, const Sealed& sealed) = 0;

  /// `sealed` with its data key wrapped by the current key; nullopt when it is already.
  /// Errors: those of `open`.
  virtual Result<std::optional<Sealed>> rewrap(SealPurpose purpose, std::uint64_t id,
                                               const Sealed& sealed) = 0;

  [[nodiscard]] virtual KeyRing ring() const = 0;

  // ---- Changes of the ring. Each is on disk when it returns, and only then in use; after an
  // error the ring is as it was. Errors of all: not_allowed, saying what to do instead, when the
  // place of the keys cannot be written; unavailable, with the system's reason.

  /// Makes a spare key, unless there is one.
  virtual Result<void> make_spare() = 0;
  /// The spare key, or a new one, becomes the current one, and that one an older one.
  /// Errors: conflict, while there are older ones.
  virtual Result<void> turn() = 0;
  /// Forgets the older keys: what is sealed under them is lost.
  virtual Result<void> forget_older() = 0;
};

}  // namespace lockstep
