// SPDX-License-Identifier: Apache-2.0
#include "service/operators.h"

#include <utility>

#include "front/rest/routes.h"
#include "service/operator_sessions.h"

namespace lockstep {
namespace {

Result<UserName> operator_of(const Call& call) { return UserName::parse(call.path("name")); }

std::string_view name_of(OperatorStatus status) {
  switch (status) {
    case OperatorStatus::enabled:
      return "enabled";
    case OperatorStatus::disabled:
      return "disabled";
  }
  LOCKSTEP_ASSERT(false);
}

boost::json::object setup_json(const SetupLink& link) {
  return {{"path", link.path}, {"expires_at", json_time(link.expires_at)}};
}

Result<std::optional<std::vector<GroupName>>> read_scope(JsonObject& members) {
  if (members.is_null("scope")) return std::optional(std::vector<GroupName>());
  LOCKSTEP_TRY(const std::vector<std::string> names, members.texts("scope", Operator::kScopeMax));
  if (members.member("scope") == nullptr) return std::nullopt;
  // A script that takes the last group out of a scope must not widen it to everybody.
  if (names.empty()) {
    return fail(Errc::invalid_input, "\"scope\" names no group; for everybody it is null");
  }
  std::vector<GroupName> scope;
  for (const std::string& name : names) {
    LOCKSTEP_TRY(GroupName group, GroupName::parse(name));
    scope.push_back(std::move(group));
  }
  return scope;
}

Result<OperatorPatch> read_patch(JsonObject& members) {
  OperatorPatch patch;
  LOCKSTEP_TRY(patch.full_name, members.optional_text("full_name"));
  LOCKSTEP_TRY(patch.email, members.optional_text("email"));
  LOCKSTEP_TRY(const auto role, members.optional_text("role"));
  if (role) {
    patch.role = parse_role(*role);
    if (!patch.role) {
      return fail(Errc::invalid_input,
                  "\"role\" is none of: owner, administrator, help_desk, auditor");
    }
  }
  LOCKSTEP_TRY(patch.scope, read_scope(members));
  LOCKSTEP_TRY(const auto status, members.optional_text("status"));
  if (status && *status != "enabled" && *status != "disabled") {
    return fail(Errc::invalid_input, "\"status\" is none of: enabled, disabled");
  }
  if (status) {
    patch.status = *status == "enabled" ? OperatorStatus::enabled : OperatorStatus::disabled;
  }
  LOCKSTEP_TRY(const auto tokens_of, members.optional_text("tokens_of"));
  if (tokens_of) {
    LOCKSTEP_TRY(patch.tokens_of, UserName::parse(*tokens_of));
  }
  LOCKSTEP_CHECK(members.finish());
  return patch;
}

Result<Response> post_operator(Services& services, const Context& context, const Call& call) {
  LOCKSTEP_TRY(Body body, Body::of(call));
  LOCKSTEP_TRY(const std::string text, body.members().text("name"));
  LOCKSTEP_TRY(const UserName name, UserName::parse(text));
  LOCKSTEP_TRY(const OperatorPatch patch, read_patch(body.members()));
  LOCKSTEP_TRY(const CreatedOperator made, create_operator(services, context, name, patch));
  return json_response(
      201, {{"operator", operator_json(made.account)}, {"setup", setup_json(made.setup)}});
}

Result<Response> list(Services& services, const Context&, const Call& call) {
  LOCKSTEP_TRY(const Page page, page_of(call));
  LOCKSTEP_TRY(const std::vector<Operator> rows, list_operators(services, page));
  boost::json::array items;
  for (const Operator& one : rows) items.push_back(operator_json(one));
  return list_response(std::move(items),
                       next_of(rows, page, [](const Operator& one) { return one.name.text(); }));
}

Result<Response> get_one(Services& services, const Context&, const Call& call) {
  LOCKSTEP_TRY(const UserName name, operator_of(call));
  LOCKSTEP_TRY(const Operator account, get_operator(services, name));
  return versioned(operator_json(account), account.version);
}

Result<Response> patch_one(Services& services, const Context& context, const Call& call) {
  LOCKSTEP_TRY(const UserName name, operator_of(call));
  LOCKSTEP_TRY(const std::optional<RowVersion> seen, seen_version(call));
  LOCKSTEP_TRY(Body body, Body::of(call));
  LOCKSTEP_TRY(const OperatorPatch patch, read_patch(body.members()));
  LOCKSTEP_TRY(const Operator account, change_operator(services, context, name, patch, seen));
  return versioned(operator_json(account), account.version);
}

Result<Response> delete_one(Services& services, const Context& context, const Call& call) {
  LOCKSTEP_TRY(const UserName name, operator_of(call));
  LOCKSTEP_TRY(const std::optional<RowVersion> seen, seen_version(call));
  LOCKSTEP_CHECK(expect_no_body(call));
  LOCKSTEP_CHECK(delete_operator(services, context, name, seen));
  return no_content();
}

Result<Response> post_setup(Services& services, const Context& context, const Call& call) {
  LOCKSTEP_TRY(const UserName name, operator_of(call));
  LOCKSTEP_CHECK(expect_no_body(call));
  LOCKSTEP_TRY(const SetupLink link, renew_setup(services, context, name));
  return json_response(201, setup_json(link));
}

Result<Response> get_sessions(Services& services, const Context& context, const Call& call) {
  LOCKSTEP_TRY(const UserName name, operator_of(call));
  LOCKSTEP_TRY(const std::vector<Session> sessions, list_sessions(services, context, name));
  boost::json::array items;
  for (const Session& one : sessions) items.push_back(session_json(one));
  return list_response(std::move(items), std::nullopt);
}

Result<Response> delete_sessions(Services& services, const Context& context, const Call& call) {
  LOCKSTEP_TRY(const UserName name, operator_of(call));
  LOCKSTEP_CHECK(expect_no_body(call));
  LOCKSTEP_CHECK(end_sessions(services, context, name));
  return no_content();
}

Result<Response> delete_session(Services& services, const Context& context, const Call& call) {
  LOCKSTEP_TRY(const UserName name, operator_of(call));
  LOCKSTEP_CHECK(expect_no_body(call));
  LOCKSTEP_CHECK(end_session(services, context, name, call.path("session")));
  return no_content();
}

}  // namespace

boost::json::object operator_json(const Operator& account) {
  boost::json::object result;
  result["name"] = account.name.text();
  result["full_name"] = account.full_name;
  result["email"] = account.email;
  result["role"] = json_text(name_of(account.role));
  boost::json::array scope;
  for (const GroupName& group : account.scope) scope.emplace_back(group.text());
  result["scope"] = std::move(scope);
  result["status"] = json_text(name_of(account.status));
  result["is_set_up"] = account.password.has_value() && account.tokens_of.has_value();
  if (account.tokens_of) result["tokens_of"] = account.tokens_of->text();
  if (account.signed_in_at) result["signed_in_at"] = json_time(*account.signed_in_at);
  if (const auto until = paused_until(account)) result["paused_until"] = json_time(*until);
  result["created_at"] = json_time(account.created_at);
  return result;
}

boost::json::object session_json(const Session& session) {
  return {{"id", session_name(session)},
          {"created_at", json_time(session.created_at)},
          {"seen_at", json_time(session.seen_at)},
          {"expires_at", json_time(session.expires_at)},
          {"about", session.about}};
}

void add_operator_routes(RestRoutes& routes) {
  const Permissions read{Permission::operators_read};
  const Permissions write{Permission::operators_write};
  routes.add(Method::post, "/operators", write, post_operator);
  routes.add(Method::get, "/operators", read, list, {"limit", "after"});
  routes.add(Method::get, "/operators/{name}", read, get_one);
  routes.add(Method::patch, "/operators/{name}", write, patch_one);
  routes.add(Method::delete_, "/operators/{name}", write, delete_one);
  routes.add(Method::post, "/operators/{name}/setup", write, post_setup);
  routes.add(Method::get, "/operators/{name}/sessions", read, get_sessions);
  routes.add(Method::delete_, "/operators/{name}/sessions", write, delete_sessions);
  routes.add(Method::delete_, "/operators/{name}/sessions/{session}", write, delete_session);
}

}  // namespace lockstep
