// SPDX-License-Identifier: Apache-2.0
#include "service/groups.h"

#include <algorithm>

#include "service/events.h"
#include "service/paging.h"

namespace lockstep {

namespace {

AuditEvent about(const Context& context, EventKind kind, const GroupName& group) {
  AuditEvent made = event(context, kind);
  made.details.emplace_back("group", group.text());
  return made;
}

/// Makes `user` a member of `group` or not; what is so already is neither written nor recorded.
template <class Membership>
Result<void> change_member(Services& services, const Context& context, EventKind kind,
                           const GroupName& group, const UserName& user) {
  const bool wanted = kind == EventKind::member_added;
  Result<void> done =
      services.store.attempt(Subject(user), [&](const Situation& now) -> Result<ChangeSet> {
        if (!now.user) return fail(Errc::not_found, "no such user");
        const bool is_member = std::ranges::find(now.groups, group) != now.groups.end();
        if (is_member == wanted) return ChangeSet{};
        AuditEvent made = about(context, kind, group);
        made.user = user;
        return ChangeSet{{Membership{group, now.user->id}}, {std::move(made)}};
      });
  if (!done && done.error().code == Errc::conflict) {
    return fail(Errc::not_found, "no such user or group");
  }
  return done;
}

}  // namespace

Result<void> create_group(Services& services, const Context& context, const GroupName& group) {
  return services.store.commit(
      ChangeSet{{InsertGroup{group}}, {about(context, EventKind::group_created, group)}});
}

Result<void> delete_group(Services& services, const Context& context, const GroupName& group) {
  Result<void> done = services.store.commit(
      ChangeSet{{DeleteGroup{group}}, {about(context, EventKind::group_deleted, group)}});
  if (!done && done.error().code == Errc::conflict) return fail(Errc::not_found, "no such group");
  return done;
}

Result<std::vector<Group>> list_groups(Services& services, const Page& page) {
  LOCKSTEP_CHECK(check_limit(page.limit));
  return services.store.groups(page);
}

Result<std::uint64_t> count_without_group(Services& services) {
  UserQuery query;
  query.has_group = false;
  return services.store.count_users(query);
}

Result<std::vector<UserName>> list_members(Services& services, const GroupName& group,
                                           const Page& page) {
  LOCKSTEP_CHECK(check_limit(page.limit));
  return services.store.members(group, page);
}

Result<void> add_member(Services& services, const Context& context, const GroupName& group,
                        const UserName& user) {
  return change_member<AddMember>(services, context, EventKind::member_added, group, user);
}

Result<void> remove_member(Services& services, const Context& context, const GroupName& group,
                           const UserName& user) {
  return change_member<RemoveMember>(services, context, EventKind::member_removed, group, user);
}

}  // namespace lockstep
