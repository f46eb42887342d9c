// SPDX-License-Identifier: Apache-2.0
#include "core/sync/attempt.h"

#include <algorithm>
#include <utility>

#include "core/policy/budget.h"
#include "core/sync/clock_model.h"
#include "core/sync/pair.h"
#include "core/sync/progress.h"
#include "core/sync/sighting.h"
#include "core/sync/slots.h"

namespace lockstep {
namespace {

/// A place where the typed code is shown.
struct Find {
  const Sighting* in;
  Position position;
};
using Finds = std::vector<Find>;

/// Two codes of one token that follow each other.
struct Pair {
  const Sighting* in;
  Position first;
  Position second;
};

/// One attempt with everything that the rules ask about it.
struct Case {
  const UserView& user;
  const Attempt& attempt;
  const Policy& policy;
  Factor factor;
  std::vector<Sighting> sightings;  // of all tokens, the closed ones too
  const Slot* slot;                 // of this source, however old; or null
  bool slot_fresh;
  std::uint32_t bucket;
  Trial trial;
};

Case look_at_everything(const UserView& user, const Attempt& attempt, const Policy& policy);
Reason gate(const Case& it);
std::optional<WallTime> asked_to_wait(const Case& it);
bool is_at_high_water(const Case& it);
Decision judge_code(const Case& it);
Decision judge_pair(const Case& it);
Decision judge_wrong_factor(const Case& it);
Decision untouched(const Case& it, Reason reason);
Decision paused(const Case& it, WallTime until);

}  // namespace

Decision decide(const UserView& user, const Attempt& attempt, const Policy& policy) {
  // All codes are compared before anything is decided, so that the time tells nothing.
  const Case it = look_at_everything(user, attempt, policy);

  if (const Reason closed = gate(it); closed != Reason::none) return untouched(it, closed);
  if (const auto until = factor_paused_until(user.sync, attempt.at)) return paused(it, *until);
  if (it.factor == Factor::wrong) return judge_wrong_factor(it);
  if (is_at_high_water(it)) return untouched(it, Reason::already_used);
  switch (escalation(user.sync, policy, it.bucket, it.trial)) {
    case Escalation::open:
      return judge_code(it);
    case Escalation::two_codes:
      if (const auto until = asked_to_wait(it)) return paused(it, *until);
      return judge_pair(it);
    case Escalation::disabled:
      return untouched(it, Reason::locked);
  }
  LOCKSTEP_ASSERT(false);
  return {};
}

namespace {

bool is_unspent(const Find& find);
bool is_same_again(const Case& it);
bool was_second_code(const Case& it);
Finds found_in_step(const Case& it);
Finds usable_as_first(const Case& it);
Finds usable(const Case& it, const Finds& finds);
std::vector<Pair> found_pairs(const Case& it);
std::vector<Pair> completed_pairs(const Case& it);
Finds seconds_of(const std::vector<Pair>& pairs);
Decision accept(const Case& it, const Find& find);
Decision accept_pair(const Case& it, const Pair& pair);
std::optional<Decision> ask_for_next(const Case& it, const Finds& finds);
Decision same_answer_again(const Case& it);
Decision miss(const Case& it);
Decision failed_pair(const Case& it);
Decision take_as_first(const Case& it);

/// State open: one code in step lets in, a code near by needs the one after it.
Decision judge_code(const Case& it) {
  const Finds in_step = found_in_step(it);
  const bool any_unspent = std::ranges::any_of(in_step, is_unspent);
  if (any_unspent && in_step.size() == 1) return accept(it, in_step.front());
  // Were one of several taken, the same digits would let in a second time at the others.
  if (any_unspent) return ask_for_next(it, usable(it, in_step)).value_or(miss(it));
  if (is_same_again(it)) return same_answer_again(it);

  const std::vector<Pair> pairs = completed_pairs(it);
  if (pairs.size() == 1) return accept_pair(it, pairs.front());
  if (!pairs.empty()) return ask_for_next(it, seconds_of(pairs)).value_or(miss(it));
  // A pair, but its clock cannot have moved so far: another prompt would lead nowhere.
  if (!found_pairs(it).empty()) return miss(it);
  return ask_for_next(it, usable_as_first(it)).value_or(miss(it));
}

/// State two_codes: only a pair lets in, and every first code gets the same answer.
Decision judge_pair(const Case& it) {
  if (is_same_again(it)) return same_answer_again(it);

  const std::vector<Pair> pairs = completed_pairs(it);
  if (pairs.size() == 1) return accept_pair(it, pairs.front());
  if (!pairs.empty()) return ask_for_next(it, seconds_of(pairs)).value_or(failed_pair(it));
  return was_second_code(it) ? failed_pair(it) : take_as_first(it);
}

// ---- What was found.

Trial trial_of(const Attempt& attempt, Factor factor) {
  const RowOf row_of = factor == Factor::none ? RowOf::source : RowOf::user;
  return {attempt.source, row_of, attempt.at};
}

std::uint32_t bucket_of(const std::vector<Sighting>& sightings, const Policy& policy) {
  std::vector<TokenShape> shapes;
  for (const Sighting& one : sightings) {
    if (one.closed == Reason::none) shapes.push_back({one.token->spec, one.token->form});
  }
  return bucket_size(policy, shapes);
}

Case look_at_everything(const UserView& user, const Attempt& attempt, const Policy& policy) {
  std::vector<Sighting> sightings;
  for (const TokenView& view : user.tokens) sightings.push_back(look(view, attempt, policy));
  const std::uint32_t bucket = bucket_of(sightings, policy);
  const Factor factor = best_factor(attempt.readings);
  const Slot* slot = find_slot(user.sync.slots, attempt.source);
  const bool fresh = slot != nullptr && is_fresh(*slot, attempt.at, policy.pair_within);
  return {user,
          attempt,
          policy,
          factor,
          std::move(sightings),
          slot,
          fresh,
          bucket,
          trial_of(attempt, factor)};
}

/// Why nothing of this attempt may count, if so: nothing is used up or charged then.
Reason gate(const Case& it) {
  if (it.attempt.readings.empty()) return Reason::malformed;
  if (it.user.status == UserStatus::disabled) return Reason::user_disabled;
  if (!it.user.group_ok) return Reason::no_group;

  Reason closed = Reason::not_assigned;
  Reason shown_by_closed = Reason::none;
  bool open = false;
  bool typed = false;
  bool found = false;
  for (const Sighting& one : it.sightings) {
    if (one.closed == Reason::none) {
      open = true;
      typed |= one.typed;
      found |= !one.singles.empty() || !one.doubles.empty() || one.at_high_water;
      continue;
    }
    closed = one.closed;
    const bool shown = std::ranges::any_of(
        one.singles, [&](Position at) { return one.zones.in_step.contains(at); });
    if (shown) shown_by_closed = one.closed;
  }
  if (!open) return closed;
  if (!typed) return Reason::wrong_length;
  return found ? Reason::none : shown_by_closed;
}

std::optional<WallTime> asked_to_wait(const Case& it) {
  return pairs_paused_until(it.user.sync, it.trial);
}

bool is_at_high_water(const Case& it) {
  return std::ranges::any_of(it.sightings, [](const Sighting& one) {
    return one.closed == Reason::none && one.at_high_water;
  });
}

/// Everywhere the single code is shown that `accepts` agrees to.
template <class Accepts>
Finds finds_where(const Case& it, Accepts accepts) {
  Finds result;
  for (const Sighting& one : it.sightings) {
    if (one.closed != Reason::none) continue;
    for (const Position position : one.singles) {
      if (accepts(one.zones, position)) result.push_back({&one, position});
    }
  }
  return result;
}

bool may_begin_pair(const Zones& zones, Position position) {
  return zones.in_step.contains(position) || zones.second_code.contains(position);
}

bool is_candidate(const Slot* slot, const Find& find) {
  const Candidate wanted{find.in->token->id, find.position};
  return slot != nullptr && std::ranges::find(slot->candidates, wanted) != slot->candidates.end();
}

/// Not answered by "next code" before, so that it may still count alone.
bool is_unspent(const Find& find) {
  return !is_remembered(find.in->token->progress, find.position);
}

/// What was answered by "next code" counts again only while it stands in the slot that it was put
/// into. Without this a prompt would tell a guesser a code to try second codes against until one
/// fits; so each prompt is good for one.
Finds usable(const Case& it, const Finds& finds) {
  Finds result;
  for (const Find& find : finds) {
    if (is_unspent(find) || is_candidate(it.slot, find)) result.push_back(find);
  }
  return result;
}

Finds found_in_step(const Case& it) {
  return finds_where(it,
                     [](const Zones& zones, Position at) { return zones.in_step.contains(at); });
}

Finds usable_as_first(const Case& it) { return usable(it, finds_where(it, may_begin_pair)); }

Finds found_anywhere(const Case& it) {
  return finds_where(it, [](const Zones&, Position) { return true; });
}

/// A gateway that sends the same log-in twice gets the same answer twice.
bool is_same_again(const Case& it) {
  if (!it.slot_fresh) return false;
  return std::ranges::any_of(found_anywhere(it),
                             [&](const Find& find) { return is_candidate(it.slot, find); });
}

bool was_second_code(const Case& it) {
  return it.slot_fresh || std::ranges::any_of(it.sightings, &Sighting::two_typed);
}

/// Pairs of this code with the ones that the source's last attempt left.
std::vector<Pair> pairs_with_slot(const Case& it) {
  std::vector<Pair> result;
  if (!it.slot_fresh) return result;
  const Micros gap = it.attempt.at.wall - it.slot->at.wall;
  for (const Find& find : usable(it, found_anywhere(it))) {
    const Token& token = *find.in->token;
    for (const Candidate& first : it.slot->candidates) {
      if (first.token != token.id || first.position < token.progress.next) continue;
      if (!is_pair(token.spec, first.position, find.position, gap)) continue;
      result.push_back({find.in, first.position, find.position});
    }
  }
  return result;
}

/// Pairs typed into one field.
std::vector<Pair> pairs_in_one_field(const Case& it) {
  std::vector<Pair> result;
  for (const Sighting& one : it.sightings) {
    if (one.closed != Reason::none) continue;
    for (const Position first : one.doubles) {
      const Position second = first.moved(1);
      const Finds both{{&one, first}, {&one, second}};
      if (may_begin_pair(one.zones, first) && usable(it, both).size() == 2) {
        result.push_back({&one, first, second});
      }
    }
  }
  return result;
}

std::vector<Pair> found_pairs(const Case& it) {
  std::vector<Pair> result = pairs_with_slot(it);
  for (const Pair& pair : pairs_in_one_field(it)) result.push_back(pair);
  return result;
}

bool is_plausible(const Case& it, const Pair& pair) {
  return is_plausible(*pair.in->token, pair.second, it.attempt.at, it.policy);
}

/// The pairs that count: a clock that cannot have moved so far is for the portal to set.
std::vector<Pair> completed_pairs(const Case& it) {
  std::vector<Pair> result = found_pairs(it);
  std::erase_if(result, [&](const Pair& pair) { return !is_plausible(it, pair); });
  return result;
}

Finds seconds_of(const std::vector<Pair>& pairs) {
  Finds result;
  for (const Pair& pair : pairs) {
    const auto same = [&](const Find& find) {
      return find.in == pair.in && find.position == pair.second;
    };
    if (std::ranges::none_of(result, same)) result.push_back({pair.in, pair.second});
  }
  return result;
}

// ---- What becomes of it.

Decision unchanged(const Case& it, Outcome outcome, Reason reason) {
  Decision result;
  result.outcome = outcome;
  result.sync = it.user.sync;
  result.evidence.reason = reason;
  return result;
}

/// Refused; nothing is used up, charged or cleared.
Decision untouched(const Case& it, Reason reason) {
  Decision result = unchanged(it, Outcome::refused, reason);
  if (reason != Reason::already_used) return result;
  for (const Sighting& one : it.sightings) {
    if (!one.at_high_water) continue;
    result.evidence.token = one.token->id;
    result.evidence.position = one.token->progress.next.moved(-1);
    if (!one.token->progress.used.empty()) {
      result.evidence.when = one.token->progress.used.back().at;
    }
  }
  return result;
}

Decision paused(const Case& it, WallTime until) {
  Decision result = unchanged(it, Outcome::refused, Reason::too_many_attempts);
  result.evidence.when = until;
  return result;
}

/// Notes where the newest code was found.
void describe(Evidence& evidence, const Case& it, const Find& find) {
  const Token& token = *find.in->token;
  evidence.token = token.id;
  evidence.position = find.position;
  evidence.old_next = token.progress.next;
  evidence.off = distance(expected_position(token, it.attempt.at.wall), find.position);
}

/// Lets in: `positions` are used up, the clock becomes `clock`.
Decision let_in(const Case& it, Outcome outcome, const Sighting& in,
                std::span<const Position> positions, const ClockFix& clock) {
  const Token& token = *in.token;
  Decision result = unchanged(it, outcome, Reason::none);
  result.sync = after_success(std::move(result.sync), it.attempt.source);
  describe(result.evidence, it, {&in, positions.back()});
  Progress progress = consumed(token.progress, positions, it.attempt.at.wall);
  if (token.spec.kind == TokenKind::totp) {
    result.evidence.offset_before = predicted_offset(token.progress);
    result.evidence.offset_after = clock.offset;
    progress.clock = clock;
  }
  result.moves.push_back({token.id, std::move(progress), token.status});
  return result;
}

Decision accept(const Case& it, const Find& find) {
  const Position positions[] = {find.position};
  return let_in(it, Outcome::accepted, *find.in, positions,
                after_single(*find.in->token, find.position, it.attempt.at));
}

Decision accept_pair(const Case& it, const Pair& pair) {
  const Position positions[] = {pair.first, pair.second};
  return let_in(it, Outcome::accepted_resynced, *pair.in, positions,
                after_pair(pair.in->token->spec, pair.second, it.attempt.at));
}

/// The tokens of `finds` with these positions spent as single codes; nullopt when one of them has
/// no room for that.
std::optional<std::vector<TokenMove>> spend_as_singles(const Case& it, const Finds& finds) {
  std::vector<TokenMove> moves;
  for (const Find& find : finds) {
    const Token& token = *find.in->token;
    auto move = std::ranges::find(moves, token.id, &TokenMove::token);
    if (move == moves.end()) {
      Progress progress = token.progress;
      // Only for room: a clock that is put back brings the zone back over what it had passed.
      if (progress.remembered.size() + finds.size() > Progress::kRememberedMax) {
        forget_passed(progress, find.in->zones.in_step.first);
      }
      move = moves.insert(moves.end(), {token.id, std::move(progress), token.status});
    }
    if (!remember(move->progress, find.position, it.attempt.at)) return std::nullopt;
  }
  return moves;
}

/// "Next code": these places wait for the code that follows one of them. nullopt when there are
/// none, or no room to remember them.
std::optional<Decision> ask_for_next(const Case& it, const Finds& finds) {
  if (finds.empty()) return std::nullopt;
  auto moves = spend_as_singles(it, finds);
  if (!moves) return std::nullopt;
  Decision result = unchanged(it, Outcome::next_code, Reason::next_code);
  result.moves = *std::move(moves);
  Slot slot{.source = it.attempt.source, .at = it.attempt.at};
  for (const Find& find : finds) slot.candidates.push_back({find.in->token->id, find.position});
  put_slot(result.sync.slots, std::move(slot));
  describe(result.evidence, it, finds.front());
  return result;
}

Decision same_answer_again(const Case& it) {
  return unchanged(it, Outcome::next_code, Reason::next_code);
}

/// The first code in the state two_codes, right or wrong: a wrong one leaves a slot that no second
/// code can complete.
Decision take_as_first(const Case& it) {
  if (auto asked = ask_for_next(it, usable_as_first(it))) return *std::move(asked);
  Decision result = unchanged(it, Outcome::next_code, Reason::next_code);
  put_slot(result.sync.slots, {.source = it.attempt.source, .at = it.attempt.at});
  return result;
}

MissKind kind_of_miss(const Case& it) {
  const bool slip = std::ranges::any_of(
      it.sightings, [](const Sighting& one) { return one.closed == Reason::none && one.slip; });
  return slip ? MissKind::slip : MissKind::guess;
}

/// Refused as an attempt that was evaluated: the slot of the source goes.
Decision refuse(const Case& it) {
  Decision result = unchanged(it, Outcome::refused, Reason::no_match);
  erase_slot(result.sync.slots, it.attempt.source);
  const std::vector<Pair> pairs = found_pairs(it);
  const Finds finds = found_anywhere(it);
  if (!pairs.empty()) {
    result.evidence.reason = Reason::implausible_jump;
    describe(result.evidence, it, {pairs.front().in, pairs.front().second});
  } else if (!finds.empty()) {
    const bool answered_before = !is_unspent(finds.front());
    result.evidence.reason = answered_before ? Reason::same_code : Reason::outside_window;
    describe(result.evidence, it, finds.front());
  }
  return result;
}

Decision miss(const Case& it) {
  Decision result = refuse(it);
  result.sync = after_miss(std::move(result.sync), it.bucket, it.trial, kind_of_miss(it));
  return result;
}

Decision failed_pair(const Case& it) {
  Decision result = refuse(it);
  result.sync = after_failed_pair(std::move(result.sync), it.bucket, it.trial, kind_of_miss(it));
  return result;
}

/// A wrong PIN or password with a right code: somebody holds the token. The code is used up, the
/// tries are counted, and in the end the token is suspended. With a wrong code it is noise.
Decision judge_wrong_factor(const Case& it) {
  Decision result = unchanged(it, Outcome::refused, Reason::wrong_factor);
  const Finds in_step = found_in_step(it);
  const auto found = std::ranges::find_if(in_step, is_unspent);
  if (found == in_step.end()) return result;

  const Token& token = *found->in->token;
  const Position positions[] = {found->position};
  TokenMove move{token.id, consumed(token.progress, positions, it.attempt.at.wall), token.status};
  result.sync = after_factor_failure(std::move(result.sync), it.attempt.at);
  if (result.sync.factor_failures.in_row >= kFactorFailuresMax) {
    move.status = TokenStatus::suspended;
    result.sync.factor_failures = {};
    result.evidence.suspended.push_back(token.id);
  }
  describe(result.evidence, it, *found);
  result.moves.push_back(std::move(move));
  return result;
}

}  // namespace
}  // namespace lockstep
