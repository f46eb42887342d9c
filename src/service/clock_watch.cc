// SPDX-License-Identifier: Apache-2.0
#include "service/clock_watch.h"

#include <algorithm>

#include "base/assert.h"

namespace lockstep {

std::string_view name_of(ClockDoubt::Why why) {
  switch (why) {
    case ClockDoubt::Why::jumped:
      return "jumped";
    case ClockDoubt::Why::behind_audit:
      return "behind_audit";
  }
  LOCKSTEP_ASSERT(false);
}

std::string_view name_of(ClockTrust trust) {
  switch (trust) {
    case ClockTrust::agrees:
      return "agrees";
    case ClockTrust::vouched:
      return "vouched";
    case ClockTrust::confirmed:
      return "confirmed";
  }
  LOCKSTEP_ASSERT(false);
}

/// How much later the wall clock is than the monotonic one lets expect.
Micros ClockWatch::off_by(const Instant& now) const {
  const Micros passed(now.mono.value() - expected_->mono.value());
  return (now.wall - expected_->wall) - passed;
}

/// Small steps are taken over little by little, so that those of a year do not add up to a jump.
void ClockWatch::follow(const Instant& now) {
  const Micros passed(now.mono.value() - expected_->mono.value());
  // Two threads' readings may arrive in the other order.
  if (passed <= Micros::zero()) return;
  const Micros room = passed / kFollowShare;
  if (room == Micros::zero()) return;
  const Micros step = std::clamp(off_by(now), -room, room);
  expected_ = Instant{expected_->wall + passed + step, now.mono, now.run};
}

void ClockWatch::end(ClockTrust how, const Instant& now) {
  if (how != ClockTrust::agrees) expected_ = now;
  doubt_.reset();
  vouched_since_.reset();
  trust_ = how;
}

void ClockWatch::judge(const Instant& now) {
  // Another run of the monotonic clock tells nothing about this one.
  if (!expected_ || expected_->run != now.run) expected_ = now;
  const Micros off = off_by(now);
  if (!doubt_) {
    if (std::chrono::abs(off) <= kJumpMax) return follow(now);
    trust_.reset();
    doubt_ = ClockDoubt{ClockDoubt::Why::jumped, off, now};
    return;
  }
  const bool is_late_enough = doubt_->why == ClockDoubt::Why::behind_audit && off > kJumpMax;
  if (std::chrono::abs(off) <= kJumpMax || is_late_enough) {
    // Of a clock that was behind only a bound was known; past it, nothing speaks against it.
    if (is_late_enough) expected_ = now;
    return end(ClockTrust::agrees, now);
  }
  doubt_->off = off;
}

void ClockWatch::see(const Instant& now) {
  const std::scoped_lock lock(mutex_);
  judge(now);
}

void ClockWatch::see(const Instant& now, bool is_synchronised) {
  const std::scoped_lock lock(mutex_);
  judge(now);
  if (!doubt_ || !is_synchronised) {
    vouched_since_.reset();
    return;
  }
  if (!vouched_since_ || vouched_since_->run != now.run) vouched_since_ = now;
  const Micros vouched(now.mono.value() - vouched_since_->mono.value());
  if (vouched >= kVouchedFor) end(ClockTrust::vouched, now);
}

void ClockWatch::expect_not_before(const Instant& now, WallTime newest) {
  const std::scoped_lock lock(mutex_);
  judge(now);
  const Micros off = now.wall - newest;
  if (off >= -kJumpMax) return;
  expected_ = Instant{newest, now.mono, now.run};
  trust_.reset();
  doubt_ = ClockDoubt{ClockDoubt::Why::behind_audit, off, now};
}

void ClockWatch::confirm(const Instant& now) {
  const std::scoped_lock lock(mutex_);
  judge(now);
  if (doubt_) end(ClockTrust::confirmed, now);
}

std::optional<ClockDoubt> ClockWatch::doubt() const {
  const std::scoped_lock lock(mutex_);
  return doubt_;
}

std::optional<ClockTrust> ClockWatch::trust() const {
  const std::scoped_lock lock(mutex_);
  return trust_;
}

}  // namespace lockstep
