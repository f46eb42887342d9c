// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "testing/memory_store.h"

namespace lockstep {

Result<std::vector<UserFacts>> MemoryStore::user_facts(std::span<const User> users) {
  if (users.size() > Page::kLimitMax) return fail(Errc::invalid_input, "more than 1000 users");
  const std::scoped_lock lock(mutex_);
  std::vector<UserFacts> found;
  for (const User& user : users) {
    UserFacts facts;
    const Situation situation = rows_.situation(user.name);
    facts.groups = situation.groups;
    facts.tokens = situation.tokens.size();
    for (const AuditRecord& record : audit_) {
      const AuditEvent& event = record.event;
      const bool let_in = event.kind == EventKind::login_accepted ||
                          event.kind == EventKind::login_accepted_resynced;
      if (!let_in || event.user != user.name) continue;
      facts.signed_in_at = std::max(facts.signed_in_at, std::optional(event.at));
    }
    found.push_back(std::move(facts));
  }
  return found;
}

}  // namespace lockstep
