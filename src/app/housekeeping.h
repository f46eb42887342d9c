// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "base/result.h"
#include "service/services.h"

namespace lockstep {

/// What has to be done from time to time: tickets that expired are deleted, and the policy is read
/// again, for the day when another process changes it. Errors: those of the store.
[[nodiscard]] Result<void> keep_house(Services& services);

/// The thread that keeps house every `kEvery` and signs the audit's end every `kSignEvery`. An
/// error is logged and tried again the next time; one about signatures once for each `kEvery`.
class Housekeeping {
 public:
  static constexpr std::chrono::seconds kEvery{60};
  static constexpr std::chrono::seconds kSignEvery{1};

  explicit Housekeeping(Services& services);
  Housekeeping(const Housekeeping&) = delete;
  Housekeeping& operator=(const Housekeeping&) = delete;
  ~Housekeeping() { stop(); }

  /// Returns when the thread is gone. Twice is harmless.
  void stop();

 private:
  void run();
  void sign();

  Services& services_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool stopping_ = false;
  std::uint32_t signs_ = 0;   ///< how often was signed since the house was kept
  bool sign_failed_ = false;  ///< and whether that was told since
  std::thread thread_;
};

}  // namespace lockstep
