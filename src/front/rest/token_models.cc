// SPDX-License-Identifier: Apache-2.0
#include "service/token_models.h"

#include <utility>

#include "front/rest/routes.h"
#include "front/rest/token_json.h"

namespace lockstep {
namespace {

boost::json::object model_json(const TokenModel& model) {
  boost::json::object result;
  result["name"] = model.name;
  result["maker"] = model.maker;
  result["form"] = json_text(name_of(model.form));
  for (const auto& member : spec_json(model.spec)) result[member.key()] = member.value();
  result["shown_seconds"] = model.shown_for.count();
  result["warranty_months"] = model.warranty_months;
  result["help"] = model.help;
  return result;
}

Result<TokenModel> read_model(std::string name, JsonObject& members) {
  TokenModel model;
  model.name = std::move(name);
  LOCKSTEP_TRY(model.spec, read_spec(members));
  LOCKSTEP_TRY(const auto form, read_form(members));
  model.form = form.value_or(model.form);
  LOCKSTEP_TRY(auto maker, members.optional_text("maker"));
  model.maker = std::move(maker).value_or("");
  LOCKSTEP_TRY(const auto shown, members.optional_number("shown_seconds", {}));
  model.shown_for = Seconds(shown.value_or(0));
  LOCKSTEP_TRY(const auto months, members.optional_number("warranty_months", {.max = 1'200}));
  model.warranty_months = static_cast<std::uint32_t>(months.value_or(0));
  LOCKSTEP_TRY(auto help, members.optional_text("help"));
  model.help = std::move(help).value_or("");
  LOCKSTEP_CHECK(members.finish());
  return model;
}

Result<Response> list(Services& services, const Context&, const Call& call) {
  LOCKSTEP_TRY(const Page page, page_of(call));
  LOCKSTEP_TRY(const std::vector<TokenModel> models, list_token_models(services, page));
  boost::json::array items;
  for (const TokenModel& model : models) items.push_back(model_json(model));
  return list_response(std::move(items),
                       next_of(models, page, [](const TokenModel& model) { return model.name; }));
}

Result<Response> get_one(Services& services, const Context&, const Call& call) {
  LOCKSTEP_TRY(const TokenModel model, get_token_model(services, call.path("name")));
  return versioned(model_json(model), model.version);
}

Result<Response> put_one(Services& services, const Context& context, const Call& call) {
  LOCKSTEP_TRY(const std::optional<RowVersion> seen, seen_version(call));
  LOCKSTEP_TRY(Body body, Body::of(call));
  LOCKSTEP_TRY(TokenModel wanted, read_model(call.path("name"), body.members()));
  LOCKSTEP_TRY(const TokenModel model, put_token_model(services, context, std::move(wanted), seen));
  return versioned(model_json(model), model.version);
}

Result<Response> delete_one(Services& services, const Context& context, const Call& call) {
  LOCKSTEP_TRY(const std::optional<RowVersion> seen, seen_version(call));
  LOCKSTEP_CHECK(expect_no_body(call));
  LOCKSTEP_CHECK(delete_token_model(services, context, call.path("name"), seen));
  return no_content();
}

}  // namespace

void add_token_model_routes(RestRoutes& routes) {
  const Permissions read{Permission::tokens_read};
  const Permissions write{Permission::tokens_write};
  routes.add(Method::get, "/token-models", read, list, {"limit", "after"});
  routes.add(Method::get, "/token-models/{name}", read, get_one);
  routes.add(Method::put, "/token-models/{name}", write, put_one);
  routes.add(Method::delete_, "/token-models/{name}", write, delete_one);
}

}  // namespace lockstep
