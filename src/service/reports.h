// SPDX-License-Identifier: Apache-2.0
// Questions about what happened and about what needs somebody's attention. All read, none writes.
// A caller of narrow scope asks about one user or one token: service/scoped_store.h.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.h"
#include "ports/store.h"
#include "service/services.h"

namespace lockstep {

/// Kinds of event that are read together.
enum class EventTopic {
  sign_ins,  ///< each decision about somebody who wanted in
  resyncs,   ///< each time a token was brought back into step, or was not, whoever tried
  changes,   ///< each change of a user, a token, a group or of the service
};

/// The stable name: "sign_ins".
[[nodiscard]] std::string_view name_of(EventTopic topic);
[[nodiscard]] std::optional<EventTopic> parse_event_topic(std::string_view name);

/// What belongs to it, in the order of EventKind.
[[nodiscard]] std::vector<EventKind> kinds_of(EventTopic topic);

/// From `since` to before `until`.
struct ReportSpan {
  WallTime since;
  WallTime until;
};

/// What a report looks at when nobody says.
inline constexpr Seconds kReportSpan{30 * 86'400};

/// Whom or what a report is about; neither: everybody.
struct ReportAbout {
  std::optional<UserName> user;
  std::optional<Serial> serial;
};

/// How often what happened, by kind, reason and actor, those of `topic` only. Permission:
/// reports_read. Errors: invalid_input, for a span that ends before it begins; for a caller of
/// narrow scope not_allowed and not_found.
[[nodiscard]] Result<std::vector<AuditCount>> count_events(Services& services, EventTopic topic,
                                                           const ReportAbout& about,
                                                           const ReportSpan& span);

/// What one user did in the last 30 days.
struct UserMetrics {
  ReportSpan span;
  std::uint64_t accepted = 0;           ///< sign-ins, those that brought a token into step included
  std::uint64_t accepted_resynced = 0;  ///< of these, the ones that brought a token into step
  std::uint64_t next_code = 0;          ///< answered by "and the next code, please"
  std::uint64_t refused = 0;
  std::vector<AuditCount> refused_by_reason;  ///< the most frequent first
  std::uint64_t resyncs = 0;                  ///< by the user or by an operator, that succeeded
  std::optional<WallTime> last_accepted;
  std::optional<WallTime> last_refused;
};

/// Permission: reports_read. Errors: not_found.
[[nodiscard]] Result<UserMetrics> user_metrics(Services& services, const Context& context,
                                               const UserName& name);

/// Something that an administrator may want to look after. Each is also a filter of a list.
enum class Attention {
  users_without_token,
  users_without_group,
  users_disabled,
  users_missing,      ///< three misses in a row, or more
  tokens_never_used,  ///< somebody's
  tokens_ending,      ///< enabled, and their last day is within 30 days or over
  tokens_lost,
  tokens_faulty,
  tokens_locked,  ///< by the server
  tokens_suspended,
};

/// The stable name: "users_without_token".
[[nodiscard]] std::string_view name_of(Attention what);

struct AttentionCount {
  Attention what = Attention::users_without_token;
  std::uint64_t count = 0;
};

/// How many there are of each, in the order of Attention. Within the caller's scope.
/// Permission: reports_read.
[[nodiscard]] Result<std::vector<AttentionCount>> count_attention(Services& services,
                                                                  const Context& context);

/// The query of the list behind a number: users' for the first four, tokens' for the others.
[[nodiscard]] std::variant<UserQuery, TokenQuery> query_of(Attention what, WallTime now);

/// From how many misses in a row on somebody is worth a look: the fourth is no mistyped code.
inline constexpr std::uint32_t kMissesWorthALook = 3;
/// How long ahead a token's end is announced.
inline constexpr Seconds kEndingWithin{30 * 86'400};

}  // namespace lockstep
