// SPDX-License-Identifier: Apache-2.0
#include "service/groups.h"

#include <utility>

#include "front/rest/routes.h"

namespace lockstep {
namespace {

Result<GroupName> group_of(const Call& call) { return GroupName::parse(call.path("id")); }

Result<Response> list(Services& services, const Context&, const Call& call) {
  LOCKSTEP_TRY(const Page page, page_of(call));
  LOCKSTEP_TRY(const std::vector<Group> groups, list_groups(services, page));
  boost::json::array items;
  for (const Group& group : groups) {
    items.push_back({{"id", group.name.text()}, {"members", group.members}});
  }
  boost::json::object body{{"items", std::move(items)}};
  if (page.after.empty()) {
    LOCKSTEP_TRY(body["without_group"], count_without_group(services));
  }
  const auto next = next_of(groups, page, [](const Group& group) { return group.name.text(); });
  if (next) body["next"] = *next;
  return json_response(200, body);
}

/// Creating a group that is there already changes nothing, as PUT promises.
Result<Response> put_group(Services& services, const Context& context, const Call& call) {
  LOCKSTEP_TRY(const GroupName group, group_of(call));
  LOCKSTEP_CHECK(expect_no_body(call));
  const Result<void> created = create_group(services, context, group);
  if (!created && created.error().code != Errc::conflict) {
    return std::unexpected<Error>(created.error());
  }
  return no_content();
}

Result<Response> delete_one(Services& services, const Context& context, const Call& call) {
  LOCKSTEP_TRY(const GroupName group, group_of(call));
  LOCKSTEP_CHECK(expect_no_body(call));
  LOCKSTEP_CHECK(delete_group(services, context, group));
  return no_content();
}

Result<Response> get_members(Services& services, const Context&, const Call& call) {
  LOCKSTEP_TRY(const GroupName group, group_of(call));
  LOCKSTEP_TRY(const Page page, page_of(call));
  LOCKSTEP_TRY(const std::vector<UserName> members, list_members(services, group, page));
  boost::json::array items;
  for (const UserName& member : members) items.emplace_back(member.text());
  return list_response(std::move(items),
                       next_of(members, page, [](const UserName& name) { return name.text(); }));
}

Result<Response> put_member(Services& services, const Context& context, const Call& call) {
  LOCKSTEP_TRY(const GroupName group, group_of(call));
  LOCKSTEP_TRY(const UserName user, UserName::parse(call.path("user")));
  LOCKSTEP_CHECK(expect_no_body(call));
  LOCKSTEP_CHECK(add_member(services, context, group, user));
  return no_content();
}

Result<Response> delete_member(Services& services, const Context& context, const Call& call) {
  LOCKSTEP_TRY(const GroupName group, group_of(call));
  LOCKSTEP_TRY(const UserName user, UserName::parse(call.path("user")));
  LOCKSTEP_CHECK(expect_no_body(call));
  LOCKSTEP_CHECK(remove_member(services, context, group, user));
  return no_content();
}

}  // namespace

void add_group_routes(RestRoutes& routes) {
  const Permissions read{Permission::users_read};
  const Permissions write{Permission::groups_write};
  routes.add(Method::get, "/groups", read, list, {"limit", "after"});
  routes.add(Method::put, "/groups/{id}", write, put_group);
  routes.add(Method::delete_, "/groups/{id}", write, delete_one);
  routes.add(Method::get, "/groups/{id}/members", read, get_members, {"limit", "after"});
  routes.add(Method::put, "/groups/{id}/members/{user}", write, put_member);
  routes.add(Method::delete_, "/groups/{id}/members/{user}", write, delete_member);
}

}  // namespace lockstep
