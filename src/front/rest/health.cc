// SPDX-License-Identifier: Apache-2.0
#include "front/rest/routes.h"

namespace lockstep {
namespace {

Result<Response> get_health(Services&, const Context&, const Call&) {
  return json_response(200, {{"status", "ok"}});
}

/// Ready is who can read the store: without it every log-in would be refused.
Result<Response> get_ready(Services& services, const Context&, const Call&) {
  LOCKSTEP_TRY(const auto policy, services.store.policy());
  return json_response(200, {{"status", "ready"}});
}

}  // namespace

void add_health_routes(RestRoutes& routes) {
  routes.add_public("/healthz", get_health);
  routes.add_public("/readyz", get_ready);
}

}  // namespace lockstep
