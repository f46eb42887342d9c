// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <condition_variable>
#include <filesystem>
#include <mutex>
#include <optional>
#include <thread>

#include "base/result.h"
#include "ports/archive.h"
#include "service/services.h"

namespace lockstep {

enum class BackupState { none, running, done, failed };

/// The newest backup of this process.
struct BackupStatus {
  BackupState state = BackupState::none;
  std::filesystem::path file;
  std::uint64_t done = 0;  ///< rows, each counted twice: copied, and read back
  std::uint64_t total = 0;
  std::optional<BackupFacts> facts;  ///< of one that is done
  std::optional<Error> error;        ///< of one that failed
};

/// Makes backups, one at a time, in a thread of its own, so that whoever asks need not hold a
/// worker until it is done. Thread-safe.
class BackupDesk {
 public:
  /// How long `wait` waits at most: a caller takes up a worker meanwhile.
  static constexpr std::chrono::milliseconds kWaitMax{1'000};

  /// Both outlive the desk.
  BackupDesk(Archive& archive, Services& services) : archive_(archive), services_(services) {}
  BackupDesk(const BackupDesk&) = delete;
  BackupDesk& operator=(const BackupDesk&) = delete;
  /// Gives up a backup that runs; its file is not made.
  ~BackupDesk();

  /// Begins a backup into the new file `file`, on the server's machine. Permission: backup.
  /// Whether it succeeds shows in `status`; a success is in the audit.
  /// Errors: invalid_input, when `file` is no whole path; conflict, when another one is running.
  Result<BackupStatus> start(const Context& context, const std::filesystem::path& file);

  /// Permission: backup.
  [[nodiscard]] BackupStatus status() const;
  /// The same as soon as none is running any more, or after kWaitMax.
  [[nodiscard]] BackupStatus wait() const;

 private:
  void run(const Context& context, const std::filesystem::path& file);
  Result<BackupFacts> carry_out(const Context& context, const std::filesystem::path& file);

  Archive& archive_;
  Services& services_;
  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  BackupStatus status_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace lockstep
