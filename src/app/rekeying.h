// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "service/rekey.h"

namespace lockstep {

/// The thread that carries out a change of the key-encryption key (service/rekey.h), also one that
/// an earlier process began. In small bites, so that log-ins between them wait for none of it.
class Rekeying {
 public:
  /// Between two bites; between two looks for work; after what cannot be done now.
  static constexpr std::chrono::milliseconds kBitePause{10};
  static constexpr std::chrono::milliseconds kLookPause{250};
  static constexpr std::chrono::seconds kTroublePause{30};

  explicit Rekeying(Services& services);
  Rekeying(const Rekeying&) = delete;
  Rekeying& operator=(const Rekeying&) = delete;
  ~Rekeying() { stop(); }

  /// Returns when the thread is gone; the work is gone on with at the next start. Twice is
  /// harmless.
  void stop();

 private:
  void run();
  /// One bite, and how long to wait after it.
  std::chrono::milliseconds bite(RekeyJob& job);

  Services& services_;
  bool working_ = false;  ///< the thread's own
  std::mutex mutex_;
  std::condition_variable changed_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace lockstep
