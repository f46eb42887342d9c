// SPDX-License-Identifier: Apache-2.0
#include "service/snapshot.h"

#include <chrono>

#include "service/reports.h"

namespace lockstep {
namespace {

void tally_sign_in(const AuditCount& one, Today& today) {
  if (one.kind == EventKind::login_refused) {
    today.refused += one.count;
    const bool far = one.reason == Reason::outside_window || one.reason == Reason::implausible_jump;
    if (far) today.refused_for_drift += one.count;
    if (one.reason == Reason::no_group) today.refused_for_no_group += one.count;
  } else if (one.kind != EventKind::login_next_code) {
    today.accepted += one.count;
  }
}

void tally_resync(const AuditCount& one, Today& today) {
  if (one.kind == EventKind::login_accepted_resynced) {
    today.resyncs_at_sign_in += one.count;
  } else if (one.kind == EventKind::resync_succeeded) {
    const std::string& who = one.actor.value();
    const bool user = who.starts_with("user:") || who == "portal";
    (user ? today.resyncs_by_users : today.resyncs_by_operators) += one.count;
  }
}

Result<Today> today_of(Services& services, WallTime now) {
  // A moment behind now, so that what was just written counts.
  const ReportSpan span{std::chrono::floor<std::chrono::days>(now), now + Micros(1)};
  LOCKSTEP_TRY(const auto sign_ins, count_events(services, EventTopic::sign_ins, {}, span));
  LOCKSTEP_TRY(const auto resyncs, count_events(services, EventTopic::resyncs, {}, span));
  Today today;
  for (const AuditCount& one : sign_ins) tally_sign_in(one, today);
  for (const AuditCount& one : resyncs) tally_resync(one, today);
  return today;
}

TokenQuery owned(SyncState sync) {
  TokenQuery query;
  query.assigned = true;
  query.sync = sync;
  return query;
}

}  // namespace

Result<Snapshot> take_snapshot(Services& services, const Context& context) {
  Snapshot taken{.at = context.now.wall};
  if (context.caller.scope.empty()) {
    LOCKSTEP_TRY(taken.today, today_of(services, taken.at));
  }
  Store& store = services.store;
  LOCKSTEP_TRY(taken.sync.in_sync, store.count_tokens(owned(SyncState::in_sync)));
  LOCKSTEP_TRY(taken.sync.drifting, store.count_tokens(owned(SyncState::drifting)));
  LOCKSTEP_TRY(taken.sync.out_of_sync, store.count_tokens(owned(SyncState::out_of_sync)));
  LOCKSTEP_TRY(taken.sync.unused, store.count_tokens(owned(SyncState::unused)));
  TokenQuery locked;
  locked.status = TokenStatus::locked;
  LOCKSTEP_TRY(taken.locked, store.count_tokens(locked));
  LOCKSTEP_TRY(taken.attention,
               store.tokens(owned(SyncState::out_of_sync), Page{kAttentionRows, {}}));
  return taken;
}

}  // namespace lockstep
