// SPDX-License-Identifier: Apache-2.0
#include "core/sync/sighting.h"

#include <algorithm>

#include "core/sync/match.h"

namespace lockstep {
namespace {

const Reading* reading_for(Digits digits, const Attempt& attempt) {
  const Factor best = best_factor(attempt.readings);
  const auto fits = [&](const Reading& one) { return one.digits == digits && one.factor == best; };
  const auto found = std::ranges::find_if(attempt.readings, fits);
  return found == attempt.readings.end() ? nullptr : &*found;
}

/// The positions of `firsts` whose next position is among `seconds`.
std::vector<Position> followed(const std::vector<Position>& firsts,
                               const std::vector<Position>& seconds) {
  std::vector<Position> result;
  for (const Position first : firsts) {
    if (std::ranges::binary_search(seconds, first.moved(1))) result.push_back(first);
  }
  return result;
}

std::span<const Code> part(std::span<const Code> codes, const PositionRun& whole,
                           const PositionRun& wanted) {
  if (wanted.count == 0) return {};
  return codes.subspan(wanted.first.value() - whole.first.value(), wanted.count);
}

bool shown_at_high_water(const TokenView& view, Code single) {
  const Position next = view.token.progress.next;
  if (next == Position(0)) return false;
  return same_code(view.codes.codes(next.moved(-1), 1).front(), single);
}

}  // namespace

Reason closed_reason(const Token& token, WallTime at) {
  if (token.status == TokenStatus::suspended) return Reason::suspended;
  if (token.status == TokenStatus::lost) return Reason::lost;
  if (token.status == TokenStatus::faulty) return Reason::faulty;
  if (token.status == TokenStatus::locked) return Reason::token_locked;
  if (token.status == TokenStatus::revoked) return Reason::revoked;
  if (token.valid_from && at < *token.valid_from) return Reason::expired_token;
  if (token.valid_until && at > *token.valid_until) return Reason::expired_token;
  return token.owner ? Reason::none : Reason::not_assigned;
}

Factor best_factor(std::span<const Reading> readings) {
  const auto offered = [&](Factor factor) {
    return std::ranges::find(readings, factor, &Reading::factor) != readings.end();
  };
  if (offered(Factor::right)) return Factor::right;
  return offered(Factor::none) ? Factor::none : Factor::wrong;
}

Sighting look(const TokenView& view, const Attempt& attempt, const Policy& policy) {
  const Token& token = view.token;
  const Reading* reading = reading_for(token.spec.digits, attempt);
  const Code typed = reading != nullptr ? reading->code : kNoCode;
  const Code second = reading != nullptr ? reading->second.value_or(kNoCode) : kNoCode;
  const bool two_typed = reading != nullptr && reading->second.has_value();

  Sighting result{.token = &token,
                  .own = view.own,
                  .clock_doubted = view.clock_doubted,
                  .closed = closed_reason(token, attempt.at.wall)};
  result.typed = reading != nullptr;
  result.two_typed = two_typed;
  result.zones = zones_at(token, attempt.at.wall, view.own != nullptr ? *view.own : policy);
  result.at_high_water = shown_at_high_water(view, typed) && !two_typed;

  const PositionRun& searched = result.zones.searched;
  const std::span<const Code> codes = view.codes.codes(searched.first, searched.count);
  std::vector<Position> firsts = positions_of(typed, searched.first, codes);
  result.doubles = followed(firsts, positions_of(second, searched.first, codes));
  if (!two_typed) result.singles = std::move(firsts);
  result.slip =
      is_slip_of_any(typed, part(codes, searched, result.zones.in_step), token.spec.digits);
  return result;
}

std::vector<PositionRun> positions_needed(const Token& token, WallTime at, const Policy& policy) {
  std::vector<PositionRun> runs{zones_at(token, at, policy).searched};
  const Position next = token.progress.next;
  if (next > Position(0)) runs.push_back({next.moved(-1), 1});
  return runs;
}

}  // namespace lockstep
