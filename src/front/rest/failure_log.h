// SPDX-License-Identifier: Apache-2.0
// What ties an answer of status 500 and more to the line of the log that says why: a short text
// that people can read out to the help desk.
#pragma once

#include <cstddef>
#include <functional>
#include <mutex>
#include <string>
#include <vector>

#include "base/time.h"
#include "front/http/handler.h"
#include "ports/clock.h"
#include "ports/random.h"

namespace lockstep {

/// Makes references and has each written with its cause. Answers that fail for the same cause
/// within kShared share one reference and one line: a server that is overloaded does not fill its
/// log. Thread-safe.
class FailureLog {
 public:
  /// Told why, and the reference. Thread-safe; holds no secret.
  using Write = std::function<void(const std::string& why, const std::string& reference)>;

  static constexpr Seconds kShared{1};
  /// Causes that are known at once; beyond them the oldest is forgotten.
  static constexpr std::size_t kCausesMax = 64;

  /// Both outlive it.
  FailureLog(const Clock& clock, Random& random, Write write)
      : clock_(clock), random_(random), write_(std::move(write)) {}

  /// The reference of an answer that fails now because of `why`: two groups of four of
  /// 2 to 9 and A to Z without I, L and O, "7KQF-2MXD".
  [[nodiscard]] std::string note(const std::string& why);

  /// Adds the member `reference` to a problem of status 500 and more; others stay as they are.
  /// `why`: the cause for the log, which the caller is not told; empty: what the problem says.
  [[nodiscard]] Response refer(Response response, std::string why = "");

 private:
  struct Cause {
    std::string why;
    std::string reference;
    Instant at;
  };

  const Clock& clock_;
  Random& random_;
  const Write write_;
  std::mutex mutex_;
  std::vector<Cause> causes_;  ///< the oldest first
};

}  // namespace lockstep
