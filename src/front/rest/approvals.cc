// SPDX-License-Identifier: Apache-2.0
#include <charconv>
#include <string>
#include <utility>

#include "core/model/token_life.h"
#include "formats/people_csv.h"
#include "front/rest/approval_json.h"
#include "front/rest/routes.h"
#include "front/rest/token_json.h"
#include "service/bulk_tokens.h"
#include "service/inventory.h"

namespace lockstep {
namespace {

/// As text, because a browser's numbers have 53 bits.
Result<ApprovalId> parse_id(std::string_view text) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) {
    return fail(Errc::not_found, "no such approval");
  }
  return ApprovalId(number);
}

}  // namespace

boost::json::object approval_json(const Approval& approval) {
  boost::json::object result;
  result["id"] = std::to_string(approval.id.value());
  result["what"] = approval.what;
  result["asked_by"] = approval.asked_by.value();
  result["asked_at"] = json_time(approval.asked_at);
  result["expires_at"] = json_time(approval.expires_at);
  if (const auto by = agreed_by(approval)) result["agreed_by"] = by->value();
  const auto data = parse_json(approval.data);
  if (data && data->is_object()) {
    for (const char* name : {"serials", "change", "q", "overwritten"}) {
      if (const boost::json::value* value = data->get_object().if_contains(name)) {
        result[name] = *value;
      }
    }
  }
  return result;
}

Response waits_for(const Approval& approval) {
  return json_response(202, {{"approval", approval_json(approval)}});
}

namespace {

Result<Response> list(Services& services, const Context& context, const Call&) {
  LOCKSTEP_TRY(const std::vector<Approval> rows, list_approvals(services, context));
  boost::json::array items;
  for (const Approval& one : rows) items.push_back(approval_json(one));
  return list_response(std::move(items), std::nullopt);
}

Result<Response> post_approve(Services& services, const Context& context, const Call& call) {
  LOCKSTEP_CHECK(expect_no_body(call));
  LOCKSTEP_TRY(const ApprovalId id, parse_id(call.path("id")));
  LOCKSTEP_CHECK(approve(services, context, id));
  return no_content();
}

Result<Response> post_refuse(Services& services, const Context& context, const Call& call) {
  LOCKSTEP_CHECK(expect_no_body(call));
  LOCKSTEP_TRY(const ApprovalId id, parse_id(call.path("id")));
  LOCKSTEP_CHECK(refuse_approval(services, context, id));
  return no_content();
}

Result<BulkChange> read_bulk(JsonObject& members) {
  LOCKSTEP_TRY(const std::vector<std::string> texts, members.texts("serials", kBulkTokensMax));
  LOCKSTEP_TRY(const auto state, members.optional_text("state"));
  LOCKSTEP_TRY(const auto gone, members.optional_flag("delete"));
  LOCKSTEP_CHECK(members.finish());
  if (state.has_value() == gone.value_or(false)) {
    return fail(Errc::invalid_input, "one of \"state\" and \"delete\": true has to be there");
  }
  BulkChange change{{}, DeleteTokens{}};
  for (const std::string& text : texts) {
    LOCKSTEP_TRY(Serial serial, Serial::parse(text));
    change.serials.push_back(std::move(serial));
  }
  if (!state) return change;
  const auto status = parse_token_status(*state);
  if (!status) return fail(Errc::invalid_input, "\"state\" is none that can be given");
  change.what = *status;
  return change;
}

Result<Response> post_bulk(Services& services, const Context& context, const Call& call) {
  LOCKSTEP_TRY(Body body, Body::of(call));
  LOCKSTEP_TRY(const BulkChange change, read_bulk(body.members()));
  LOCKSTEP_TRY(const BulkAnswer answer, change_tokens(services, context, change));
  if (answer.waits) return waits_for(*answer.waits);
  return json_response(200, {{"changed", answer.changed}});
}

// As token_json calls them, and two that it does not have. A seed is none of them. New ones go to
// the end, so that who reads them by number reads on.
constexpr const char* kColumns[] = {
    "serial",     "state", "kind",  "algorithm",      "digits",      "step_seconds",
    "t0_seconds", "form",  "model", "owner",          "valid_from",  "valid_until",
    "created_at", "life",  "batch", "warranty_until", "assigned_at", "last_used_at"};

std::string line_of(const TokenRow& row, const Context& context) {
  boost::json::object token = token_json(row.token, row.owner, context);
  const std::vector<Used>& used = row.token.progress.used;
  if (row.token.assigned_at) token["assigned_at"] = json_time(*row.token.assigned_at);
  if (!used.empty()) token["last_used_at"] = json_time(used.back().at);
  std::vector<std::string> fields;
  for (const char* column : kColumns) {
    const boost::json::value* value = token.if_contains(column);
    if (value == nullptr || value->is_null()) {
      fields.emplace_back();
    } else if (value->is_string()) {
      fields.emplace_back(value->as_string().c_str());
    } else {
      fields.push_back(to_json(*value));
    }
  }
  return csv_line(fields);
}

Result<Response> post_export(Services& services, const Context& context, const Call& call) {
  LOCKSTEP_TRY(Body body, Body::of(call));
  TokenQuery query;
  LOCKSTEP_TRY(const auto search, body.members().optional_text("q"));
  query.search = search.value_or("");
  LOCKSTEP_TRY(const auto text, body.members().optional_text("approval"));
  LOCKSTEP_CHECK(body.members().finish());
  std::optional<ApprovalId> approval;
  if (text) {
    LOCKSTEP_TRY(approval, parse_id(*text));
  }
  Response response;
  response.content_type = "text/csv; charset=utf-8";
  response.body = csv_line({std::begin(kColumns), std::end(kColumns)});
  const auto take = [&](const TokenRow& row) { response.body += line_of(row, context); };
  LOCKSTEP_TRY(const std::optional<Approval> waits,
               export_inventory(services, context, query, approval, take));
  if (waits) return waits_for(*waits);
  return response;
}

}  // namespace

void add_approval_routes(RestRoutes& routes) {
  const Permissions anybody;  // Each operation asks for its own permission.
  routes.add(Method::get, "/approvals", anybody, list);
  routes.add(Method::post, "/approvals/{id}/approve", anybody, post_approve);
  routes.add(Method::post, "/approvals/{id}/refuse", anybody, post_refuse);
  routes.add(Method::post, "/tokens/bulk", {Permission::tokens_manage}, post_bulk);
  routes.add(Method::post, "/inventory-exports", {Permission::inventory_export}, post_export);
}

}  // namespace lockstep
