// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "core/model/code.h"
#include "core/model/ids.h"
#include "core/model/reason.h"

namespace lockstep {

/// What was found out about an attempt: for audit, operators and the scope "diagnose". Never for
/// the caller of /authenticate. Holds positions, never codes.
struct Evidence {
  Reason reason = Reason::none;
  std::optional<TokenId> token;         ///< the one that decided
  std::optional<Position> position;     ///< where its newest code was found
  std::optional<Position> old_next;     ///< the token's next position before
  std::optional<std::int64_t> off;      ///< positions from the expected one; positive = ahead
  std::optional<std::int64_t> gap;      ///< not_consecutive: positions between the two codes
  std::optional<Micros> offset_before;  ///< time tokens: the clock's offset, before and after
  std::optional<Micros> offset_after;
  std::optional<WallTime> when;           ///< already_used: when; clock_set_back: works again at;
                                          ///< too_many_attempts: try again at
  std::optional<CodeSpec> fits;           ///< wrong_parameters: what would match
  std::string seed_reading;               ///< wrong_seed_encoding: "base32 read as hex"
  std::optional<std::uint64_t> searched;  ///< no_match: how many positions were looked at
  std::vector<Position> places;           ///< one_more_code: the positions that fit
  bool implausible = false;               ///< accepted on purpose although the clock cannot have
                                          ///< moved so far
  bool ahead_warning = false;             ///< a software clock more than an hour ahead
  std::vector<TokenId> locked;            ///< tokens locked by this attempt
  std::optional<TokenId> found;           ///< a lost token that was used, and is lost no more
  bool temporary = false;                 ///< decided about a temporary code
};

}  // namespace lockstep
