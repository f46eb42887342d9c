// SPDX-License-Identifier: Apache-2.0
// What is believed of a time token's clock: offset = token clock - server clock, positive when the
// token is fast.
//
// A code of step k that arrives at server time t was read between 0 and 20 s before. Half of that
// is taken as read: the offset is counted to the middle of the typing, which leaves 10 s of doubt
// on both sides:
//
//     T0 + kX - t - 10 s  <=  offset  <=  T0 + (k+1)X - t + 10 s
//
// One code moves the offset no further than to the nearest end of that interval, for it may be a
// guess or an old one; a pair moves it to the middle.
#pragma once

#include "core/model/token.h"
#include "core/policy/policy.h"

namespace lockstep {

/// How much sooner or later than the middle of the typing time a code may arrive.
inline constexpr Seconds kTypingDoubt{10};

/// Where the offset of a clock lies for certain once one of its codes was seen. Ends included.
struct OffsetInterval {
  Micros low;
  Micros high;

  [[nodiscard]] constexpr Micros middle() const { return low + (high - low) / 2; }
};

/// What the code of step `position`, received at `at`, says about the clock that made it.
[[nodiscard]] OffsetInterval measured_offset(const CodeSpec& spec, Position position, WallTime at);

/// The offset believed before new evidence; 0 for a clock of which nothing is known.
[[nodiscard]] Micros predicted_offset(const Progress& progress);

/// The step that `token`'s clock is in at server time `at`, as far as is known. It may be at or
/// below high water. For event tokens: the next counter.
[[nodiscard]] Position expected_position(const Token& token, WallTime at);

/// What is known of the clock after a single code of step `position` was accepted at `at`.
[[nodiscard]] ClockFix after_single(const Token& token, Position position, const Instant& at);

/// What is known after a pair was accepted whose second code is of step `position`.
[[nodiscard]] ClockFix after_pair(const CodeSpec& spec, Position position, const Instant& at);

/// False when the clock cannot have moved so far since its offset was last confirmed: further than
/// `guard_ppm` of the time in between and two steps, counted to the nearest end of the measured
/// interval. Perhaps somebody collected codes earlier. Software clocks are guarded against falling
/// back only, since a phone may be set forward at any time; event tokens and clocks of which
/// nothing is known are not guarded.
[[nodiscard]] bool is_plausible(const Token& token, Position position, const Instant& at,
                                const Policy& policy);

}  // namespace lockstep
