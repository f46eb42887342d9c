// SPDX-License-Identifier: Apache-2.0
// Codes given on purpose, to bring a token back into step, and what to say when that fails.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "core/sync/attempt.h"

namespace lockstep {

/// Who vouches for the request, and so how far it may reach.
enum class ResyncAuthority {
  self_service,   ///< the owner, after another sign-in method: zone "explicit"
  operator_,      ///< an operator: zone "explicit"
  administrator,  ///< an operator with permission and a reason: zone "admin"
};

/// One typed code and when the server got it. Text that is no code of the token's length has no
/// value here and `reason` says which of malformed, wrong_length it is.
struct GivenCode {
  std::optional<Code> code;
  Reason reason = Reason::none;
  Instant at;
};

struct ResyncRequest {
  std::vector<GivenCode> codes;     ///< two or three, in the order given; with `counter` one
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
[[nodiscard]] ResyncDecision resync(const TokenView& token, const Secret& seed,
                                    const UserSync* owner, const ResyncRequest& request,
                                    const Policy& policy);

/// A dry run of one code: what `decide` would find, in words, with nothing moved but the resync
/// budget of the token when it is wrong.
[[nodiscard]] ResyncDecision test_code(const TokenView& token, const Secret& seed,
                                       const GivenCode& code, const Policy& policy);

/// When a token paused by failed resynchronisations may be tried again; nullopt when now.
[[nodiscard]] std::optional<WallTime> paused_until(const ResyncFailures& failures,
                                                   const Instant& now);

}  // namespace lockstep
