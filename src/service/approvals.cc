// SPDX-License-Identifier: Apache-2.0
#include "service/approvals.h"

#include <algorithm>
#include <array>
#include <utility>

#include "formats/json.h"
#include "service/api_keys.h"
#include "service/bulk_tokens.h"
#include "service/events.h"
#include "service/import_tokens.h"
#include "service/operator_sessions.h"
#include "service/scoped_store.h"

namespace lockstep {

namespace {

// In the order of the enumerators.
constexpr std::array<std::string_view, 3> kNames = {"inventory.export", "tokens.bulk",
                                                    "import.overwrite"};

constexpr const char* kAgreedBy = "agreed_by";

Permission needed_for(Operation operation) {
  switch (operation) {
    case Operation::export_inventory:
      return Permission::inventory_export;
    case Operation::change_tokens:
      return Permission::tokens_manage;
    case Operation::overwrite_tokens:
      return Permission::tokens_write;
  }
  LOCKSTEP_ASSERT(false);
}

Result<Operation> operation_of(const Approval& approval) {
  const std::optional<Operation> operation = parse_operation(approval.what);
  if (!operation) return fail(Errc::corrupt, "an approval names no operation");
  return *operation;
}

bool may_see(const Context& context, const Approval& approval) {
  const std::optional<Operation> operation = parse_operation(approval.what);
  if (approval.expires_at <= context.now.wall || !operation) return false;
  return approval.asked_by == context.caller.actor ||
         context.caller.permissions.has(needed_for(*operation));
}

Result<Approval> find(Services& services, const Context& context, ApprovalId id) {
  LOCKSTEP_TRY(const std::vector<Approval> all, services.store.approvals());
  const auto found = std::ranges::find(all, id, &Approval::id);
  if (found == all.end() || !may_see(context, *found)) {
    return fail(Errc::not_found, "no such approval");
  }
  return *found;
}

/// Programs neither ask nor agree: who holds a program's key would be both persons of the two.
Result<void> check_person(const Context& context) {
  const std::string& who = context.caller.actor.value();
  if (who == "owner" || who.starts_with("operator:")) return {};
  return fail(Errc::not_allowed, "an operator has to decide this, not a program");
}

/// Who asked, as they are now: what they may do no more is not done in their name.
Result<Caller> asker_of(Services& services, const Approval& approval) {
  constexpr std::string_view kOperator = "operator:";
  const std::string& who = approval.asked_by.value();
  if (who == "owner") return owner_caller();
  std::optional<Operator> account;
  if (who.starts_with(kOperator)) {
    LOCKSTEP_TRY(const UserName name, UserName::parse(who.substr(kOperator.size())));
    LOCKSTEP_TRY(account, services.store.find_operator(name));
  }
  LOCKSTEP_TRY(const Operation operation, operation_of(approval));
  if (!account || account->status != OperatorStatus::enabled ||
      account->created_at > approval.asked_at ||
      !permissions_of(*account).has(needed_for(operation))) {
    return fail(Errc::conflict, "who asked for it may not do it any more");
  }
  Caller asker{approval.asked_by, permissions_of(*account), who};
  asker.scope = account->scope;
  return asker;
}

/// Adds what is done at once with `approval`, in the name of who asked.
Result<void> add_asked_changes(Services& services, const Context& context, const Caller& asker,
                               const Approval& approval, ChangeSet& set) {
  LOCKSTEP_TRY(const Operation operation, operation_of(approval));
  if (operation == Operation::overwrite_tokens) {
    return add_import_changes(services, context, asker, approval, set);
  }
  return add_bulk_changes(services, context, asker, approval, set);
}

/// The same as far as who asked reaches.
Result<void> add_changes_within(Services& services, const Context& context, const Caller& asker,
                                const Approval& approval, ChangeSet& set) {
  if (asker.scope.empty()) return add_asked_changes(services, context, asker, approval, set);
  ScopedStore narrow(services.store, asker);
  Services theirs = services.over(narrow);
  return add_asked_changes(theirs, context, asker, approval, set);
}

/// What was asked for, without who agreed.
Result<boost::json::object> asked_in(const Approval& approval) {
  LOCKSTEP_TRY(const boost::json::value data, parse_json(approval.data));
  if (!data.is_object()) return fail(Errc::corrupt, "an approval's data are no object");
  boost::json::object asked = data.get_object();
  asked.erase(kAgreedBy);
  return asked;
}

/// Each member of what was asked for; of many tokens, how many.
void add_asked(const Approval& approval, AuditEvent& made) {
  const auto asked = asked_in(approval);
  if (!asked) return;
  for (const auto& [name, value] : *asked) {
    std::string of(name.data(), name.size());
    if (const auto* list = value.if_array()) {
      made.details.emplace_back(std::move(of), std::to_string(list->size()));
    } else if (const auto* text = value.if_string()) {
      made.details.emplace_back(std::move(of), text->c_str());
    }
  }
}

AuditEvent about(const Context& context, EventKind kind, const Approval& approval) {
  AuditEvent made = event(context, kind);
  made.details.emplace_back("approval", std::to_string(approval.id.value()));
  made.details.emplace_back("what", approval.what);
  made.details.emplace_back("asked_by", approval.asked_by.value());
  add_asked(approval, made);
  return made;
}

/// The same approval, as one that somebody agreed to: used by who asked, or forgotten.
Result<Approval> agreed(const Context& context, Approval approval) {
  LOCKSTEP_TRY(boost::json::object data, asked_in(approval));
  data[kAgreedBy] = context.caller.actor.value();
  approval.data = to_json(data);
  approval.expires_at = context.now.wall + kAgreedLife;
  return approval;
}

}  // namespace

std::string_view name_of(Operation operation) {
  const auto index = static_cast<std::size_t>(operation);
  LOCKSTEP_ASSERT(index < kNames.size());
  return kNames[index];
}

std::optional<Operation> parse_operation(std::string_view name) {
  for (std::size_t i = 0; i < kNames.size(); ++i) {
    if (kNames[i] == name) return static_cast<Operation>(i);
  }
  return std::nullopt;
}

Result<Approval> ask_approval(Services& services, const Context& context, Operation operation,
                              std::string data) {
  LOCKSTEP_CHECK(check_person(context));
  LOCKSTEP_TRY(const std::vector<Approval> all, services.store.approvals());
  if (all.size() >= kApprovalsMax) {
    return fail(Errc::conflict, "too much waits for somebody to agree: decide about that first");
  }
  Approval approval{.id = ApprovalId(services.random.id()),
                    .what = std::string(name_of(operation)),
                    .data = std::move(data),
                    .asked_by = context.caller.actor,
                    .asked_at = context.now.wall,
                    .expires_at = context.now.wall + kApprovalLife,
                    .version = {}};
  LOCKSTEP_CHECK(services.store.commit(ChangeSet{
      {InsertApproval{approval}}, {about(context, EventKind::approval_asked, approval)}}));
  return approval;
}

std::optional<Actor> agreed_by(const Approval& approval) {
  const auto data = parse_json(approval.data);
  const boost::json::object* object = data ? data->if_object() : nullptr;
  const boost::json::value* by = object == nullptr ? nullptr : object->if_contains(kAgreedBy);
  if (by == nullptr || !by->is_string()) return std::nullopt;
  return Actor(std::string(by->as_string().c_str()));
}

Result<std::vector<Approval>> list_approvals(Services& services, const Context& context) {
  LOCKSTEP_TRY(std::vector<Approval> all, services.store.approvals());
  std::erase_if(all, [&](const Approval& one) { return !may_see(context, one); });
  return all;
}

Result<void> approve(Services& services, const Context& context, ApprovalId id) {
  LOCKSTEP_TRY(const Approval approval, find(services, context, id));
  LOCKSTEP_CHECK(check_person(context));
  if (approval.asked_by == context.caller.actor) {
    return fail(Errc::not_allowed, "somebody else has to agree");
  }
  if (agreed_by(approval)) return fail(Errc::conflict, "somebody agreed already");
  LOCKSTEP_TRY(const Operation operation, operation_of(approval));
  LOCKSTEP_TRY(const Caller asker, asker_of(services, approval));
  ChangeSet set;
  set.changes.emplace_back(DeleteApproval{approval.id, approval.version});
  set.events.push_back(about(context, EventKind::approval_given, approval));
  if (operation == Operation::export_inventory) {
    LOCKSTEP_TRY(Approval kept, agreed(context, approval));
    set.changes.emplace_back(InsertApproval{std::move(kept)});
  } else {
    LOCKSTEP_CHECK(add_changes_within(services, context, asker, approval, set));
  }
  return services.store.commit(std::move(set));
}

Result<void> refuse_approval(Services& services, const Context& context, ApprovalId id) {
  LOCKSTEP_TRY(const Approval approval, find(services, context, id));
  if (approval.asked_by != context.caller.actor) LOCKSTEP_CHECK(check_person(context));
  return services.store.commit(ChangeSet{{DeleteApproval{approval.id, approval.version}},
                                         {about(context, EventKind::approval_refused, approval)}});
}

Result<DeleteApproval> use_approval(Services& services, const Context& context, Operation operation,
                                    ApprovalId id, std::string_view data) {
  LOCKSTEP_TRY(const Approval approval, find(services, context, id));
  if (approval.asked_by != context.caller.actor || approval.what != name_of(operation)) {
    return fail(Errc::not_found, "no such approval");
  }
  if (!agreed_by(approval)) return fail(Errc::conflict, "nobody has agreed yet");
  LOCKSTEP_TRY(const boost::json::object asked, asked_in(approval));
  if (to_json(asked) != data) return fail(Errc::conflict, "something else was agreed to");
  return DeleteApproval{approval.id, approval.version};
}

}  // namespace lockstep
