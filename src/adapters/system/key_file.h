// SPDX-License-Identifier: Apache-2.0
// The key-encryption keys in a file (crypto/key_ring.h), in clear for its owner alone or sealed
// under a passphrase, or handed in by the service manager as a credential that nobody can write.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <shared_mutex>
#include <utility>

#include "crypto/key_ring.h"
#include "ports/key_vault.h"

namespace lockstep {

/// Asks for the passphrase, or takes it from where the operator put it.
using AskPassphrase = std::function<Result<Secret>()>;

/// Writes a ring with one new random key to `path`, readable by its owner alone and sealed under
/// `passphrase` if there is one, and makes sure it is on disk. Errors: conflict, when the file
/// exists (it is never overwritten: the seeds sealed under it would be lost); unavailable, with
/// the system's reason; invalid_input, for a passphrase that is too short.
Result<void> create_key_file(const std::filesystem::path& path,
                             const std::optional<Secret>& passphrase = std::nullopt);

/// The key vault whose keys lie in a file. Thread-safe.
class KeyFileVault final : public KeyVault {
 public:
  /// `ask` is called when the ring is sealed under a passphrase.
  /// Errors, each with the way out: not_found; not_allowed, when others than the owner may read the
  /// file, or a passphrase is needed and there is nobody to ask; corrupt, when it is cut short,
  /// damaged, or no key file, and for a wrong passphrase.
  static Result<std::unique_ptr<KeyFileVault>> open(const std::filesystem::path& path,
                                                    const AskPassphrase& ask = {});
  /// A file that the service manager hands in and that is never written.
  static Result<std::unique_ptr<KeyFileVault>> open_credential(const std::filesystem::path& path);

  enum class Place { memory, file, credential };
  /// What `open` has read.
  struct Held {
    Place place = Place::memory;
    std::filesystem::path path;
    KeyRingSecrets keys;
    std::optional<PassphraseKey> lock;
  };
  explicit KeyFileVault(Held held) : held_(std::move(held)) {}
  /// One key in memory, and no file: for tests.
  explicit KeyFileVault(Secret key) { held_.keys.current = std::move(key); }

  Result<Sealed> seal(SealPurpose purpose, std::uint64_t id, const Secret& secret) override;
  Result<Secret> open(SealPurpose purpose, std::uint64_t id, const Sealed& sealed) override;
  Result<std::optional<Sealed>> rewrap(SealPurpose purpose, std::uint64_t id,
                                       const Sealed& sealed) override;
  [[nodiscard]] KeyRing ring() const override;
  Result<void> make_spare() override;
  Result<void> turn() override;
  Result<void> forget_older() override;

  [[nodiscard]] bool is_under_passphrase() const;

  /// From now on the file is sealed under `passphrase`, or in clear where there is none. The keys
  /// stay as they are, and so does everything sealed. Errors: as for changes of the ring;
  /// invalid_input, for a passphrase that is too short.
  Result<void> set_passphrase(const std::optional<Secret>& passphrase);

 private:
  /// The key that `sealed` names; null when it is not here.
  [[nodiscard]] const Secret* find(const Sealed& sealed) const;
  /// Writes `keys`, and uses them from then on.
  Result<void> put_in_force(KeyRingSecrets keys);
  [[nodiscard]] Result<void> write(const KeyRingSecrets& keys,
                                   const std::optional<PassphraseKey>& lock) const;

  mutable std::shared_mutex mutex_;
  Held held_;
};

}  // namespace lockstep
