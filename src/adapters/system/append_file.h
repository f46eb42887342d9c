// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>

#include "ports/line_file.h"

namespace lockstep {

/// A LineFile on disk. Made readable by its owner and group only.
class AppendFile final : public LineFile {
 public:
  explicit AppendFile(std::filesystem::path path) : path_(std::move(path)) {}
  AppendFile(const AppendFile&) = delete;
  AppendFile& operator=(const AppendFile&) = delete;
  ~AppendFile() override;

  Result<void> open() override;
  Result<void> read_back(const std::function<bool(std::string_view)>& visit) override;
  Result<void> append(std::string_view lines) override;
  Result<void> sync() override;
  bool was_moved() override;

 private:
  void close();
  Result<void> cut_unfinished_line();
  [[nodiscard]] Result<std::string> read_block(std::uint64_t from, std::uint64_t to) const;
  [[nodiscard]] Result<std::uint64_t> size() const;
  [[nodiscard]] std::unexpected<Error> failed(const char* what) const;

  const std::filesystem::path path_;
  int file_ = -1;
};

}  // namespace lockstep
