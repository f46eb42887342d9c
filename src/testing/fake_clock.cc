// SPDX-License-Identifier: Apache-2.0
#include "testing/fake_clock.h"

#include "base/assert.h"

namespace lockstep {

// The monotonic clock starts far from the wall clock's value, so that mixing them up shows.
FakeClock::FakeClock(WallTime start) : now_{start, MonoTime(1'000'000), ClockRun(1)} {}

Instant FakeClock::now() const {
  const std::scoped_lock lock(mutex_);
  return now_;
}

void FakeClock::advance(Micros by) {
  LOCKSTEP_ASSERT(by >= Micros::zero());
  const std::scoped_lock lock(mutex_);
  now_.wall += by;
  now_.mono = MonoTime(now_.mono.value() + by.count());
}

void FakeClock::jump_wall(Micros by) {
  const std::scoped_lock lock(mutex_);
  now_.wall += by;
}

void FakeClock::set_wall(WallTime time) {
  const std::scoped_lock lock(mutex_);
  now_.wall = time;
}

void FakeClock::set_synchronised(bool is_so) {
  const std::scoped_lock lock(mutex_);
  synchronised_ = is_so;
}

bool FakeClock::is_synchronised() const {
  const std::scoped_lock lock(mutex_);
  return synchronised_;
}

void FakeClock::reboot() {
  const std::scoped_lock lock(mutex_);
  now_.mono = MonoTime(0);
  now_.run = ClockRun(now_.run.value() + 1);
}

}  // namespace lockstep
