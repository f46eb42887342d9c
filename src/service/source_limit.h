// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <list>
#include <mutex>
#include <string>
#include <unordered_map>

#include "base/time.h"
#include "core/model/ids.h"

namespace lockstep {

/// Slows sources that send noise: attempts with a wrong first factor and a wrong code, which charge
/// no user. Every refusal of such a source is held back for a while, whatever its cause, so that
/// the delay tells nothing about it; right log-ins are never delayed, so that noise cannot lock out
/// those who share the source. In memory and bounded: it saves work, no promise rests on it.
/// Thread-safe.
class SourceLimit {
 public:
  /// How long to hold a refusal of `source` back; 0 for a source without much noise.
  [[nodiscard]] Micros hold(const Source& source, const Instant& now) const;

  /// One more piece of noise.
  void noise(const Source& source, const Instant& now);

  static constexpr std::size_t kSourcesMax = 4'096;  ///< those not heard longest go first
  static constexpr std::uint32_t kFree = 10;         ///< pieces of noise without a delay
  static constexpr Seconds kLeakEvery{6};            ///< one piece is forgotten
  static constexpr Micros kHoldEach{100'000};        ///< for each piece beyond kFree
  static constexpr Micros kHoldMax{4'000'000};
  static constexpr std::uint32_t kLevelMax = 100;  ///< noise beyond it is not remembered

 private:
  struct Entry {
    std::string source;
    std::uint32_t level;
    Instant at;
  };

  /// The level of `entry` at `now`, after what leaked away.
  static std::uint32_t level_at(const Entry& entry, const Instant& now);

  mutable std::mutex mutex_;
  std::list<Entry> entries_;  // the source heard last in front
  std::unordered_map<std::string, std::list<Entry>::iterator> by_source_;
};

}  // namespace lockstep
