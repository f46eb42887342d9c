// SPDX-License-Identifier: Apache-2.0
#include "service/operators.h"

#include <algorithm>

#include "service/events.h"
#include "service/paging.h"
#include "service/retry.h"
#include "service/users.h"

namespace lockstep {

namespace {

Result<void> check_patch(Services& services, const OperatorPatch& patch) {
  LOCKSTEP_CHECK(check_person_text("full_name", patch.full_name.value_or("")));
  LOCKSTEP_CHECK(check_person_text("email", patch.email.value_or("")));
  if (patch.scope && patch.scope->size() > Operator::kScopeMax) {
    return fail(Errc::invalid_input, "\"scope\" has more than 100 groups");
  }
  for (const GroupName& group : patch.scope.value_or(std::vector<GroupName>())) {
    const auto members = services.store.members(group, Page{1, {}});
    if (!members) return std::unexpected(members.error());
  }
  if (!patch.tokens_of) return {};
  LOCKSTEP_TRY(const Situation user, services.store.situation(Subject(*patch.tokens_of)));
  if (!user.user) return fail(Errc::not_found, "there is no user to take the tokens of");
  return {};
}

Result<Operator> find(Services& services, const UserName& name) {
  LOCKSTEP_TRY(std::optional<Operator> found, services.store.find_operator(name));
  if (!found) return fail(Errc::not_found, "no such operator");
  return *std::move(found);
}

bool is_owner(const Operator& account) {
  return account.role == Role::owner && account.status == OperatorStatus::enabled;
}

/// An enabled owner beside `account`. Owners are few, and accounts too.
Result<std::optional<Operator>> another_owner(Services& services, const Operator& account) {
  Page page{Page::kLimitMax, {}};
  for (;;) {
    LOCKSTEP_TRY(std::vector<Operator> rows, services.store.operators(page));
    for (Operator& one : rows) {
      if (is_owner(one) && one.id != account.id) return std::optional(std::move(one));
    }
    if (rows.size() < page.limit) return std::optional<Operator>();
    page.after = rows.back().name.text();
  }
}

/// Where `before` is an owner who will be none: the one who stays is written as they are. Of two
/// who remove each other at the same time the second one is in conflict, and looks again.
Result<void> keep_an_owner(Services& services, const Operator& before, ChangeSet& set) {
  if (!is_owner(before)) return {};
  LOCKSTEP_TRY(std::optional<Operator> other, another_owner(services, before));
  if (!other) return fail(Errc::conflict, "this is the last owner who is enabled");
  set.changes.emplace_back(UpdateOperator{*std::move(other)});
  return {};
}

std::string text_of(const std::vector<GroupName>& groups) {
  std::string text;
  for (const GroupName& group : groups) text += (text.empty() ? "" : ", ") + group.text();
  return text.empty() ? "everybody" : text;
}

std::string_view name_of(OperatorStatus status) {
  return status == OperatorStatus::enabled ? "enabled" : "disabled";
}

enum class Weight { light, ends_sessions };

/// Changes `account` as asked and says in `made` what was changed, before and after.
Weight apply(const OperatorPatch& patch, Operator& account, AuditEvent& made) {
  Weight weight = Weight::light;
  const auto heavy = [&](const char* name, const auto& from, auto& to, const auto& print) {
    if (!from || *from == to) return;
    made.details.emplace_back(std::string(name) + "_before", print(to));
    to = *from;
    made.details.emplace_back(name, print(to));
    weight = Weight::ends_sessions;
  };
  change_text(made, "full_name", patch.full_name, account.full_name);
  change_text(made, "email", patch.email, account.email);
  heavy("role", patch.role, account.role, [](Role role) { return std::string(name_of(role)); });
  heavy("scope", patch.scope, account.scope, text_of);
  heavy("status", patch.status, account.status,
        [](OperatorStatus status) { return std::string(name_of(status)); });
  if (patch.tokens_of && account.tokens_of != patch.tokens_of) {
    const std::string before = account.tokens_of ? account.tokens_of->text() : "nobody";
    made.details.emplace_back("tokens_of_before", before);
    account.tokens_of = patch.tokens_of;
    made.details.emplace_back("tokens_of", account.tokens_of->text());
    weight = Weight::ends_sessions;
  }
  return weight;
}

Result<void> check_whole(const Operator& account) {
  if (account.role != Role::owner || account.scope.empty()) return {};
  return fail(Errc::invalid_input, "an owner has no scope: everybody is theirs");
}

Result<Operator> change_once(Services& services, const Context& context, const UserName& name,
                             const OperatorPatch& patch, const std::optional<RowVersion>& seen) {
  LOCKSTEP_TRY(const Operator before, find(services, name));
  LOCKSTEP_CHECK(check_seen(seen, before.version));
  LOCKSTEP_CHECK(check_has_all(context, before.role));
  Operator after = before;
  AuditEvent made = event_about(context, EventKind::operator_changed, name);
  const Weight weight = apply(patch, after, made);
  if (after == before) return after;
  LOCKSTEP_CHECK(check_whole(after));
  LOCKSTEP_CHECK(check_has_all(context, after.role));
  ChangeSet set;
  if (!is_owner(after)) LOCKSTEP_CHECK(keep_an_owner(services, before, set));
  const OperatorId id = after.id;
  set.changes.emplace_back(UpdateOperator{std::move(after)});
  if (weight == Weight::ends_sessions) {
    set.changes.emplace_back(DeleteSessionsOf{SessionKind::console, id.value()});
  }
  set.events.push_back(std::move(made));
  LOCKSTEP_CHECK(services.store.commit(std::move(set)));
  // Read again: the store alone knows the new version.
  return find(services, name);
}

}  // namespace

Result<void> check_has_all(const Context& context, Role role) {
  if ((permissions_of(role).bits() & ~context.caller.permissions.bits()) == 0) return {};
  return fail(Errc::not_allowed, "the role may do what the caller may not");
}

Actor actor_of(const Operator& account) { return Actor("operator:" + account.name.text()); }

AuditEvent event_about(const Context& context, EventKind kind, const UserName& name) {
  AuditEvent made = event(context, kind);
  made.details.emplace_back("operator", name.text());
  return made;
}

Result<CreatedOperator> create_operator(Services& services, const Context& context,
                                        const UserName& name, const OperatorPatch& patch) {
  if (!patch.role) return fail(Errc::invalid_input, "\"role\" is missing");
  LOCKSTEP_CHECK(check_patch(services, patch));
  Operator account{.id = OperatorId(services.random.id()), .name = name};
  account.role = *patch.role;
  account.created_at = context.now.wall;
  AuditEvent made = event_about(context, EventKind::operator_created, name);
  made.details.emplace_back("role", name_of(account.role));
  apply(patch, account, made);
  LOCKSTEP_CHECK(check_whole(account));
  LOCKSTEP_CHECK(check_has_all(context, account.role));
  PreparedSetup setup = prepare_setup(services, context, account);
  LOCKSTEP_CHECK(services.store.commit(ChangeSet{
      {InsertOperator{account}, InsertTicket{std::move(setup.ticket)}}, {std::move(made)}}));
  LOCKSTEP_TRY(Operator stored, find(services, name));
  return CreatedOperator{std::move(stored), std::move(setup.link)};
}

Result<std::vector<Operator>> list_operators(Services& services, const Page& page) {
  LOCKSTEP_CHECK(check_limit(page.limit));
  return services.store.operators(page);
}

Result<Operator> get_operator(Services& services, const UserName& name) {
  return find(services, name);
}

Result<Operator> change_operator(Services& services, const Context& context, const UserName& name,
                                 const OperatorPatch& patch, std::optional<RowVersion> seen) {
  LOCKSTEP_CHECK(check_patch(services, patch));
  return retried(seen, [&] { return change_once(services, context, name, patch, seen); });
}

Result<void> delete_operator(Services& services, const Context& context, const UserName& name,
                             std::optional<RowVersion> seen) {
  return retried(seen, [&]() -> Result<void> {
    LOCKSTEP_TRY(const Operator account, find(services, name));
    LOCKSTEP_CHECK(check_seen(seen, account.version));
    LOCKSTEP_CHECK(check_has_all(context, account.role));
    ChangeSet set;
    LOCKSTEP_CHECK(keep_an_owner(services, account, set));
    set.changes.emplace_back(DeleteOperator{account.id, account.version});
    set.changes.emplace_back(DeleteSessionsOf{SessionKind::console, account.id.value()});
    set.events.push_back(event_about(context, EventKind::operator_deleted, name));
    return services.store.commit(std::move(set));
  });
}

}  // namespace lockstep
