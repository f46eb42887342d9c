// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <mutex>
#include <string>

#include "base/result.h"
#include "base/secret.h"

namespace lockstep {

/// Argon2id with at most so many computations at once: each takes 19 MiB and a core, so more at
/// once would only make all of them slow. Thread-safe; calls wait for their turn.
class PasswordGate {
 public:
  /// `at_once` is at least 1.
  explicit PasswordGate(unsigned at_once) : free_(at_once) {}

  /// Errors: unavailable, when there is no memory for it.
  [[nodiscard]] Result<std::string> hash(const Secret& password);

  /// Whether `password` is the one `hash` was made from. Without a hash (`nullptr`) the answer is
  /// no, after the same work.
  /// Errors: corrupt, when `hash` is not of Argon2id's form; unavailable.
  [[nodiscard]] Result<bool> verify(const std::string* hash, const Secret& password);

 private:
  class Turn;

  std::mutex mutex_;
  std::condition_variable turn_;
  unsigned free_;
};

}  // namespace lockstep
