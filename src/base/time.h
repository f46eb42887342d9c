// SPDX-License-Identifier: Apache-2.0
// Time as the domain knows it. Nothing here reads a clock; adapters/system does.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/strong.h"

namespace lockstep {

using Micros = std::chrono::microseconds;
using Seconds = std::chrono::seconds;

/// Wall-clock time, UTC, microseconds since 1970-01-01. What is stored and shown.
using WallTime = std::chrono::sys_time<Micros>;

/// Microseconds on a clock that never jumps (CLOCK_BOOTTIME). Comparable within one `ClockRun`.
using MonoTime = Strong<struct MonoTimeTag, std::int64_t>;

/// Which run of the monotonic clock a MonoTime belongs to: derived from the kernel's boot id.
using ClockRun = Strong<struct ClockRunTag, std::uint64_t>;

/// One reading of both clocks. A request takes one at its start and passes it on.
struct Instant {
  WallTime wall{};
  MonoTime mono{};
  ClockRun run{};

  friend bool operator==(const Instant&, const Instant&) = default;
};

/// How long ago `from` was, never negative: the smaller of wall and monotonic time, so that a
/// clock set forward neither leaks a budget nor ends a pause. Across boots only wall time is left.
[[nodiscard]] constexpr Micros elapsed(const Instant& from, const Instant& to) {
  Micros span = to.wall - from.wall;
  if (from.run == to.run) span = std::min(span, Micros(to.mono.value() - from.mono.value()));
  return std::max(span, Micros::zero());
}

/// RFC 3339 in UTC with microseconds left out where they are 0: "2026-01-31T09:12:00Z".
[[nodiscard]] std::string to_rfc3339(WallTime time);

/// Errors: invalid_input, when `text` is not an RFC 3339 date-time with an offset.
[[nodiscard]] Result<WallTime> parse_rfc3339(std::string_view text);

}  // namespace lockstep
