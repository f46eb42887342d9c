// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <condition_variable>
#include <filesystem>
#include <mutex>
#include <thread>

#include "adapters/system/append_file.h"
#include "service/audit_mirror.h"
#include "service/services.h"

namespace lockstep {

/// The thread that copies the audit into the mirror file every `kEvery`. Trouble is an alarm in the
/// log, when it begins, every `kRemindEvery` and when it ends, and in Services::mirror.
class Mirroring {
 public:
  static constexpr std::chrono::seconds kEvery{1};
  static constexpr std::uint32_t kRemindEvery = 300;  ///< steps
  /// More than this many records waiting after a step is "behind".
  static constexpr std::uint64_t kBehindMax = 10'000;

  Mirroring(Services& services, const std::filesystem::path& file);
  Mirroring(const Mirroring&) = delete;
  Mirroring& operator=(const Mirroring&) = delete;
  ~Mirroring() { stop(); }

  /// Copies what is left and returns when the thread is gone. Twice is harmless.
  void stop();

 private:
  void run();
  void step();

  Services& services_;
  AppendFile file_;
  AuditMirror mirror_;
  MirrorState::Kind told_ = MirrorState::Kind::current;
  std::uint32_t quiet_ = 0;  ///< steps since the last alarm
  std::mutex mutex_;
  std::condition_variable changed_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace lockstep
