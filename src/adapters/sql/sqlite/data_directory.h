// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <utility>

#include "base/result.h"

namespace lockstep {

/// The data directory, held by this process alone. The lock is an advisory one on a file in it; the
/// kernel gives it back when the process ends, so that no stale lock survives a crash.
class DataDirectory {
 public:
  /// Errors: not_found; unavailable, when it is held by another process or cannot be written.
  static Result<DataDirectory> hold(const std::filesystem::path& path);

  DataDirectory(DataDirectory&& other) noexcept
      : path_(std::move(other.path_)), lock_(std::exchange(other.lock_, -1)) {}
  DataDirectory& operator=(DataDirectory&&) = delete;
  DataDirectory(const DataDirectory&) = delete;
  DataDirectory& operator=(const DataDirectory&) = delete;
  ~DataDirectory();

  [[nodiscard]] std::filesystem::path database() const { return path_ / "lockstep.db"; }

  /// Makes the database file, readable by its owner only, where there is none, and sees that it can
  /// be written. SQLite gives its log beside it the same rights. Errors: unavailable.
  [[nodiscard]] Result<void> make_database_file() const;

  /// Brings the directory itself to disk, so that a new database's name is there after a power cut.
  /// Errors: unavailable.
  [[nodiscard]] Result<void> sync() const;

 private:
  DataDirectory(std::filesystem::path path, int lock) : path_(std::move(path)), lock_(lock) {}

  std::filesystem::path path_;
  int lock_;
};

}  // namespace lockstep
