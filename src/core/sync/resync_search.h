// SPDX-License-Identifier: Apache-2.0
// The one search behind explicit resynchronisation and its diagnosis: codes that follow each other,
// and where they may lie.
#pragma once

#include <span>
#include <vector>

#include "core/code/code_book.h"
#include "core/sync/resync.h"
#include "core/sync/zones.h"

namespace lockstep {

/// Where codes were found, in the order they were given.
using Chain = std::vector<Position>;

/// Positions that each of several codes may have, in the order the codes were given.
using Places = std::vector<std::vector<Position>>;

/// Every position of `run` that shows `code`. The work does not depend on what is found: one code
/// per position, about a quarter of a microsecond each.
[[nodiscard]] std::vector<Position> find_code(CodeBook& book, const PositionRun& run, Code code);

/// Every way to take one position from each list so that neighbours are at pair distance.
[[nodiscard]] std::vector<Chain> join(const CodeSpec& spec, std::span<const GivenCode> codes,
                                      const Places& places);

/// Every way in which `codes`, all well-formed, lie in `run`, each at pair distance from the one
/// before. A single code gives chains of one. All are kept, because a code alone often shows up in
/// a second place: a search that settles for the first hit brings a token that is 10 hours slow to
/// the wrong hour.
[[nodiscard]] std::vector<Chain> find_chains(CodeBook& book, const PositionRun& run,
                                             std::span<const GivenCode> codes);

/// A zone that an explicit resynchronisation may reach, around one centre.
struct SearchZone {
  Position centre;     ///< event: the very next code, or the counter typed; time: the server's
                       ///< step when the newest code was given
  PositionRun newest;  ///< where the newest code must lie
  PositionRun codes;   ///< where all codes lie if the newest does; above high water
  Seconds t0;          ///< time tokens: from when this zone counts
};

/// The zones of `request`. Event tokens have one. Time tokens have one too, unless they were never
/// used: then nobody knows from when they count, and T0 may be the stored one, 1970 or 2000. For a
/// used token the stored offset of its clock tells which: a token that counts from another T0 than
/// stored is kept as one whose clock is decades off, and everything else follows from that.
[[nodiscard]] std::vector<SearchZone> search_zones(const Token& token, const ResyncRequest& request,
                                                   const Policy& policy);

/// All chains that end where `zone` wants the newest code. Not at the very last position that can
/// be stored: a token that got there is spent.
[[nodiscard]] std::vector<Chain> find_in_zone(CodeBook& book, const SearchZone& zone,
                                              std::span<const GivenCode> codes);

/// The server's step at `time` for a token that counts from `t0`.
[[nodiscard]] Position server_step(CodeSpec spec, Seconds t0, WallTime time);

/// How many positions the newest of `codes` may lie behind the first.
[[nodiscard]] std::int64_t span_of(const CodeSpec& spec, std::span<const GivenCode> codes);

/// T0 of SecurID and of tokens that follow it: 2000-01-01.
inline constexpr Seconds kMillennium{946'684'800};

}  // namespace lockstep
