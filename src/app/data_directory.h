// SPDX-License-Identifier: Apache-2.0
// What lies in a data directory:
//
//     lockstep.db …   the store (adapters/sql)
//     key             the key-encryption key that opens the seeds; back it up apart from the store
//     node            where the store is elsewhere: the name of this server's audit chain
//     admin.sock      while a server runs: where the owner's commands reach it
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "base/result.h"
#include "base/secret.h"
#include "ports/random.h"
#include "ports/store.h"

namespace lockstep {

/// Where the key file lies.
[[nodiscard]] std::filesystem::path key_file_path(const std::filesystem::path& data);

/// Makes the data directory `data` (mode 0700) with a new key, under `passphrase` if
/// there is one, and an empty store: in it, or in the
/// PostgreSQL database at `store_url` where there is one. The directory may exist if it is empty;
/// nothing is ever overwritten.
/// Errors: conflict, when there is something in it, or in the database; unavailable, with the
/// system's reason; those of open_postgres_store.
[[nodiscard]] Result<void> create_data_directory(
    const std::filesystem::path& data, Random& random, const std::string& store_url = {},
    const std::optional<Secret>& passphrase = std::nullopt);

/// Opens the store that belongs to `data`. `random` outlives it. Errors: invalid_input, when it is
/// a database elsewhere and no URL says where; those of adapters/sql/sql_store.h.
[[nodiscard]] Result<std::unique_ptr<Store>> open_store(const std::filesystem::path& data,
                                                        const std::string& store_url,
                                                        Random& random);

/// A directory under the system's place for temporary files (mode 0700), deleted with all that is
/// in it when this goes.
class PassingDirectory {
 public:
  /// Errors: unavailable.
  static Result<PassingDirectory> make();

  PassingDirectory(PassingDirectory&& other) noexcept : path_(std::move(other.path_)) {
    other.path_.clear();
  }
  PassingDirectory& operator=(PassingDirectory&& other) = delete;
  PassingDirectory(const PassingDirectory&) = delete;
  PassingDirectory& operator=(const PassingDirectory&) = delete;
  ~PassingDirectory();

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  explicit PassingDirectory(std::filesystem::path path) : path_(std::move(path)) {}

  std::filesystem::path path_;
};

}  // namespace lockstep
