// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

#include "base/result.h"
#include "service/clock_desk.h"
#include "service/services.h"

namespace lockstep {

/// What has to be done from time to time: tickets that expired are deleted. Errors: those of the
/// store.
[[nodiscard]] Result<void> keep_house(Services& services);

/// The thread that keeps house every `kEvery`. Every `kSignEvery` it signs the audit's end and
/// reads the policy again, since another process on the same database may have changed it, and
/// looks at the clock. An error is logged when it begins and when it is over, and tried again the
/// next time; one about signatures once for each `kEvery`.
class Housekeeping {
 public:
  static constexpr std::chrono::seconds kEvery{60};
  static constexpr std::chrono::seconds kSignEvery{1};

  static constexpr std::chrono::hours kDaily{24};

  /// `daily` is called once in each `kDaily`, not at the start.
  explicit Housekeeping(Services& services, std::function<void()> daily = [] {});
  Housekeeping(const Housekeeping&) = delete;
  Housekeeping& operator=(const Housekeeping&) = delete;
  ~Housekeeping() { stop(); }

  /// Returns when the thread is gone. Twice is harmless.
  void stop();

 private:
  void run();
  void sign();
  Result<void> look_at_clock();
  void note(const Result<void>& done);

  Services& services_;
  std::function<void()> daily_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool stopping_ = false;
  // These belong to the thread.
  ClockDuty clock_;
  bool sign_failed_ = false;  ///< and was told since the house was kept
  bool failing_ = false;
  std::thread thread_;  // last: starts when all else is there
};

}  // namespace lockstep
