// SPDX-License-Identifier: Apache-2.0
#include "service/api_keys.h"

#include <utility>

#include "front/rest/routes.h"

namespace lockstep {
namespace {

boost::json::object key_json(const ApiKey& key) {
  boost::json::object result;
  result["name"] = key.name;
  boost::json::array permissions;
  for (std::size_t i = 0; i < kPermissionCount; ++i) {
    const auto one = static_cast<Permission>(i);
    if (key.permissions.has(one)) permissions.push_back(json_text(name_of(one)));
  }
  result["permissions"] = std::move(permissions);
  if (key.required_group) result["required_group"] = key.required_group->text();
  result["created_at"] = json_time(key.created_at);
  result["version"] = key.version.value();
  if (key.revoked_at) result["revoked_at"] = json_time(*key.revoked_at);
  return result;
}

Result<Permissions> read_permissions(JsonObject& members) {
  LOCKSTEP_TRY(const std::vector<std::string> names,
               members.texts("permissions", kPermissionCount));
  std::uint32_t bits = 0;
  for (const std::string& name : names) {
    const std::optional<Permission> one = parse_permission(name);
    if (!one) return fail(Errc::invalid_input, "\"permissions\" names one that does not exist");
    bits |= Permissions{*one}.bits();
  }
  if (bits == 0) return fail(Errc::invalid_input, "\"permissions\" names none");
  return Permissions::from_bits(bits);
}

Result<Response> post_key(Services& services, const Context& context, const Call& call) {
  LOCKSTEP_TRY(Body body, Body::of(call));
  LOCKSTEP_TRY(const std::string name, body.members().text("name"));
  LOCKSTEP_TRY(const Permissions permissions, read_permissions(body.members()));
  LOCKSTEP_CHECK(body.members().finish());
  LOCKSTEP_TRY(const CreatedApiKey created, create_api_key(services, context, name, permissions));
  return json_response(201, {{"api_key", key_json(created.key)}, {"key", created.text}});
}

Result<Response> list(Services& services, const Context&, const Call& call) {
  LOCKSTEP_TRY(const Page page, page_of(call));
  LOCKSTEP_TRY(const std::vector<ApiKey> keys, list_api_keys(services, page));
  boost::json::array items;
  for (const ApiKey& key : keys) items.push_back(key_json(key));
  return list_response(std::move(items),
                       next_of(keys, page, [](const ApiKey& key) { return key.name; }));
}

Result<Response> get_one(Services& services, const Context&, const Call& call) {
  LOCKSTEP_TRY(const ApiKey key, find_api_key(services, call.path("name")));
  return json_response(200, key_json(key));
}

Result<Response> rotate(Services& services, const Context& context, const Call& call) {
  LOCKSTEP_TRY(Body body, Body::of(call));
  LOCKSTEP_TRY(const std::int64_t version, body.members().number("version", {}));
  LOCKSTEP_CHECK(body.members().finish());
  LOCKSTEP_TRY(const CreatedApiKey rotated,
               rotate_api_key(services, context, call.path("name"),
                              RowVersion(static_cast<std::uint64_t>(version))));
  return json_response(200, {{"api_key", key_json(rotated.key)}, {"key", rotated.text}});
}

Result<Response> patch_one(Services& services, const Context& context, const Call& call) {
  LOCKSTEP_TRY(Body body, Body::of(call));
  const bool anybody = body.members().is_null("required_group");
  std::optional<GroupName> group;
  if (!anybody) {
    LOCKSTEP_TRY(const std::string text, body.members().text("required_group"));
    LOCKSTEP_TRY(group, GroupName::parse(text));
  }
  LOCKSTEP_TRY(const std::int64_t version, body.members().number("version", {}));
  LOCKSTEP_CHECK(body.members().finish());
  LOCKSTEP_TRY(const ApiKey key, require_group(services, context, call.path("name"), group,
                                               RowVersion(static_cast<std::uint64_t>(version))));
  return json_response(200, key_json(key));
}

Result<Response> delete_one(Services& services, const Context& context, const Call& call) {
  LOCKSTEP_CHECK(expect_no_body(call));
  LOCKSTEP_CHECK(revoke_api_key(services, context, call.path("name")));
  return no_content();
}

}  // namespace

void add_api_key_routes(RestRoutes& routes) {
  const Permissions needs{Permission::keys_write};
  routes.add(Method::post, "/api-keys", needs, post_key);
  routes.add(Method::get, "/api-keys", needs, list, {"limit", "after"});
  routes.add(Method::get, "/api-keys/{name}", needs, get_one);
  routes.add(Method::patch, "/api-keys/{name}", needs, patch_one);
  routes.add(Method::post, "/api-keys/{name}/rotate", needs, rotate);
  routes.add(Method::delete_, "/api-keys/{name}", needs, delete_one);
}

}  // namespace lockstep
