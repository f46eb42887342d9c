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

/// Slows sources that are refused very often, above all by attempts with a wrong first factor and a
/// wrong code, which charge no user. Every refusal counts and every refusal is held back, whatever
/// its cause, so that the delay tells nothing about it; right log-ins are never delayed, so that
/// noise cannot lock out those who share the source. In memory and bounded: it saves work, no
/// promise rests on it. Thread-safe.
class SourceLimit {
 public:
  /// How long to hold a refusal of `source` back; 0 for a source without much noise.
  [[nodiscard]] Micros hold(const Source& source, const Instant& now) const;

  /// One more refusal.
  void refused(const Source& source, const Instant& now);

  static constexpr std::size_t kSourcesMax = 4'096;  ///< those not heard longest go first
  static constexpr std::uint32_t kFree = 100;        ///< refusals without a delay
  static constexpr Seconds kLeakEvery{6};            ///< one refusal is forgotten
  static constexpr Micros kHoldEach{10'000};         ///< for each refusal beyond kFree
  static constexpr Micros kHoldMax{1'000'000};
  static constexpr std::uint32_t kLevelMax = 200;  ///< what is beyond it is not remembered

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
