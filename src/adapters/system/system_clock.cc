// SPDX-License-Identifier: Apache-2.0
#include "adapters/system/system_clock.h"

#include <ctime>
#include <fstream>
#include <string>

#include "adapters/system/clock_health.h"
#include "base/assert.h"

namespace lockstep {
namespace {

std::int64_t micros_of(clockid_t clock) {
  timespec reading{};
  LOCKSTEP_ASSERT(clock_gettime(clock, &reading) == 0);
  return static_cast<std::int64_t>(reading.tv_sec) * 1'000'000 + reading.tv_nsec / 1'000;
}

/// The kernel's boot id, folded to 64 bits (FNV-1a). Where there is none, this process's start
/// stands in for it: elapsed times across a restart then rest on the wall clock alone.
ClockRun read_run() {
  std::ifstream file("/proc/sys/kernel/random/boot_id");
  std::string id;
  if (!std::getline(file, id))
    return ClockRun(static_cast<std::uint64_t>(micros_of(CLOCK_REALTIME)));
  std::uint64_t hash = 14'695'981'039'346'656'037U;
  for (const char c : id) hash = (hash ^ static_cast<unsigned char>(c)) * 1'099'511'628'211U;
  return ClockRun(hash >> 1U);  // The store keeps signed 64-bit numbers.
}

}  // namespace

SystemClock::SystemClock() : run_(read_run()) {}

Instant SystemClock::now() const {
  return {WallTime(Micros(micros_of(CLOCK_REALTIME))), MonoTime(micros_of(CLOCK_BOOTTIME)), run_};
}

bool SystemClock::is_synchronised() const {
  const ClockHealth kernel = clock_health();
  return kernel.synchronised && kernel.error_max <= kErrorMax;
}

}  // namespace lockstep
