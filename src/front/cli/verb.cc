// SPDX-License-Identifier: Apache-2.0
#include "front/cli/verb.h"

#include "front/cli/verbs.h"

namespace lockstep {

std::string moment(const std::string& text) {
  constexpr std::size_t kDateBytes = 10;
  return text.size() == kDateBytes ? text + "T00:00:00Z" : text;
}

void declare_page(CLI::App& verb, PageOptions& page) {
  verb.add_option("--limit", page.limit, "Rows to show, 1 to 1000; default: 100")
      ->check(CLI::Range(1, 1000));
  verb.add_option("--after", page.after, "Show what follows this row: the last of the page before");
}

void add_to(Target& target, const PageOptions& page) {
  target.query("limit", page.limit).query("after", page.after);
}

void add_online_verbs(CLI::App& app, Action& chosen) {
  add_user_verbs(app, chosen);
  add_group_verbs(app, chosen);
  add_token_verbs(app, chosen);
  add_life_verbs(app, chosen);
  add_model_verbs(app, chosen);
  add_import_verb(app, chosen);
  add_key_verbs(app, chosen);
  add_operator_verbs(app, chosen);
  add_approval_verbs(app, chosen);
  add_policy_verbs(app, chosen);
  add_rekey_verb(app, chosen);
  add_audit_verbs(app, chosen);
  add_report_verbs(app, chosen);
  add_authenticate_verb(app, chosen);
  add_backup_verb(app, chosen);
  add_radius_verbs(app, chosen);
  add_mail_verbs(app, chosen);
  add_clock_verbs(app, chosen);
}

}  // namespace lockstep
