// SPDX-License-Identifier: Apache-2.0
#include "service/reports.h"

#include <algorithm>
#include <array>
#include <span>
#include <utility>

namespace lockstep {

namespace {

constexpr std::array<std::string_view, 3> kTopics = {"sign_ins", "resyncs", "changes"};

// In the order of the enumerators.
constexpr std::array<std::string_view, 10> kAttention = {
    "users_without_token", "users_without_group", "users_disabled", "users_missing",
    "tokens_never_used",   "tokens_ending",       "tokens_lost",    "tokens_faulty",
    "tokens_locked",       "tokens_suspended"};

constexpr EventKind kSignIns[] = {EventKind::login_accepted, EventKind::login_accepted_resynced,
                                  EventKind::login_next_code, EventKind::login_refused};
constexpr EventKind kResyncs[] = {EventKind::login_accepted_resynced, EventKind::resync_succeeded,
                                  EventKind::resync_failed};
/// What changes nothing that an administrator looks after.
constexpr EventKind kOthers[] = {EventKind::token_tested,
                                 EventKind::resync_started,
                                 EventKind::import_staged,
                                 EventKind::operator_signed_in,
                                 EventKind::operator_refused,
                                 EventKind::operator_signed_out,
                                 EventKind::portal_signed_in,
                                 EventKind::portal_signed_out,
                                 EventKind::mail_code_asked,
                                 EventKind::mail_code_accepted,
                                 EventKind::mail_code_refused,
                                 EventKind::link_used,
                                 EventKind::help_asked,
                                 EventKind::mail_given_up,
                                 EventKind::inventory_exported,
                                 EventKind::store_outcome_unknown,
                                 EventKind::secret_unreadable,
                                 EventKind::service_started,
                                 EventKind::service_stopped,
                                 EventKind::store_backed_up,
                                 EventKind::access_session_started,
                                 EventKind::access_session_ended,
                                 EventKind::clock_doubted,
                                 EventKind::clock_trusted};

bool is_in(std::span<const EventKind> kinds, EventKind kind) {
  return std::ranges::find(kinds, kind) != kinds.end();
}

/// A new kind is a change until somebody says otherwise: better shown than missed.
bool is_of(EventTopic topic, EventKind kind) {
  switch (topic) {
    case EventTopic::sign_ins:
      return is_in(kSignIns, kind);
    case EventTopic::resyncs:
      return is_in(kResyncs, kind);
    case EventTopic::changes:
      return !is_in(kSignIns, kind) && !is_in(kResyncs, kind) && !is_in(kOthers, kind);
  }
  LOCKSTEP_ASSERT(false);
}

AuditQuery query_of(std::vector<EventKind> kinds, const ReportAbout& about,
                    const ReportSpan& span) {
  AuditQuery query;
  query.user = about.user;
  query.serial = about.serial;
  query.kinds = std::move(kinds);
  query.since = span.since;
  query.until = span.until;
  return query;
}

/// What `counts` say, into `metrics`.
void tally(const std::vector<AuditCount>& counts, UserMetrics& metrics) {
  const auto count_of = [&](EventKind kind) {
    std::uint64_t sum = 0;
    for (const AuditCount& one : counts) sum += one.kind == kind ? one.count : 0;
    return sum;
  };
  metrics.accepted_resynced = count_of(EventKind::login_accepted_resynced);
  metrics.accepted = count_of(EventKind::login_accepted) + metrics.accepted_resynced;
  metrics.next_code = count_of(EventKind::login_next_code);
  metrics.refused = count_of(EventKind::login_refused);
  metrics.resyncs = count_of(EventKind::resync_succeeded);
}

/// Refusals by reason alone, the most frequent first, equals by their reason's order.
std::vector<AuditCount> refusals_of(const std::vector<AuditCount>& counts) {
  std::vector<AuditCount> refusals;
  for (const AuditCount& one : counts) {
    if (one.kind != EventKind::login_refused) continue;
    const auto same = std::ranges::find(refusals, one.reason, &AuditCount::reason);
    if (same == refusals.end()) {
      refusals.push_back(one);
      refusals.back().actor = {};
    } else {
      same->count += one.count;
    }
  }
  std::ranges::stable_sort(refusals, {}, &AuditCount::reason);
  std::ranges::stable_sort(refusals, std::ranges::greater(), &AuditCount::count);
  return refusals;
}

/// When the newest event of these kinds was; nullopt: there is none.
Result<std::optional<WallTime>> last_of(Services& services, const UserName& name,
                                        std::vector<EventKind> kinds) {
  AuditQuery query;
  query.user = name;
  query.kinds = std::move(kinds);
  query.limit = 1;
  LOCKSTEP_TRY(const std::vector<AuditRecord> records, services.store.audit(query));
  if (records.empty()) return std::nullopt;
  return records.front().event.at;
}

}  // namespace

std::string_view name_of(EventTopic topic) {
  const auto index = static_cast<std::size_t>(topic);
  LOCKSTEP_ASSERT(index < kTopics.size());
  return kTopics[index];
}

std::optional<EventTopic> parse_event_topic(std::string_view name) {
  const auto* const found = std::ranges::find(kTopics, name);
  if (found == kTopics.end()) return std::nullopt;
  return static_cast<EventTopic>(found - kTopics.begin());
}

std::vector<EventKind> kinds_of(EventTopic topic) {
  std::vector<EventKind> kinds;
  for (std::size_t i = 0; i < kEventKinds; ++i) {
    const auto kind = static_cast<EventKind>(i);
    if (is_of(topic, kind)) kinds.push_back(kind);
  }
  return kinds;
}

Result<std::vector<AuditCount>> count_events(Services& services, EventTopic topic,
                                             const ReportAbout& about, const ReportSpan& span) {
  if (span.until <= span.since) {
    return fail(Errc::invalid_input, "\"until\" is not behind \"since\"");
  }
  return services.store.audit_counts(query_of(kinds_of(topic), about, span));
}

Result<UserMetrics> user_metrics(Services& services, const Context& context, const UserName& name) {
  LOCKSTEP_TRY(const Situation situation, services.store.situation(Subject(name)));
  if (!situation.user) return fail(Errc::not_found, "no such user");
  UserMetrics metrics;
  metrics.span = {context.now.wall - kReportSpan, context.now.wall};
  std::vector<EventKind> kinds = kinds_of(EventTopic::sign_ins);
  kinds.push_back(EventKind::resync_succeeded);
  AuditQuery query = query_of(std::move(kinds), {.user = name, .serial = {}}, metrics.span);
  query.until.reset();  // To this very moment.
  LOCKSTEP_TRY(const std::vector<AuditCount> counts, services.store.audit_counts(query));
  tally(counts, metrics);
  metrics.refused_by_reason = refusals_of(counts);
  LOCKSTEP_TRY(
      metrics.last_accepted,
      last_of(services, name, {EventKind::login_accepted, EventKind::login_accepted_resynced}));
  LOCKSTEP_TRY(metrics.last_refused, last_of(services, name, {EventKind::login_refused}));
  return metrics;
}

std::string_view name_of(Attention what) {
  const auto index = static_cast<std::size_t>(what);
  LOCKSTEP_ASSERT(index < kAttention.size());
  return kAttention[index];
}

std::variant<UserQuery, TokenQuery> query_of(Attention what, WallTime now) {
  UserQuery users;
  TokenQuery tokens;
  switch (what) {
    case Attention::users_without_token:
      users.has_token = false;
      return users;
    case Attention::users_without_group:
      users.has_group = false;
      return users;
    case Attention::users_disabled:
      users.status = UserStatus::disabled;
      return users;
    case Attention::users_missing:
      users.misses_from = kMissesWorthALook;
      return users;
    case Attention::tokens_never_used:
      tokens.assigned = true;
      tokens.unused_since = WallTime::min();
      return tokens;
    case Attention::tokens_ending:
      tokens.status = TokenStatus::enabled;
      tokens.ends_before = now + kEndingWithin;
      return tokens;
    case Attention::tokens_lost:
      tokens.status = TokenStatus::lost;
      return tokens;
    case Attention::tokens_faulty:
      tokens.status = TokenStatus::faulty;
      return tokens;
    case Attention::tokens_locked:
      tokens.status = TokenStatus::locked;
      return tokens;
    case Attention::tokens_suspended:
      tokens.status = TokenStatus::suspended;
      return tokens;
  }
  LOCKSTEP_ASSERT(false);
}

Result<std::vector<AttentionCount>> count_attention(Services& services, const Context& context) {
  std::vector<AttentionCount> counts;
  for (std::size_t i = 0; i < kAttention.size(); ++i) {
    const auto what = static_cast<Attention>(i);
    const auto query = query_of(what, context.now.wall);
    const UserQuery* users = std::get_if<UserQuery>(&query);
    LOCKSTEP_TRY(const std::uint64_t count,
                 users != nullptr ? services.store.count_users(*users)
                                  : services.store.count_tokens(std::get<TokenQuery>(query)));
    counts.push_back({what, count});
  }
  return counts;
}

}  // namespace lockstep
