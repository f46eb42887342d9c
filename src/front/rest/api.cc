// SPDX-License-Identifier: Apache-2.0
#include "front/rest/api.h"

#include "front/rest/caller.h"
#include "front/rest/errors.h"
#include "front/rest/routes.h"
#include "service/request_limit.h"

namespace lockstep {

std::unique_ptr<Router> make_api_router(Services& services, const ApiOptions& options) {
  const auto identify = [&services, uid = options.service_uid](const Request& request) {
    return identify_caller(services, uid, request);
  };
  const auto failures = std::make_shared<FailureLog>(services.clock, services.random, options.warn);
  const auto refuse = [failures](const Refusal& refusal) {
    return failures->refer(problem(refusal));
  };
  const auto admit = [&services, limit = options.limit](const Caller& caller) {
    return limit == nullptr ? Seconds(0) : limit->admit(caller.actor, services.clock.now());
  };
  auto router = std::make_unique<Router>(identify, refuse, admit);

  RestRoutes routes(*router, services, failures, options.strangers_max);
  add_authenticate_routes(routes);
  add_user_routes(routes);
  add_user_import_routes(routes);
  add_group_routes(routes);
  add_token_routes(routes);
  add_token_model_routes(routes);
  add_resync_routes(routes);
  add_import_routes(routes);
  add_api_key_routes(routes);
  add_operator_routes(routes);
  add_operator_session_routes(routes);
  add_approval_routes(routes);
  add_policy_routes(routes);
  add_rekey_routes(routes);
  add_clock_routes(routes);
  add_audit_routes(routes);
  add_report_routes(routes);
  add_backup_routes(routes, options.backups);
  add_portal_session_routes(routes);
  add_portal_device_routes(routes);
  add_portal_account_routes(routes);
  add_link_routes(routes);
  add_radius_routes(routes, options.exchanges);
  add_health_routes(routes, options.mails);
  add_mail_routes(routes, options.mails);
  if (options.lab != nullptr) add_lab_routes(routes, *options.lab);
  add_metrics_route(routes, *router, options.more_metrics);
  return router;
}

}  // namespace lockstep
