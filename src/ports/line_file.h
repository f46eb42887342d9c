// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string_view>

#include "base/result.h"

namespace lockstep {

/// A file of lines that only grows. Implementations: adapters/system/append_file. One thread.
/// Errors of every call: unavailable, naming the file and the system's reason.
class LineFile {
 public:
  LineFile() = default;
  LineFile(const LineFile&) = delete;
  LineFile& operator=(const LineFile&) = delete;
  virtual ~LineFile() = default;

  /// Opens the file, or opens it again: makes it where there is none, and cuts off a last line
  /// without an end, which somebody was writing when the power went.
  virtual Result<void> open() = 0;
  /// Shows the lines, without their ends, from the last to the first, until `visit` returns false.
  virtual Result<void> read_back(const std::function<bool(std::string_view)>& visit) = 0;
  /// Adds whole lines, each with its end. After an error some of it may be there.
  virtual Result<void> append(std::string_view lines) = 0;
  /// Returns when all that was added is on disk.
  virtual Result<void> sync() = 0;
  /// Whether the name stands for another file by now, or for none: it was rotated.
  virtual bool was_moved() = 0;
};

}  // namespace lockstep
