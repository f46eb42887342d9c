// SPDX-License-Identifier: Apache-2.0
#include "front/rest/routes.h"
#include "service/import_users.h"

namespace lockstep {
namespace {

boost::json::object report_json(const UserImportReport& report) {
  boost::json::object result;
  result["committed"] = report.committed;
  result["added"] = report.added;
  result["changed"] = report.changed;
  result["unchanged"] = report.unchanged;
  result["rejected"] = report.rejected;
  boost::json::array& list = result["rejected_list"].emplace_array();
  for (const RejectedLine& line : report.rejected_list) {
    list.push_back({{"line", line.line}, {"user", line.name}, {"why", line.why}});
  }
  boost::json::array& groups = result["groups_added"].emplace_array();
  for (const GroupName& group : report.groups_added) groups.emplace_back(group.text());
  boost::json::array& notes = result["notes"].emplace_array();
  for (const std::string& note : report.notes) notes.emplace_back(note);
  return result;
}

Result<Response> post_user_import(Services& services, const Context& context, const Call& call) {
  LOCKSTEP_TRY(Body body, Body::of(call));
  LOCKSTEP_TRY(const std::string content, body.members().text("content"));
  LOCKSTEP_TRY(const auto dry, body.members().optional_flag("dry_run"));
  LOCKSTEP_CHECK(body.members().finish());
  const ImportRun run = dry.value_or(false) ? ImportRun::dry : ImportRun::real;
  LOCKSTEP_TRY(const UserImportReport report, import_users(services, context, content, run));
  return json_response(200, report_json(report));
}

}  // namespace

void add_user_import_routes(RestRoutes& routes) {
  routes.add_import("/user-imports", Permissions{Permission::users_write, Permission::groups_write},
                    post_user_import);
}

}  // namespace lockstep
