// SPDX-License-Identifier: Apache-2.0
// The verbs that are one REST call each, by noun. Each call adds its noun to `app`; parsing one of
// its verbs puts what to do into `chosen`, which outlives the parsing.
#pragma once

#include <CLI/CLI.hpp>

#include "front/cli/session.h"

namespace lockstep {

void add_user_verbs(CLI::App& app, Action& chosen);
void add_group_verbs(CLI::App& app, Action& chosen);
void add_token_verbs(CLI::App& app, Action& chosen);
/// Under the nouns `token` and `user`, which are there already.
void add_life_verbs(CLI::App& app, Action& chosen);
void add_model_verbs(CLI::App& app, Action& chosen);
void add_key_verbs(CLI::App& app, Action& chosen);
void add_operator_verbs(CLI::App& app, Action& chosen);
void add_approval_verbs(CLI::App& app, Action& chosen);
void add_policy_verbs(CLI::App& app, Action& chosen);
void add_rekey_verb(CLI::App& app, Action& chosen);
void add_audit_verbs(CLI::App& app, Action& chosen);
/// The noun `report`, and `metrics` under the noun `user`, which is there already.
void add_report_verbs(CLI::App& app, Action& chosen);
void add_import_verb(CLI::App& app, Action& chosen);
void add_authenticate_verb(CLI::App& app, Action& chosen);
void add_backup_verb(CLI::App& app, Action& chosen);
void add_radius_verbs(CLI::App& app, Action& chosen);
void add_mail_verbs(CLI::App& app, Action& chosen);
void add_clock_verbs(CLI::App& app, Action& chosen);

/// Under the noun "policy".
void add_policy_change_verbs(CLI::App& policy, Action& chosen);
/// Under the nouns "user" and "token".
void add_user_import_verb(CLI::App& user, Action& chosen);
void add_enrol_verb(CLI::App& token, Action& chosen);
void add_inventory_verb(CLI::App& token, Action& chosen);
void add_bulk_verb(CLI::App& token, Action& chosen);  ///< approval_verbs.cc

/// All of the above.
void add_online_verbs(CLI::App& app, Action& chosen);

}  // namespace lockstep
