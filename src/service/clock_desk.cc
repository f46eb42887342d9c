// SPDX-License-Identifier: Apache-2.0
#include "service/clock_desk.h"

#include <utility>
#include <vector>

#include <fmt/format.h>

#include "service/events.h"

namespace lockstep {
namespace {

constexpr double kMicrosPerSecond = 1e6;

std::string seconds_text(Micros span) {
  return fmt::format("{:.1f}", static_cast<double>(span.count()) / kMicrosPerSecond);
}

Context context_of_service(const Services& services) {
  return begin(services, Caller{Actor("system"), {}, {}});
}

AuditEvent event_of_doubt(const Context& context, const ClockDoubt& doubt) {
  AuditEvent made = event(context, EventKind::clock_doubted);
  made.details = {{"why", std::string(name_of(doubt.why))},
                  {"off_seconds", seconds_text(doubt.off)}};
  return made;
}

AuditEvent event_of_trust(const Context& context, ClockTrust trust) {
  AuditEvent made = event(context, EventKind::clock_trusted);
  made.details = {{"by", std::string(name_of(trust))}};
  return made;
}

}  // namespace

bool is_undecidable(const Services& services, const Token& token) {
  return token.spec.kind == TokenKind::totp && services.clock_watch.is_doubted();
}

std::string text_of(const ClockDoubt& doubt) {
  constexpr const char* kLookAt = "check date, time zone and NTP of the server";
  if (doubt.why == ClockDoubt::Why::behind_audit) {
    return fmt::format("the server's clock is {} s or more behind what its audit has seen: {}",
                       seconds_text(-doubt.off), kLookAt);
  }
  const bool ahead = doubt.off > Micros::zero();
  return fmt::format("the server's clock was set {} s {}: {}",
                     seconds_text(ahead ? doubt.off : -doubt.off), ahead ? "forward" : "back",
                     kLookAt);
}

Result<void> compare_clock_with_audit(Services& services) {
  AuditQuery query;
  query.limit = 1;
  LOCKSTEP_TRY(const std::vector<AuditRecord> newest, services.store.audit(query));
  if (newest.empty()) return {};
  services.clock_watch.expect_not_before(services.clock.now(), newest.front().event.at);
  return {};
}

Result<void> confirm_clock(Services& services, const Context& context) {
  const std::optional<ClockDoubt> doubt = services.clock_watch.doubt();
  if (!doubt) return fail(Errc::conflict, "the clock is not in doubt");
  AuditEvent made = event_of_trust(context, ClockTrust::confirmed);
  made.details.emplace_back("off_seconds", seconds_text(doubt->off));
  LOCKSTEP_CHECK(services.store.commit(ChangeSet{{}, {std::move(made)}}));
  services.clock_watch.confirm(services.clock.now());
  return {};
}

Result<std::optional<ClockNews>> ClockDuty::look() {
  services_.clock_watch.see(services_.clock.now(), services_.clock.is_synchronised());
  const ClockNews news{services_.clock_watch.doubt(), services_.clock_watch.trust()};
  if (news.doubt.has_value() == told_) return std::nullopt;
  const Context context = context_of_service(services_);
  if (news.doubt) {
    LOCKSTEP_CHECK(services_.store.commit(ChangeSet{{}, {event_of_doubt(context, *news.doubt)}}));
  } else if (news.trust && *news.trust != ClockTrust::confirmed) {
    // Who confirmed it has written that down.
    LOCKSTEP_CHECK(services_.store.commit(ChangeSet{{}, {event_of_trust(context, *news.trust)}}));
  }
  told_ = news.doubt.has_value();
  return news;
}

}  // namespace lockstep
