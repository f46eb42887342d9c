// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <memory>

#include "ports/key_vault.h"

namespace lockstep {

/// Writes a new random key-encryption key to `path`, readable by its owner alone, and makes sure
/// it is on disk. Errors: conflict, when the file exists (it is never overwritten: the seeds sealed
/// under it would be lost); unavailable, with the system's reason.
Result<void> create_key_file(const std::filesystem::path& path);

/// The key vault whose key-encryption key lies in a file. Thread-safe.
class KeyFileVault final : public KeyVault {
 public:
  /// Errors: not_found; not_allowed, when others than the owner may read the file; corrupt, when
  /// it is not a key file.
  static Result<std::unique_ptr<KeyVault>> open(const std::filesystem::path& path);

  explicit KeyFileVault(Secret key) : key_(std::move(key)) {}

  Result<Sealed> seal(SealPurpose purpose, std::uint64_t id, const Secret& secret) override;
  Result<Secret> open(SealPurpose purpose, std::uint64_t id, const Sealed& sealed) override;

 private:
  Secret key_;
};

}  // namespace lockstep
