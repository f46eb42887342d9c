// SPDX-License-Identifier: Apache-2.0
// Codes given on purpose, to bring a token back into step, and what to say when that fails.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "core/sync/attempt.h"

namespace lockstep {

/// Who vouches for the request, and so how far it may reach.
enum class ResyncAuthority {
  self_service,   ///< the owner, after another sign-in method: zone "explicit"
  operator_,      ///< an operator: zone "explicit"
  administrator,  ///< an operator with permission and a reason: zone "admin"
};

/// One typed code and when the server got it. `given_code` makes it.
struct GivenCode {
  std::optional<Code> code;      ///< none: no code of any token
  std::optional<Digits> digits;  ///< how many were typed; other than the token's: wrong_length
  Reason reason = Reason::none;  ///< malformed, wrong_length, or none: a code of the token's form
  Instant at;
};

/// Reads `typed` as a code of a token that shows `digits` digits. Blanks around it, and blanks and
/// hyphens between digits, do not count. A well-formed code of another length keeps its value, so
/// that a token imported with the wrong number of digits can be told from a slip.
[[nodiscard]] GivenCode given_code(std::string_view typed, Digits digits, const Instant& at);

struct ResyncRequest {
  std::vector<GivenCode> codes;     ///< two or three, in the order given; with `counter` one
                                    ///< is enough. Codes of the same time were given at once and
                                    ///< must be neighbours.
  std::optional<Position> counter;  ///< event tokens: the counter value read from the display
  ResyncAuthority authority = ResyncAuthority::operator_;
  Instant at;
};

enum class Direction { none, ahead, behind };

/// How far the token had to be moved.
struct Moved {
  std::uint64_t amount = 0;  ///< codes (event: skipped) or whole steps (time: from server time
                             ///< as it was believed, that is from the expected step)
  Direction direction = Direction::none;
  std::optional<Seconds> seconds;  ///< time tokens: the same in seconds
};

struct ResyncDecision {
  std::optional<Moved> moved;     ///< success
  Reason reason = Reason::none;   ///< failure, or one_more_code
  std::optional<TokenMove> move;  ///< the token's new state: success, or a charged failure
  std::optional<UserSync> sync;   ///< the owner's new state, where it changed
  Evidence evidence;
  std::uint32_t attempts_left = 0;  ///< before the next pause
};

/// Decides an explicit resynchronisation of `token`. `owner` is null where the token has none.
/// `seed` is needed only to say why it failed. Pure, as `decide`.
///
/// Exactly one way for the codes to follow each other in the zone moves the token; several ask for
/// one more code, which is no failure. Success uses up all codes shown, sets the clock, ends the
/// misses in a row (never the year's bucket), clears the owner's slots, and so opens `disabled`.
/// Each failed search counts against the token's own budget, never the log-in's: five, then a pause
/// of 15 minutes that doubles to 24 hours, until a success. Requests refused for their form or the
/// token's state cost nothing.
[[nodiscard]] ResyncDecision resync(const TokenView& token, const Secret& seed,
                                    const UserSync* owner, const ResyncRequest& request,
                                    const Policy& policy);

/// A dry run of one code: what `decide` would find, in words, with nothing moved but the resync
/// budget of the token when the code is wrong. Success: it would sign in, and `moved` says how far
/// it lies from where it was expected. `next_code`: it would with the next one. `already_used`: it
/// is right and was spent. All others cost a try. Needs no owner: tokens in stock are tested too.
[[nodiscard]] ResyncDecision test_code(const TokenView& token, const GivenCode& code,
                                       const Policy& policy);

/// Failures that are left before the next pause; 0 while paused.
[[nodiscard]] std::uint32_t attempts_left(const ResyncFailures& failures, const Instant& now);

/// When a token paused by failed resynchronisations may be tried again; nullopt when now.
[[nodiscard]] std::optional<WallTime> paused_until(const ResyncFailures& failures,
                                                   const Instant& now);

}  // namespace lockstep
