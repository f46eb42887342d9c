// SPDX-License-Identifier: Apache-2.0
#include "core/policy/policy.h"

#include <utility>

#include "front/rest/routes.h"
#include "front/rest/token_json.h"
#include "service/policies.h"
#include "service/policy_report.h"

namespace lockstep {
namespace {

Result<Response> policy_response(const PolicySnapshot& policy) {
  boost::json::object body;
  body["revision"] = policy.revision;
  body["preset"] = json_text(name_of(policy.preset));
  LOCKSTEP_TRY(body["document"], parse_json(policy.document));
  return json_response(200, body);
}

Result<Response> get_policy(Services&, const Context& context, const Call&) {
  return policy_response(*context.policy);
}

Result<Response> put_one(Services& services, const Context& context, const Call& call) {
  LOCKSTEP_TRY(const Body body, Body::of(call));  // Refuses what is no JSON object by its type.
  LOCKSTEP_TRY(const PolicySnapshot done, put_policy(services, context, call.request().body));
  return policy_response(done);
}

Result<Response> get_odds(Services&, const Context& context, const Call&) {
  boost::json::array items;
  for (const OddsRow& row : odds_report(context.policy->policy)) {
    boost::json::object item;
    item["label"] = row.label;
    item["kind"] = json_text(name_of(row.shape.spec.kind));
    item["digits"] = row.shape.spec.digits.count();
    item["form"] = json_text(name_of(row.shape.form));
    item["per_attempt"] = row.odds.per_attempt;
    item["per_escalation"] = row.odds.per_escalation;
    item["per_year"] = row.odds.per_year;
    item["attempts_per_year"] = row.odds.attempts_per_year;
    items.push_back(std::move(item));
  }
  return list_response(std::move(items), std::nullopt);
}

boost::json::value value_json(const PolicyValue& value) {
  return std::visit([](const auto& one) { return boost::json::value(one); }, value);
}

boost::json::object explained_json(const ExplainedValue& explained) {
  constexpr std::string_view kParts[] = {"everybody", "group", "model"};
  boost::json::object from;
  from["part"] = json_text(kParts[static_cast<std::size_t>(explained.origin.part)]);
  if (!explained.origin.name.empty()) from["name"] = explained.origin.name;
  if (explained.origin.preset) from["preset"] = json_text(name_of(*explained.origin.preset));
  return {{"key", json_text(explained.key->name)},
          {"value", value_json(explained.value)},
          {"value_words", in_words(*explained.key, explained.value)},
          {"from", std::move(from)},
          {"from_words", in_words(explained.origin)}};
}

boost::json::array explained_json(const std::vector<ExplainedValue>& values) {
  boost::json::array list;
  for (const ExplainedValue& value : values) list.push_back(explained_json(value));
  return list;
}

Result<Response> get_of_user(Services& services, const Context& context, const Call& call) {
  LOCKSTEP_TRY(const UserName user, UserName::parse(call.path("id")));
  LOCKSTEP_TRY(const UserPolicyReport report, explain_policy(services, context, user));
  boost::json::object body{{"user", report.user.text()}, {"revision", report.revision}};
  if (report.group) body["group"] = *report.group;
  body["values"] = explained_json(report.values);
  boost::json::array tokens;
  for (const TokenPolicyReport& token : report.tokens) {
    tokens.push_back({{"serial", token.serial.text()},
                      {"model", token.model},
                      {"values", explained_json(token.values)}});
  }
  body["tokens"] = std::move(tokens);
  return json_response(200, body);
}

}  // namespace

void add_policy_routes(RestRoutes& routes) {
  const Permissions read{Permission::policy_read};
  const Permissions write{Permission::policy_write};
  routes.add(Method::get, "/policy", read, get_policy);
  routes.add(Method::put, "/policy", write, put_one);
  routes.add(Method::get, "/policy/odds", read, get_odds);
  routes.add(Method::get, "/users/{id}/policy", {Permission::policy_read, Permission::users_read},
             get_of_user);
}

}  // namespace lockstep
