// SPDX-License-Identifier: Apache-2.0
#include "service/request_limit.h"

#include <algorithm>
#include <cmath>
#include <string_view>

namespace lockstep {
namespace {

constexpr std::string_view kOwner = "owner";
constexpr std::string_view kKeyPrefix = "key:";
constexpr double kMicrosPerSecond = 1e6;

}  // namespace

void RequestLimit::set(RequestRates rates) {
  const std::scoped_lock lock(mutex_);
  rates_ = std::move(rates);
}

const RequestRate& RequestLimit::rate_of(const std::string& caller) const {
  if (!caller.starts_with(kKeyPrefix)) return rates_.each;
  const auto named = rates_.keys.find(caller.substr(kKeyPrefix.size()));
  return named == rates_.keys.end() ? rates_.each : named->second;
}

double RequestLimit::left_at(const Bucket& bucket, const RequestRate& rate, const Instant& now) {
  const double seconds = static_cast<double>(elapsed(bucket.at, now).count()) / kMicrosPerSecond;
  return std::min(bucket.left + seconds * rate.per_second, static_cast<double>(rate.burst));
}

void RequestLimit::make_room(const Instant& now) {
  std::erase_if(buckets_, [&](const auto& one) {
    const RequestRate& rate = rate_of(one.first);
    return left_at(one.second, rate, now) >= static_cast<double>(rate.burst);
  });
  // All of them busy: to start anew is kinder than to refuse whoever comes next.
  if (buckets_.size() >= kCallersMax) buckets_.clear();
}

Seconds RequestLimit::admit(const Actor& caller, const Instant& now) {
  if (caller.value() == kOwner) return Seconds(0);
  const std::scoped_lock lock(mutex_);
  const RequestRate& rate = rate_of(caller.value());
  if (rate.per_second == 0) return Seconds(0);
  if (buckets_.size() >= kCallersMax && !buckets_.contains(caller.value())) make_room(now);
  const auto [found, fresh] = buckets_.try_emplace(caller.value());
  Bucket& bucket = found->second;
  bucket.left = fresh ? rate.burst : left_at(bucket, rate, now);
  bucket.at = now;
  if (bucket.left >= 1) {
    bucket.left -= 1;
    return Seconds(0);
  }
  const double wait = std::ceil((1 - bucket.left) / rate.per_second);
  return Seconds(static_cast<std::int64_t>(wait));
}

}  // namespace lockstep
