// SPDX-License-Identifier: Apache-2.0
#include "core/policy/policy.h"

#include <charconv>
#include <utility>

#include "front/rest/routes.h"
#include "front/rest/token_json.h"
#include "service/policies.h"
#include "service/policy_changes.h"
#include "service/policy_report.h"

namespace lockstep {
namespace {

constexpr std::int64_t kRevisionNumberMax = 1'000'000'000;

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

boost::json::object odds_json(const Odds& odds) {
  return {{"per_attempt", odds.per_attempt},
          {"per_escalation", odds.per_escalation},
          {"per_year", odds.per_year},
          {"attempts_per_year", odds.attempts_per_year}};
}

boost::json::object kind_json(const OddsRow& row) {
  return {{"label", row.label},
          {"kind", json_text(name_of(row.shape.spec.kind))},
          {"digits", row.shape.spec.digits.count()},
          {"form", json_text(name_of(row.shape.form))}};
}

Result<Response> get_odds(Services&, const Context& context, const Call&) {
  boost::json::array items;
  for (const OddsRow& row : odds_report(context.policy->policy)) {
    boost::json::object item = kind_json(row);
    for (auto& [name, value] : odds_json(row.odds)) item[name] = value;
    items.push_back(std::move(item));
  }
  return list_response(std::move(items), std::nullopt);
}

boost::json::value value_json(const PolicyValue& value) {
  return std::visit([](const auto& one) { return boost::json::value(one); }, value);
}

/// Of whom something is said.
boost::json::object part_json(PolicyOrigin::Part part, const std::string& name,
                              const std::string& model = {}) {
  constexpr std::string_view kParts[] = {"everybody", "group", "model"};
  boost::json::object result{{"part", json_text(kParts[static_cast<std::size_t>(part)])}};
  if (!name.empty()) result["name"] = name;
  if (!model.empty()) result["model"] = model;
  return result;
}

boost::json::object explained_json(const ExplainedValue& explained) {
  boost::json::object from = part_json(explained.origin.part, explained.origin.name);
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

// ---- Draft, comparison, history.

Result<Response> draft_response(const DraftedPolicy& draft, const Context& context) {
  boost::json::object body;
  body["base"] = draft.base;
  body["is_overtaken"] = draft.base != context.policy->revision;
  body["at"] = json_time(draft.at);
  body["by"] = draft.by.value();
  LOCKSTEP_TRY(body["document"], parse_json(draft.policy.document));
  return versioned(body, draft.version);
}

Result<Response> get_draft(Services& services, const Context& context, const Call&) {
  LOCKSTEP_TRY(const DraftedPolicy draft, get_policy_draft(services));
  return draft_response(draft, context);
}

/// A revision's number in a query.
Result<std::optional<std::uint64_t>> revision_of(const Call& call, const std::string& name) {
  const std::optional<std::string> text = call.query(name);
  if (!text) return std::nullopt;
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), number);
  if (error != std::errc() || end != text->data() + text->size() ||
      number > static_cast<std::uint64_t>(kRevisionNumberMax)) {
    return fail(Errc::invalid_input, "\"" + name + "\" is no revision's number");
  }
  return number;
}

Result<Response> put_draft(Services& services, const Context& context, const Call& call) {
  LOCKSTEP_TRY(const std::optional<RowVersion> seen, seen_version(call));
  LOCKSTEP_TRY(const auto base, revision_of(call, "base"));
  LOCKSTEP_TRY(const Body body, Body::of(call));  // Refuses what is no JSON object by its type.
  LOCKSTEP_TRY(const DraftedPolicy draft,
               put_policy_draft(services, context, call.request().body, base, seen));
  return draft_response(draft, context);
}

Result<Response> delete_draft(Services& services, const Context& context, const Call& call) {
  LOCKSTEP_TRY(const std::optional<RowVersion> seen, seen_version(call));
  LOCKSTEP_CHECK(expect_no_body(call));
  LOCKSTEP_CHECK(delete_policy_draft(services, context, seen));
  return no_content();
}

Result<Response> post_apply(Services& services, const Context& context, const Call& call) {
  LOCKSTEP_TRY(const std::optional<RowVersion> seen, seen_version(call));
  LOCKSTEP_CHECK(expect_no_body(call));
  LOCKSTEP_TRY(const PolicySnapshot done, apply_policy_draft(services, context, seen));
  return policy_response(done);
}

Result<Response> post_revert(Services& services, const Context& context, const Call& call) {
  LOCKSTEP_TRY(Body body, Body::of(call));
  LOCKSTEP_TRY(const std::int64_t revision,
               body.members().number("revision", {0, kRevisionNumberMax}));
  LOCKSTEP_CHECK(body.members().finish());
  LOCKSTEP_TRY(const PolicySnapshot done,
               revert_policy(services, context, static_cast<std::uint64_t>(revision)));
  return policy_response(done);
}

Result<Response> get_diff(Services& services, const Context& context, const Call& call) {
  LOCKSTEP_TRY(const PolicyComparison compared,
               compare_policies(services, context, call.query("from").value_or("current"),
                                call.query("to").value_or("draft")));
  boost::json::array changes;
  for (const PolicyChange& change : compared.changes) {
    boost::json::object item = part_json(change.part, change.name, change.model);
    item["key"] = change.key;
    item["before"] = value_json(change.before);
    item["after"] = value_json(change.after);
    item["words"] = in_words(change);
    changes.push_back(std::move(item));
  }
  boost::json::array odds;
  for (const OddsChange& change : compared.odds) {
    boost::json::object item = part_json(change.part, change.name, change.model);
    for (auto& [name, value] : kind_json(change.before)) item[name] = value;
    item["before"] = odds_json(change.before.odds);
    item["after"] = odds_json(change.after.odds);
    odds.push_back(std::move(item));
  }
  boost::json::object body{{"from", compared.from},
                           {"to", compared.to},
                           {"changes", std::move(changes)},
                           {"odds", std::move(odds)}};
  if (compared.draft) body["draft_version"] = std::to_string(compared.draft->value());
  return json_response(200, body);
}

Result<Response> get_revisions(Services& services, const Context&, const Call& call) {
  LOCKSTEP_TRY(const Page page, page_of(call));
  LOCKSTEP_TRY(const auto before, revision_of(call, "after"));
  LOCKSTEP_TRY(const std::vector<PolicyRevision> revisions,
               list_policy_revisions(services, before.value_or(0), page.limit));
  boost::json::array items;
  for (const PolicyRevision& revision : revisions) {
    boost::json::object item{
        {"revision", revision.number}, {"at", json_time(revision.at)}, {"by", revision.by.value()}};
    LOCKSTEP_TRY(item["document"], parse_json(revision.document));
    items.push_back(std::move(item));
  }
  return list_response(std::move(items), next_of(revisions, page, [](const PolicyRevision& row) {
                         return std::to_string(row.number);
                       }));
}

}  // namespace

void add_policy_routes(RestRoutes& routes) {
  const Permissions read{Permission::policy_read};
  const Permissions write{Permission::policy_write};
  routes.add(Method::get, "/policy", read, get_policy);
  routes.add(Method::put, "/policy", write, put_one);
  routes.add(Method::get, "/policy/odds", read, get_odds);
  routes.add(Method::get, "/policy/draft", read, get_draft);
  routes.add(Method::put, "/policy/draft", write, put_draft, {"base"});
  routes.add(Method::delete_, "/policy/draft", write, delete_draft);
  routes.add(Method::get, "/policy/diff", read, get_diff, {"from", "to"});
  routes.add(Method::post, "/policy/apply", write, post_apply);
  routes.add(Method::post, "/policy/revert", write, post_revert);
  routes.add(Method::get, "/policy/revisions", read, get_revisions, {"limit", "after"});
  routes.add(Method::get, "/users/{id}/policy", {Permission::policy_read, Permission::users_read},
             get_of_user);
}

}  // namespace lockstep
