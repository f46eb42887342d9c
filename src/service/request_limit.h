// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>

#include "base/time.h"
#include "core/audit/event.h"

namespace lockstep {

/// How many requests a caller may send: so many a second for ever, and so many at once after a
/// pause.
struct RequestRate {
  std::uint32_t per_second = 1'000;  ///< 0: no limit
  std::uint32_t burst = 2'000;

  friend bool operator==(const RequestRate&, const RequestRate&) = default;
};

struct RequestRates {
  RequestRate each;                         ///< of every caller that is not named
  std::map<std::string, RequestRate> keys;  ///< by the name of the API key

  friend bool operator==(const RequestRates&, const RequestRates&) = default;
};

/// Keeps one caller from taking what all share: a client that has gone wild, or a key that was
/// stolen. Callers are those that were identified; the owner, who could stop them, is never held
/// up. In memory and for this process alone: several servers each grant it. Thread-safe.
class RequestLimit {
 public:
  /// More callers than there are keys in any sensible store; those that rest are forgotten first.
  static constexpr std::size_t kCallersMax = 10'000;

  explicit RequestLimit(RequestRates rates = {.each = {.per_second = 0}, .keys = {}})
      : rates_(std::move(rates)) {}

  /// Other rates from now on; what was used up stays so, within the new burst.
  void set(RequestRates rates);

  /// Takes one request of `caller`; zero, when it may be carried out. Else how long to wait before
  /// there is room for one, rounded up to whole seconds.
  [[nodiscard]] Seconds admit(const Actor& caller, const Instant& now);

 private:
  struct Bucket {
    double left = 0;
    Instant at;
  };

  [[nodiscard]] const RequestRate& rate_of(const std::string& caller) const;
  [[nodiscard]] static double left_at(const Bucket& bucket, const RequestRate& rate,
                                      const Instant& now);
  void make_room(const Instant& now);

  std::mutex mutex_;
  RequestRates rates_;
  std::map<std::string, Bucket> buckets_;
};

}  // namespace lockstep
