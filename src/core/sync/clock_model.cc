// SPDX-License-Identifier: Apache-2.0
#include "core/sync/clock_model.h"

#include <algorithm>

#include "core/sync/zones.h"

namespace lockstep {
namespace {

constexpr std::int64_t kMillion = 1'000'000;
constexpr int kGuardSteps = 2;

/// How far `interval` is from `offset`: 0 inside, negative when the clock fell back.
Micros jump(Micros offset, const OffsetInterval& interval) {
  return std::clamp(offset, interval.low, interval.high) - offset;
}

}  // namespace

OffsetInterval measured_offset(const CodeSpec& spec, Position position, WallTime at) {
  const Micros start = start_of_step(spec, position) - at;
  return {start - kTypingDoubt, start + spec.step + kTypingDoubt};
}

Micros predicted_offset(const Progress& progress) {
  return progress.clock ? progress.clock->offset : Micros::zero();
}

Position expected_position(const Token& token, WallTime at) {
  if (token.spec.kind == TokenKind::hotp) return token.progress.next;
  return step_at(token.spec, at + predicted_offset(token.progress));
}

ClockFix after_single(const Token& token, Position position, const Instant& at) {
  const Micros before = predicted_offset(token.progress);
  return {before + jump(before, measured_offset(token.spec, position, at.wall)), at};
}

ClockFix after_pair(const CodeSpec& spec, Position position, const Instant& at) {
  return {measured_offset(spec, position, at.wall).middle(), at};
}

bool is_plausible(const Token& token, Position position, const Instant& at, const Policy& policy) {
  // A clock that was only declared by a seed file was never seen.
  if (token.spec.kind == TokenKind::hotp || never_used(token) || !token.progress.clock) return true;
  const ClockFix& clock = *token.progress.clock;
  const Micros moved = jump(clock.offset, measured_offset(token.spec, position, at.wall));
  if (token.form == TokenForm::software && moved >= Micros::zero()) return true;

  const Micros drift = elapsed(clock.at, at) / kMillion * std::int64_t{policy.guard_ppm};
  return std::chrono::abs(moved) <= drift + kGuardSteps * token.spec.step;
}

}  // namespace lockstep
