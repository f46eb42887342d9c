// SPDX-License-Identifier: Apache-2.0
#include "service/reports.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "front/rest/routes.h"
#include "front/rest/token_json.h"
#include "service/audit_trail.h"
#include "service/snapshot.h"

namespace lockstep {
namespace {

// What the details of a sign-in or a resynchronisation say is evidence: where a code was found and
// how far off. Only who may diagnose sees it.
bool is_evidence(EventKind kind) {
  constexpr EventKind kKinds[] = {EventKind::login_accepted,  EventKind::login_accepted_resynced,
                                  EventKind::login_next_code, EventKind::login_refused,
                                  EventKind::token_tested,    EventKind::resync_succeeded,
                                  EventKind::resync_failed,   EventKind::resync_started};
  return std::ranges::find(kKinds, kind) != std::end(kKinds);
}

Result<Response> get_activity(Services& services, const Context& context, const Call& call) {
  LOCKSTEP_TRY(const AuditQuery query, audit_query_of(call));
  LOCKSTEP_TRY(std::vector<AuditRecord> records, query_audit(services.store, query));
  if (!context.caller.permissions.has(Permission::diagnose)) {
    for (AuditRecord& record : records) {
      if (is_evidence(record.event.kind)) record.event.details.clear();
    }
  }
  return audit_page(records, query);
}

boost::json::object count_json(const AuditCount& one) {
  boost::json::object item{{"kind", json_text(name_of(one.kind))}, {"count", one.count}};
  if (one.reason != Reason::none) item["reason"] = json_text(name_of(one.reason));
  if (!one.actor.value().empty()) item["actor"] = one.actor.value();
  return item;
}

/// One report for each topic: what happened how often.
RestHandler counts_of(EventTopic topic) {
  return [topic](Services& services, const Context& context, const Call& call) -> Result<Response> {
    LOCKSTEP_TRY(const AuditQuery query, audit_query_of(call));
    const WallTime until = query.until.value_or(context.now.wall);
    const ReportSpan span{query.since.value_or(until - kReportSpan), until};
    LOCKSTEP_TRY(const std::vector<AuditCount> counts,
                 count_events(services, topic, {query.user, query.serial}, span));
    boost::json::array items;
    std::uint64_t total = 0;
    for (const AuditCount& one : counts) {
      items.push_back(count_json(one));
      total += one.count;
    }
    return json_response(200, boost::json::object{{"since", json_time(span.since)},
                                                  {"until", json_time(span.until)},
                                                  {"total", total},
                                                  {"items", std::move(items)}});
  };
}

/// The list behind a number, as a path of this API.
std::string list_of(Attention what, WallTime now) {
  switch (what) {
    case Attention::users_without_token:
      return "/users?has_token=false";
    case Attention::users_without_group:
      return "/users?has_group=false";
    case Attention::users_disabled:
      return "/users?status=disabled";
    case Attention::users_missing:
      return "/users?misses_from=" + std::to_string(kMissesWorthALook);
    case Attention::tokens_never_used:
      return "/tokens?assigned=true&unused_since=" + to_rfc3339(WallTime());
    case Attention::tokens_ending:
      return "/tokens?state=enabled&ends_before=" + to_rfc3339(now + kEndingWithin);
    case Attention::tokens_lost:
      return "/tokens?state=lost";
    case Attention::tokens_faulty:
      return "/tokens?state=faulty";
    case Attention::tokens_locked:
      return "/tokens?state=locked";
    case Attention::tokens_suspended:
      return "/tokens?state=suspended";
  }
  LOCKSTEP_ASSERT(false);
}

Result<Response> get_attention(Services& services, const Context& context, const Call& call) {
  LOCKSTEP_CHECK(expect_no_body(call));
  LOCKSTEP_TRY(const std::vector<AttentionCount> counts, count_attention(services, context));
  boost::json::array items;
  for (const AttentionCount& one : counts) {
    items.push_back({{"what", json_text(name_of(one.what))},
                     {"count", one.count},
                     {"list", list_of(one.what, context.now.wall)}});
  }
  return list_response(std::move(items), std::nullopt);
}

boost::json::object today_json(const Today& today) {
  return {{"accepted", today.accepted},
          {"refused", today.refused},
          {"refused_for_drift", today.refused_for_drift},
          {"refused_for_no_group", today.refused_for_no_group},
          {"resyncs_by_users", today.resyncs_by_users},
          {"resyncs_by_operators", today.resyncs_by_operators},
          {"resyncs_at_sign_in", today.resyncs_at_sign_in}};
}

Result<Response> get_snapshot(Services& services, const Context& context, const Call& call) {
  LOCKSTEP_CHECK(expect_no_body(call));
  LOCKSTEP_TRY(const Snapshot taken, take_snapshot(services, context));
  boost::json::array attention;
  for (const TokenRow& row : taken.attention) {
    attention.push_back(token_json(row.token, row.owner, context));
  }
  boost::json::object body{{"at", json_time(taken.at)},
                           {"locked", taken.locked},
                           {"sync",
                            {{"in_sync", taken.sync.in_sync},
                             {"drifting", taken.sync.drifting},
                             {"out_of_sync", taken.sync.out_of_sync},
                             {"unused", taken.sync.unused}}},
                           {"attention", std::move(attention)}};
  if (taken.today) body["today"] = today_json(*taken.today);
  return json_response(200, body);
}

Result<Response> get_metrics(Services& services, const Context& context, const Call& call) {
  LOCKSTEP_CHECK(expect_no_body(call));
  LOCKSTEP_TRY(const UserName name, UserName::parse(call.path("id")));
  LOCKSTEP_TRY(const UserMetrics metrics, user_metrics(services, context, name));
  boost::json::array reasons;
  for (const AuditCount& one : metrics.refused_by_reason) reasons.push_back(count_json(one));
  boost::json::object body{{"since", json_time(metrics.span.since)},
                           {"until", json_time(metrics.span.until)},
                           {"accepted", metrics.accepted},
                           {"accepted_resynced", metrics.accepted_resynced},
                           {"next_code", metrics.next_code},
                           {"refused", metrics.refused},
                           {"refused_by_reason", std::move(reasons)},
                           {"resyncs", metrics.resyncs}};
  if (metrics.last_accepted) body["last_accepted"] = json_time(*metrics.last_accepted);
  if (metrics.last_refused) body["last_refused"] = json_time(*metrics.last_refused);
  return json_response(200, body);
}

}  // namespace

void add_report_routes(RestRoutes& routes) {
  const Permissions read{Permission::reports_read};
  const std::vector<std::string> span{"since", "until", "user", "serial"};
  routes.add(Method::get, "/activity", read, get_activity, audit_parameters());
  routes.add(Method::get, "/reports/sign-ins", read, counts_of(EventTopic::sign_ins), span);
  routes.add(Method::get, "/reports/resyncs", read, counts_of(EventTopic::resyncs), span);
  routes.add(Method::get, "/reports/changes", read, counts_of(EventTopic::changes), span);
  routes.add(Method::get, "/reports/attention", read, get_attention);
  routes.add(Method::get, "/reports/snapshot", read, get_snapshot);
  routes.add(Method::get, "/users/{id}/metrics", read, get_metrics);
}

}  // namespace lockstep
