// SPDX-License-Identifier: Apache-2.0
// Bringing a token back into step on purpose: by an operator or an API client, with codes the
// user reads out.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.h"
#include "core/model/names.h"
#include "core/sync/resync.h"
#include "service/services.h"

namespace lockstep {

/// How far to look.
enum class ResyncReach {
  explicit_,  ///< the zone "explicit"
  admin,      ///< the zone "admin": needs the permission tokens_resync_admin and a written reason
};

/// How an operator made sure that it is the owner who asks.
enum class CallerVerified {
  call_back,  ///< called at the number that is known
  manager,    ///< somebody known vouched for them
  question,   ///< asked what only they know
  in_person,
};

/// The stable name: "call_back".
[[nodiscard]] std::string_view name_of(CallerVerified how);
[[nodiscard]] std::optional<CallerVerified> parse_caller_verified(std::string_view name);

struct ResyncInput {
  Serial serial;
  std::vector<std::string> codes;        ///< as typed: two or three; one with `counter`
  std::optional<std::uint64_t> counter;  ///< the counter value that a display card shows
  ResyncReach reach = ResyncReach::explicit_;
  std::string note;  ///< the operator's reason, for the audit: at most kNoteBytesMax
  std::optional<CallerVerified> caller_verified = {};  ///< for the audit
};
inline constexpr std::size_t kNoteBytesMax = 512;

/// The token is in step again.
struct ResyncSuccess {
  TokenKind kind = TokenKind::hotp;  ///< hotp: `moved` counts codes; totp: steps
  Moved moved;
  std::optional<Micros> offset_before;  ///< time tokens: how far the clock was and is off,
  std::optional<Micros> offset_after;   ///< positive when fast
};

/// It is not, and why.
struct ResyncRefusal {
  Reason reason = Reason::none;
  std::uint32_t attempts_left = 0;     ///< before the token is paused
  std::optional<WallTime> retry_at;    ///< too_many_attempts, clock_set_back: not before
  std::optional<Evidence> evidence{};  ///< only for callers with the permission diagnose
};
using ResyncAnswer = std::variant<ResyncSuccess, ResyncRefusal>;

/// Looks for the codes and moves the token. While the server's clock is in doubt a time token is
/// refused as clock_unhealthy, uncounted, here and in `test_token`. Permission: tokens_resync.
/// Errors: not_found; not_allowed, for ResyncReach::admin without the permission, and without
/// `caller_verified` where the owner's policy asks an operator for it (resync.caller_verified);
/// invalid_input, when the zone "admin" comes without a note, or the number of codes is wrong.
[[nodiscard]] Result<ResyncAnswer> resynchronise(Services& services, const Context& context,
                                                 const ResyncInput& input);

/// A dry run of one code: says whether it would sign in or how far off it is, and moves nothing but
/// the token's budget of tries. A success says where the code was found.
/// Permission: tokens_resync and diagnose. Errors: not_found.
[[nodiscard]] Result<ResyncAnswer> test_token(Services& services, const Context& context,
                                              const Serial& serial, const std::string& code);

}  // namespace lockstep
