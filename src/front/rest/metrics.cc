// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <string>

#include "formats/metrics_page.h"
#include "front/rest/errors.h"
#include "front/rest/routes.h"

namespace lockstep {
namespace {

constexpr double kMicrosPerSecond = 1e6;

std::string method_label(Method method) {
  return method == Method::other ? "other" : std::string(name_of(method));
}

void add_requests(MetricsPage& page, const RequestMeter& meter) {
  auto requests = page.counter("lockstep_http_requests_total",
                               "Requests answered, by route, method and status.");
  for (const RequestMeter::Answers& one : meter.answers()) {
    requests.add({{"route", one.route.empty() ? "none" : one.route},
                  {"method", method_label(one.method)},
                  {"code", std::to_string(one.status)}},
                 one.count);
  }
  auto refusals = page.counter("lockstep_http_refusals_total",
                               "Requests turned away before they were whole or for want of room.");
  for (const RequestMeter::Refusals& one : meter.refusals()) {
    refusals.add({{"reason", std::string(reason_of(one.kind))}}, one.count);
  }
}

/// How this server's chain does: what is in it, and how far it is vouched for.
void add_audit(MetricsPage& page, const OwnChain& own, const std::vector<SignedHead>& heads,
               WallTime now) {
  page.counter("lockstep_audit_records_total", "Records in this server's chain of the audit.")
      .add({}, own.head.seq);
  const auto newest = std::ranges::find(heads, own.node, &SignedHead::node);
  const std::uint64_t vouched =
      newest == heads.end() ? 0 : std::min(newest->head.seq, own.head.seq);
  page.gauge("lockstep_audit_unsigned_records", "Records at the chain's end without a signature.")
      .add({}, own.head.seq - vouched);
  if (newest == heads.end()) return;
  page.gauge("lockstep_audit_signed_head_age_seconds",
             "Age of the newest signature of the chain's end; grows while nothing happens.")
      .add({}, static_cast<double>((now - newest->at).count()) / kMicrosPerSecond);
}

void add_mirror(MetricsPage& page, const MirrorState& state) {
  if (state.kind == MirrorState::Kind::off) return;
  page.gauge("lockstep_audit_mirror_up", "1 when the copy of the audit can be written.")
      .add({}, std::uint64_t{state.kind == MirrorState::Kind::failing ? 0U : 1U});
  page.gauge("lockstep_audit_mirror_behind_records", "Records that are not in the copy yet.")
      .add({}, state.behind);
}

void add_health(MetricsPage& page, Services& services, WallTime now) {
  page.gauge("lockstep_ready", "1 when log-ins can be decided here; /readyz says why not.")
      .add({}, std::uint64_t{not_ready(services) ? 0U : 1U});
  page.gauge("lockstep_clock_trusted", "1 when the server's own clock is believed.")
      .add({}, std::uint64_t{services.clock_watch.is_doubted() ? 0U : 1U});
  const auto heads = services.store.signed_heads();
  page.gauge("lockstep_store_up", "1 when the store can be read.")
      .add({}, std::uint64_t{heads ? 1U : 0U});
  page.gauge("lockstep_policy_revision", "The revision of the policy that is in force here.")
      .add({}, services.policy.current()->revision);
  if (heads) add_audit(page, services.store.own_chain(), *heads, now);
  add_mirror(page, services.mirror.get());
}

}  // namespace

void add_metrics_route(RestRoutes& routes, const Router& router,
                       std::function<void(MetricsPage&)> more) {
  routes.add_at_root("/metrics", {Permission::metrics_read},
                     [&router, more = std::move(more)](Services& services, const Context& context,
                                                       const Call&) -> Result<Response> {
                       MetricsPage page;
                       services.meter.write(page);
                       add_requests(page, router.meter());
                       add_health(page, services, context.now.wall);
                       if (more) more(page);
                       Response response;
                       response.content_type = MetricsPage::kContentType;
                       response.body = page.text();
                       return response;
                     });
}

}  // namespace lockstep
