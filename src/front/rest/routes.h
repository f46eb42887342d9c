// SPDX-License-Identifier: Apache-2.0
// One function for each resource, one file for each function. api/openapi.yaml is the contract.
#pragma once

#include <functional>

#include "formats/metrics_page.h"
#include "front/rest/exchange.h"
#include "front/rest/lab.h"
#include "service/backups.h"
#include "service/exchange_log.h"
#include "service/mail_desk.h"

namespace lockstep {

void add_authenticate_routes(RestRoutes& routes);      ///< authenticate.cc
void add_user_routes(RestRoutes& routes);              ///< users.cc
void add_user_import_routes(RestRoutes& routes);       ///< user_imports.cc
void add_group_routes(RestRoutes& routes);             ///< groups.cc
void add_token_routes(RestRoutes& routes);             ///< tokens.cc
void add_token_model_routes(RestRoutes& routes);       ///< token_models.cc
void add_resync_routes(RestRoutes& routes);            ///< resync.cc
void add_import_routes(RestRoutes& routes);            ///< imports.cc
void add_api_key_routes(RestRoutes& routes);           ///< api_keys.cc
void add_operator_routes(RestRoutes& routes);          ///< operators.cc
void add_operator_session_routes(RestRoutes& routes);  ///< operator_sessions.cc
void add_approval_routes(RestRoutes& routes);          ///< approvals.cc
void add_policy_routes(RestRoutes& routes);            ///< policy.cc
void add_rekey_routes(RestRoutes& routes);             ///< rekey.cc
void add_clock_routes(RestRoutes& routes);             ///< clock.cc
void add_audit_routes(RestRoutes& routes);             ///< audit.cc
void add_report_routes(RestRoutes& routes);            ///< reports.cc
/// Without a desk they answer that there is none: a test, or a store that has no archive.
void add_backup_routes(RestRoutes& routes, BackupDesk* desk);  ///< backups.cc
/// Without a log nothing was said.
void add_radius_routes(RestRoutes& routes, const ExchangeLog* exchanges);  ///< radius.cc
/// With a desk the answer says how its mails do.
void add_health_routes(RestRoutes& routes, const MailDesk* mails);  ///< health.cc
/// Without a desk there is nobody who could send a test.
void add_mail_routes(RestRoutes& routes, MailDesk* desk);        ///< mails.cc
void add_lab_routes(RestRoutes& routes, const LabWorld& world);  ///< lab.cc
/// Shows what `router` counted too. `more` adds what only the application knows; may be empty.
void add_metrics_route(RestRoutes& routes, const Router& router,
                       std::function<void(MetricsPage&)> more);  ///< metrics.cc

void add_portal_session_routes(RestRoutes& routes);  ///< portal_session.cc
void add_portal_device_routes(RestRoutes& routes);   ///< portal_devices.cc
void add_portal_account_routes(RestRoutes& routes);  ///< portal_account.cc
void add_link_routes(RestRoutes& routes);            ///< links.cc

// ---- What several of them show.

[[nodiscard]] boost::json::object operator_json(const Operator& account);  ///< operators.cc
[[nodiscard]] boost::json::object session_json(const Session& session);    ///< operators.cc

// audit.cc: how records are asked for and shown.
/// The names of the parameters that `audit_query_of` reads.
[[nodiscard]] std::vector<std::string> audit_parameters();
/// Errors: invalid_input, naming the parameter.
[[nodiscard]] Result<AuditQuery> audit_query_of(const Call& call);
/// The records that `query` found, as a page.
[[nodiscard]] Response audit_page(const std::vector<AuditRecord>& records, const AuditQuery& query);

}  // namespace lockstep
