// SPDX-License-Identifier: Apache-2.0
#include "core/sync/case.h"

#include <algorithm>
#include <utility>

#include "core/sync/clock_model.h"
#include "core/sync/pair.h"
#include "core/sync/progress.h"
#include "core/sync/slots.h"
#include "core/sync/temporary.h"

namespace lockstep {
namespace {

Trial trial_of(const Attempt& attempt, Factor factor) {
  const RowOf row_of = factor == Factor::none ? RowOf::source : RowOf::user;
  return {attempt.source, row_of, attempt.at};
}

std::uint32_t bucket_of(const std::vector<Sighting>& sightings, const Policy& policy) {
  std::vector<TokenShape> shapes;
  for (const Sighting& one : sightings) {
    if (one.closed == Reason::none) {
      shapes.push_back({one.token->spec, one.token->form, one.own});
    }
  }
  return bucket_size(policy, shapes);
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

/// Pairs of this code with the ones that the source's last attempt left.
FoundPairs pairs_with_slot(const Case& it) {
  FoundPairs result;
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

}  // namespace

Case look_at_everything(const UserView& user, const Attempt& attempt, const Policy& policy) {
  std::vector<Sighting> sightings;
  const bool found_again = may_be_found(user.sync.temporary, attempt.at.wall);
  for (const TokenView& view : user.tokens) {
    sightings.push_back(look(view, attempt, policy));
    Sighting& last = sightings.back();
    if (last.closed == Reason::lost && found_again) last.closed = Reason::none;
  }
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

bool is_unspent(const Find& find) {
  return !is_remembered(find.in->token->progress, find.position);
}

Finds usable(const Case& it, const Finds& finds) {
  Finds result;
  for (const Find& find : finds) {
    if (is_unspent(find) || is_candidate(it.slot, find)) result.push_back(find);
  }
  return result;
}

Finds found_in_step(const Case& it) {
  Finds result =
      finds_where(it, [](const Zones& zones, Position at) { return zones.in_step.contains(at); });
  std::erase_if(result, [](const Find& find) { return find.in->token->progress.fenced; });
  return result;
}

Finds usable_as_first(const Case& it) { return usable(it, finds_where(it, may_begin_pair)); }

Finds found_anywhere(const Case& it) {
  return finds_where(it, [](const Zones&, Position) { return true; });
}

bool is_same_again(const Case& it) {
  if (!it.slot_fresh) return false;
  return std::ranges::any_of(found_anywhere(it),
                             [&](const Find& find) { return is_candidate(it.slot, find); });
}

bool was_second_code(const Case& it) {
  return it.slot_fresh || std::ranges::any_of(it.sightings, &Sighting::two_typed);
}

FoundPairs pairs_in_one_field(const Case& it) {
  FoundPairs result;
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

FoundPairs found_pairs(const Case& it) {
  FoundPairs result = pairs_with_slot(it);
  for (const FoundPair& pair : pairs_in_one_field(it)) result.push_back(pair);
  return result;
}

FoundPairs plausible(const Case& it, FoundPairs pairs) {
  std::erase_if(pairs, [&](const FoundPair& pair) {
    const Policy& policy = pair.in->own != nullptr ? *pair.in->own : it.policy;
    return !is_plausible(*pair.in->token, pair.second, it.attempt.at, policy);
  });
  return pairs;
}

Finds seconds_of(const FoundPairs& pairs) {
  Finds result;
  for (const FoundPair& pair : pairs) {
    const auto same = [&](const Find& find) {
      return find.in == pair.in && find.position == pair.second;
    };
    if (std::ranges::none_of(result, same)) result.push_back({pair.in, pair.second});
  }
  return result;
}

}  // namespace lockstep
