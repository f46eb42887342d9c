// SPDX-License-Identifier: Apache-2.0
#include "core/sync/attempt.h"

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "core/policy/budget.h"
#include "core/sync/case.h"
#include "core/sync/clock_model.h"
#include "core/sync/progress.h"
#include "core/sync/slots.h"
#include "core/sync/temporary.h"

namespace lockstep {
namespace {

Decision judge_code(const Case& it);
Decision judge_pair(const Case& it);
Decision judge_wrong_factor(const Case& it);
std::optional<Decision> judge_temporary(const Case& it);
Decision untouched(const Case& it, Reason reason);
Decision paused(const Case& it, WallTime until);

}  // namespace

Decision decide(const UserView& user, const Attempt& attempt, const Policy& policy) {
  // All codes are compared before anything is decided, so that the time tells nothing.
  const Case it = look_at_everything(user, attempt, policy);

  if (auto temporary = judge_temporary(it)) return *std::move(temporary);
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

Decision accept(const Case& it, const Find& find);
Decision accept_pair(const Case& it, const FoundPair& pair);
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

  const FoundPairs pairs = plausible(it, found_pairs(it));
  if (pairs.size() == 1) return accept_pair(it, pairs.front());
  if (!pairs.empty()) return ask_for_next(it, seconds_of(pairs)).value_or(miss(it));
  // A pair, but its clock cannot have moved so far: another prompt would lead nowhere.
  if (!found_pairs(it).empty()) return miss(it);
  return ask_for_next(it, usable_as_first(it)).value_or(miss(it));
}

/// State two_codes: only a pair lets in, and every first code gets the same answer.
Decision judge_pair(const Case& it) {
  if (is_same_again(it)) return same_answer_again(it);

  const FoundPairs pairs = plausible(it, found_pairs(it));
  if (pairs.size() == 1) return accept_pair(it, pairs.front());
  if (!pairs.empty()) return ask_for_next(it, seconds_of(pairs)).value_or(failed_pair(it));
  return was_second_code(it) ? failed_pair(it) : take_as_first(it);
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

/// One code from there lets in, and one from a step further would not.
bool is_at_edge(const Case& it, const Sighting& in, std::int64_t off) {
  if (in.token->spec.kind != TokenKind::totp) return false;
  const Policy& policy = in.own != nullptr ? *in.own : it.policy;
  const std::int64_t edge = time_zones(policy, in.token->form).accept;
  return edge > 0 && std::abs(off) >= edge;
}

/// Lets in: `positions` are used up, the clock becomes `clock`.
Decision let_in(const Case& it, Outcome outcome, const Sighting& in,
                std::span<const Position> positions, const ClockFix& clock) {
  const Token& token = *in.token;
  Decision result = unchanged(it, outcome, Reason::none);
  result.sync = after_success(std::move(result.sync), it.attempt.source);
  describe(result.evidence, it, {&in, positions.back()});
  Progress progress = consumed(token.progress, positions, it.attempt.at.wall);
  if (token.spec.kind == TokenKind::totp && !in.clock_doubted) {
    result.evidence.offset_before = predicted_offset(token.progress);
    result.evidence.offset_after = clock.offset;
    progress.clock = clock;
  }
  const bool single = outcome == Outcome::accepted;
  if (single && is_at_edge(it, in, *result.evidence.off)) progress.sync = SyncState::drifting;
  TokenStatus status = token.status;
  if (status == TokenStatus::lost) {
    // It is back: what stood in for it ends.
    status = TokenStatus::enabled;
    result.sync.temporary.reset();
    result.evidence.found = token.id;
  }
  result.moves.push_back({token.id, std::move(progress), status});
  return result;
}

Decision accept(const Case& it, const Find& find) {
  const Position positions[] = {find.position};
  return let_in(it, Outcome::accepted, *find.in, positions,
                after_single(*find.in->token, find.position, it.attempt.at));
}

Decision accept_pair(const Case& it, const FoundPair& pair) {
  const Position positions[] = {pair.first, pair.second};
  Decision result = let_in(it, Outcome::accepted_resynced, *pair.in, positions,
                           after_pair(pair.in->token->spec, pair.second, it.attempt.at));
  unfence(result.moves.front().progress);
  return result;
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

/// Notes in the token that its code was found where one code is not enough.
void mark_if_out_of_step(const Find& find, std::vector<TokenMove>& moves) {
  const Token& token = *find.in->token;
  if (find.in->zones.in_step.contains(find.position)) return;
  auto move = std::ranges::find(moves, token.id, &TokenMove::token);
  if (move == moves.end()) {
    if (token.progress.sync == SyncState::out_of_sync) return;
    move = moves.insert(moves.end(), {token.id, token.progress, token.status});
  }
  move->progress.sync = SyncState::out_of_sync;
}

/// "Next code": these places wait for the code that follows one of them. nullopt when there are
/// none, or no room to remember them.
std::optional<Decision> ask_for_next(const Case& it, const Finds& finds) {
  if (finds.empty()) return std::nullopt;
  auto moves = spend_as_singles(it, finds);
  if (!moves) return std::nullopt;
  Decision result = unchanged(it, Outcome::next_code, Reason::next_code);
  result.moves = *std::move(moves);
  for (const Find& find : finds) mark_if_out_of_step(find, result.moves);
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
  const FoundPairs pairs = found_pairs(it);
  const Finds finds = found_anywhere(it);
  if (!pairs.empty()) {
    const Find newest{pairs.front().in, pairs.front().second};
    result.evidence.reason = Reason::implausible_jump;
    describe(result.evidence, it, newest);
    mark_if_out_of_step(newest, result.moves);
  } else if (!finds.empty()) {
    const bool answered_before = !is_unspent(finds.front());
    result.evidence.reason = answered_before ? Reason::same_code : Reason::outside_window;
    describe(result.evidence, it, finds.front());
    if (!answered_before) mark_if_out_of_step(finds.front(), result.moves);
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

/// The token is in the wrong hands: the codes at `positions` are used up, the tries are counted,
/// and in the end the token is locked.
Decision held_by_another(const Case& it, const Sighting& in, std::span<const Position> positions) {
  Decision result = unchanged(it, Outcome::refused, Reason::wrong_factor);
  const Token& token = *in.token;
  TokenMove move{token.id, consumed(token.progress, positions, it.attempt.at.wall), token.status};
  result.sync = after_factor_failure(std::move(result.sync), it.attempt.at);
  if (result.sync.factor_failures.in_row >= kFactorFailuresMax) {
    move.status = TokenStatus::locked;
    result.sync.factor_failures = {};
    result.evidence.locked.push_back(token.id);
  }
  describe(result.evidence, it, {&in, positions.back()});
  result.moves.push_back(std::move(move));
  return result;
}

/// A wrong PIN or password. With a code in step, or a pair, somebody holds the token. A single code
/// further off may be chance, so that it counts nothing; but it is spent, since a right PIN would
/// have been answered by a prompt: the same code would tell any number of PINs apart. With any
/// other code it is noise.
Decision judge_wrong_factor(const Case& it) {
  const Finds in_step = found_in_step(it);
  if (const auto found = std::ranges::find_if(in_step, is_unspent); found != in_step.end()) {
    const Position positions[] = {found->position};
    return held_by_another(it, *found->in, positions);
  }
  const FoundPairs pairs = plausible(it, pairs_in_one_field(it));
  if (!pairs.empty()) {
    const Position positions[] = {pairs.front().first, pairs.front().second};
    return held_by_another(it, *pairs.front().in, positions);
  }
  Decision result = unchanged(it, Outcome::refused, Reason::wrong_factor);
  Finds unspent = usable_as_first(it);
  std::erase_if(unspent, [](const Find& find) { return !is_unspent(find); });
  result.moves = spend_as_singles(it, unspent).value_or(std::vector<TokenMove>());
  return result;
}

Decision accept_temporary(const Case& it, std::size_t which) {
  Decision result = unchanged(it, Outcome::accepted, Reason::none);
  result.sync = after_temporary(after_success(std::move(result.sync), it.attempt.source), which);
  return result;
}

/// A temporary code under a wrong PIN: somebody holds the slip of paper. One that works once has
/// worked.
Decision temporary_held_by_another(const Case& it, std::size_t which) {
  Decision result = unchanged(it, Outcome::refused, Reason::wrong_factor);
  result.sync = after_temporary(after_factor_failure(std::move(result.sync), it.attempt.at), which);
  return result;
}

/// nullopt: not about temporary codes. While the account wants two codes a temporary one, which is
/// one, does not do; it is looked at no more, so that guesses at it cost what guesses cost.
std::optional<Decision> judge_temporary(const Case& it) {
  if (!is_open(it.user.sync.temporary, it.attempt.at.wall)) return std::nullopt;
  const Reason closed = gate(it);
  if (closed == Reason::malformed || closed == Reason::user_disabled ||
      closed == Reason::no_group || factor_paused_until(it.user.sync, it.attempt.at)) {
    return std::nullopt;
  }
  const auto which = temporary_typed(it.attempt);
  const bool open = escalation(it.user.sync, it.policy, it.bucket, it.trial) == Escalation::open;
  std::optional<Decision> result;
  if (which && it.factor == Factor::wrong) {
    result = temporary_held_by_another(it, *which);
  } else if (which && open) {
    result = accept_temporary(it, *which);
  } else if (closed != Reason::none && it.factor != Factor::wrong &&
             is_like_temporary(it.attempt)) {
    // No token charges for it, so it is charged here: a guess at a temporary code.
    result = open ? miss(it) : untouched(it, Reason::locked);
  }
  if (result) result->evidence.temporary = true;
  return result;
}

}  // namespace
}  // namespace lockstep
