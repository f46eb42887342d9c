// SPDX-License-Identifier: Apache-2.0
#include "front/radius/standing_queue.h"

namespace lockstep {

bool StandingQueue::is_too_late(Micros waited, const Instant& now) {
  const std::scoped_lock lock(mutex_);
  if (waited <= kShort) {
    long_since_.reset();
    return false;
  }
  if (!long_since_) long_since_ = now;
  return waited > kWaitMax && elapsed(*long_since_, now) >= kStands;
}

}  // namespace lockstep
