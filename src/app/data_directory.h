// SPDX-License-Identifier: Apache-2.0
// What lies in a data directory:
//
//     lockstep.db …   the store (adapters/sql)
//     key             the key-encryption key that opens the seeds; back it up apart from the store
//     admin.sock      while a server runs: where the owner's commands reach it
#pragma once

#include <filesystem>

#include "base/result.h"
#include "ports/random.h"

namespace lockstep {

/// Where the key file lies.
[[nodiscard]] std::filesystem::path key_file_path(const std::filesystem::path& data);

/// Makes the data directory `data` (mode 0700) with a new key and an empty store. The directory
/// may exist if it is empty; nothing is ever overwritten.
/// Errors: conflict, when there is something in it; unavailable, with the system's reason.
[[nodiscard]] Result<void> create_data_directory(const std::filesystem::path& data, Random& random);

/// A directory under the system's place for temporary files (mode 0700), deleted with all that is
/// in it when this goes.
class TemporaryDirectory {
 public:
  /// Errors: unavailable.
  static Result<TemporaryDirectory> make();

  TemporaryDirectory(TemporaryDirectory&& other) noexcept : path_(std::move(other.path_)) {
    other.path_.clear();
  }
  TemporaryDirectory& operator=(TemporaryDirectory&& other) = delete;
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
  ~TemporaryDirectory();

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  explicit TemporaryDirectory(std::filesystem::path path) : path_(std::move(path)) {}

  std::filesystem::path path_;
};

}  // namespace lockstep
