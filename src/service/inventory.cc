// SPDX-License-Identifier: Apache-2.0
#include "service/inventory.h"

#include <string>

#include "formats/json.h"
#include "service/approvals.h"
#include "service/events.h"

namespace lockstep {

Result<std::optional<Approval>> export_inventory(Services& services, const Context& context,
                                                 const TokenQuery& query,
                                                 std::optional<ApprovalId> approval,
                                                 const std::function<void(const TokenRow&)>& take) {
  // What another operator agrees to is what they are shown, and nothing else is exported.
  boost::json::object asked;
  if (!query.search.empty()) asked["q"] = query.search;
  const std::string data = to_json(asked);
  ChangeSet set;
  AuditEvent made = event(context, EventKind::inventory_exported);
  if (!query.search.empty()) made.details.emplace_back("search", query.search);
  if (approval) {
    LOCKSTEP_TRY(const DeleteApproval used,
                 use_approval(services, context, Operation::export_inventory, *approval, data));
    set.changes.emplace_back(used);
    made.details.emplace_back("approval", std::to_string(approval->value()));
  } else if (context.policy->policy.two_persons.exports) {
    LOCKSTEP_TRY(Approval waits,
                 ask_approval(services, context, Operation::export_inventory, data));
    return std::optional(std::move(waits));
  }
  // Written down before the first row leaves: who reads on after a crash has it written down.
  set.events.push_back(std::move(made));
  LOCKSTEP_CHECK(services.store.commit(std::move(set)));
  Page page{Page::kLimitMax, {}};
  for (;;) {
    LOCKSTEP_TRY(const std::vector<TokenRow> rows, services.store.tokens(query, page));
    for (const TokenRow& row : rows) take(row);
    if (rows.size() < page.limit) return std::optional<Approval>();
    page.after = rows.back().token.serial.text();
  }
}

}  // namespace lockstep
