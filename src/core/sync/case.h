// SPDX-License-Identifier: Apache-2.0
// One attempt with everything that the rules of core/sync/attempt.cc ask about it: pure questions,
// no decision. Internal to this folder.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "core/model/reason.h"
#include "core/policy/budget.h"
#include "core/sync/attempt.h"
#include "core/sync/sighting.h"

namespace lockstep {

/// A place where the typed code is shown.
struct Find {
  const Sighting* in;
  Position position;
};
using Finds = std::vector<Find>;

/// Two codes of one token that follow each other.
struct FoundPair {
  const Sighting* in;
  Position first;
  Position second;
};
using FoundPairs = std::vector<FoundPair>;

/// Refers to what it was made from, which has to outlive it.
struct Case {
  const UserView& user;
  const Attempt& attempt;
  const Policy& policy;
  Factor factor;
  std::vector<Sighting> sightings;  ///< of all tokens, the closed ones too
  const Slot* slot;                 ///< of this source, however old; or null
  bool slot_fresh;
  std::uint32_t bucket;
  Trial trial;
};

/// Compares all codes of all zones of all tokens, before anything is decided.
[[nodiscard]] Case look_at_everything(const UserView& user, const Attempt& attempt,
                                      const Policy& policy);

/// Why nothing of this attempt may count, if so: nothing is used up or charged then.
[[nodiscard]] Reason gate(const Case& it);

/// Until when pairs are refused unevaluated, after pairs that failed.
[[nodiscard]] std::optional<WallTime> asked_to_wait(const Case& it);

/// The code is the one used last.
[[nodiscard]] bool is_at_high_water(const Case& it);

/// Not answered by "next code" before, so that it may still count alone.
[[nodiscard]] bool is_unspent(const Find& find);

/// A gateway that sends the same log-in twice gets the same answer twice.
[[nodiscard]] bool is_same_again(const Case& it);

/// The attempt is the second half of a pair, or a whole one in one field.
[[nodiscard]] bool was_second_code(const Case& it);

/// Where the single code is shown: in step, but for a token behind a fence, of which no single code
/// counts; where it may begin a pair; anywhere that was searched.
[[nodiscard]] Finds found_in_step(const Case& it);
[[nodiscard]] Finds usable_as_first(const Case& it);
[[nodiscard]] Finds found_anywhere(const Case& it);

/// What was answered by "next code" counts again only while it stands in the slot that it was put
/// into. Without this a prompt would tell a guesser a code to try second codes against until one
/// fits; so each prompt is good for one.
[[nodiscard]] Finds usable(const Case& it, const Finds& finds);

/// Pairs typed into one field.
[[nodiscard]] FoundPairs pairs_in_one_field(const Case& it);

/// Those, and pairs of this code with the ones that the source's last attempt left.
[[nodiscard]] FoundPairs found_pairs(const Case& it);

/// The pairs of `pairs` that count: a clock that cannot have moved so far is for the portal to set.
[[nodiscard]] FoundPairs plausible(const Case& it, FoundPairs pairs);

/// The second codes of `pairs`, each place once.
[[nodiscard]] Finds seconds_of(const FoundPairs& pairs);

}  // namespace lockstep
