// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <mutex>
#include <string>
#include <utility>

namespace lockstep {

/// How the copy of the audit in a file does.
struct MirrorState {
  enum class Kind {
    off,      ///< none is kept
    current,  ///< it has all records, or all but those of the last moment
    behind,   ///< it is written, and more waits than one step takes
    failing,  ///< it cannot be written; `why` says so
  };
  Kind kind = Kind::off;
  std::uint64_t behind = 0;  ///< records that are not in it yet
  std::string why;
};

/// The newest state: written by the thread that mirrors, read by requests. Thread-safe.
class MirrorReport {
 public:
  void set(MirrorState state) {
    const std::scoped_lock lock(mutex_);
    state_ = std::move(state);
  }
  [[nodiscard]] MirrorState get() const {
    const std::scoped_lock lock(mutex_);
    return state_;
  }

 private:
  mutable std::mutex mutex_;
  MirrorState state_;
};

}  // namespace lockstep
