// SPDX-License-Identifier: Apache-2.0
#include "core/sync/zones.h"

#include <algorithm>

#include "core/sync/clock_model.h"
#include "core/sync/pair.h"
#include "core/sync/progress.h"

namespace lockstep {
namespace {

// Accepting a position stores the one after it, so the last one that can be stored is never shown.
constexpr Position kLastUsable{Position::kMax - 1};

/// `run` without what was used up already and what could not be stored.
PositionRun above_high_water(const Token& token, Position first, Position last) {
  return run_between(std::max(first, token.progress.next), std::min(last, kLastUsable));
}

PositionRun ahead(const Token& token, std::uint32_t beyond_next) {
  const Position next = token.progress.next;
  return above_high_water(token, next, next.moved(beyond_next));
}

PositionRun around(const Token& token, Position middle, std::int64_t steps) {
  return above_high_water(token, middle.moved(-steps), middle.moved(steps));
}

std::int64_t steps_in(const CodeSpec& spec, Seconds width) { return width / spec.step; }

/// From the first to the last position of both; either may be empty.
PositionRun hull(const PositionRun& a, const PositionRun& b) {
  if (a.count == 0) return b;
  if (b.count == 0) return a;
  return run_between(std::min(a.first, b.first), std::max(a.last(), b.last()));
}

PositionRun widened(const Token& token, const PositionRun& run, std::int64_t below,
                    std::int64_t above) {
  if (run.count == 0) return run;
  return above_high_water(token, run.first.moved(-below), run.last().moved(above));
}

Zones event_zones(const Token& token, const Policy& policy) {
  const EventZones& zones = policy.event;
  const std::uint32_t second_code = never_used(token) ? zones.first_use : zones.next_code;
  Zones result;
  result.in_step = ahead(token, event_accept(policy, token.spec.digits));
  if (second_code > 0) result.second_code = ahead(token, second_code);
  result.searched = widened(token, hull(result.in_step, result.second_code), 0, 1);
  return result;
}

PositionRun in_step_of_clock(const Token& token, Position expected, std::int64_t accept) {
  const PositionRun usual = around(token, expected, accept);
  if (!last_was_pair(token.progress)) return usual;
  // The pair may have used up the step that is expected now. Its owner's next code is the one
  // after it, even where that comes a moment before the server expects it.
  const Position first = std::max(token.progress.next, expected.moved(-accept));
  return above_high_water(token, first, first.moved(2 * accept));
}

Zones time_zones_at(const Token& token, WallTime at, const Policy& policy) {
  const TimeZones& zones = time_zones(policy, token.form);
  const Position expected = expected_position(token, at);
  Zones result;
  result.in_step = in_step_of_clock(token, expected, zones.accept);
  if (never_used(token)) {
    const Position middle = step_at(token.spec, at);
    result.second_code = around(token, middle, steps_in(token.spec, zones.first_use));
  } else if (zones.next_code > 0) {
    result.second_code = around(token, expected, zones.next_code);
  }
  // Between its two codes a pair may move within its zone as far as its time limit and its slack
  // let it; one step more for the places inside the steps.
  const auto reach = pair_distance(token.spec, Micros(policy.pair_within)).last + 1;
  result.searched = widened(token, hull(result.in_step, result.second_code), reach, reach);
  return result;
}

}  // namespace

PositionRun run_between(Position first, Position last) {
  if (last < first) return {first, 0};
  return {first, static_cast<std::size_t>(last.value() - first.value()) + 1};
}

Zones zones_at(const Token& token, WallTime at, const Policy& policy) {
  return token.spec.kind == TokenKind::hotp ? event_zones(token, policy)
                                            : time_zones_at(token, at, policy);
}

PositionRun resync_zone(const Token& token, WallTime at, const Policy& policy, Reach reach) {
  const bool wide = reach == Reach::admin;
  if (token.spec.kind == TokenKind::hotp) {
    return ahead(token, wide ? policy.event.admin : policy.event.resync);
  }
  const TimeZones& zones = time_zones(policy, token.form);
  const Seconds width = wide ? zones.admin : zones.resync;
  return around(token, step_at(token.spec, at), steps_in(token.spec, width));
}

}  // namespace lockstep
