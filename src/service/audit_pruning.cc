// SPDX-License-Identifier: Apache-2.0
#include "service/audit_pruning.h"

#include <algorithm>

#include <fmt/format.h>

#include "core/audit/chain_check.h"
#include "service/events.h"

namespace lockstep {
namespace {

/// Short enough for log-ins to slip in between.
constexpr std::uint32_t kPortion = 500;

Result<ChainHead> checkpoint_of(Store& store, NodeId node) {
  LOCKSTEP_TRY(const std::vector<SignedHead> checkpoints, store.audit_checkpoints());
  const auto found = std::ranges::find(checkpoints, node, &SignedHead::node);
  return found == checkpoints.end() ? ChainHead{} : found->head;
}

Result<PrunedChain> plan_chain(Store& store, const SignedHead& head, WallTime before) {
  PrunedChain chain{.node = head.node};
  LOCKSTEP_TRY(const ChainHead from, checkpoint_of(store, head.node));
  LOCKSTEP_TRY(const std::uint64_t older, store.audit_seq_before(head.node, before));
  chain.first = from.seq + 1;
  chain.last = std::max(from.seq, std::min(older, head.head.seq));
  chain.records = chain.last - from.seq;
  return chain;
}

/// Walks what is to be removed. Returns the head that the chain then begins behind.
Result<ChainHead> check_part(Store& store, const SignedHead& head, const PrunedChain& part) {
  LOCKSTEP_TRY(ChainHead end, checkpoint_of(store, part.node));
  while (end.seq < part.last) {
    const std::uint64_t left = part.last - end.seq;
    const auto limit = static_cast<std::uint32_t>(std::min<std::uint64_t>(left, Page::kLimitMax));
    LOCKSTEP_TRY(const auto records, store.audit_chain(part.node, end.seq, limit));
    for (const AuditRecord& record : records) {
      const bool was_signed = record.seq != head.head.seq || record.hash == head.head.hash;
      if (!follows(end, record) || !was_signed) {
        return fail(Errc::corrupt, fmt::format("record {} of the audit is not what was written: "
                                               "nothing is pruned; run `lockstep audit verify`",
                                               end.seq + 1));
      }
      end = ChainHead{record.seq, record.hash};
    }
    if (records.empty()) return fail(Errc::corrupt, "the audit is shorter than its signed head");
  }
  return end;
}

Result<void> prune_chain(Services& services, const Context& context, const SignedHead& head,
                         const PrunedChain& part, WallTime before) {
  if (!is_signed_by(services.audit.public_key(), HeadClaim::reached, head)) {
    return fail(Errc::corrupt, "a signed head of the audit is not by this service's key");
  }
  LOCKSTEP_TRY(const ChainHead end, check_part(services.store, head, part));
  LOCKSTEP_TRY(const SignedHead checkpoint, sign_head(HeadClaim::removed, part.node, end,
                                                      context.now.wall, services.audit.key()));
  AuditEvent made = event(context, EventKind::audit_pruned);
  made.details = {{"node", fmt::format("{}", part.node.value())},
                  {"first", fmt::format("{}", part.first)},
                  {"last", fmt::format("{}", part.last)},
                  {"before", to_rfc3339(before)}};
  return services.store.commit(ChangeSet{{KeepCheckpoint{checkpoint}}, {std::move(made)}});
}

Result<void> check_before(const Context& context, WallTime before) {
  if (before <= context.now.wall - std::chrono::days(kAuditDaysMin)) return {};
  return fail(Errc::invalid_input,
              fmt::format("records younger than {} days are never removed", kAuditDaysMin));
}

}  // namespace

Result<std::vector<PrunedChain>> plan_pruning(Services& services, const Context& context,
                                              WallTime before) {
  LOCKSTEP_CHECK(check_before(context, before));
  LOCKSTEP_TRY(const std::vector<SignedHead> heads, services.store.signed_heads());
  std::vector<PrunedChain> plan;
  for (const SignedHead& head : heads) {
    LOCKSTEP_TRY(const PrunedChain chain, plan_chain(services.store, head, before));
    if (chain.records > 0) plan.push_back(chain);
  }
  return plan;
}

Result<std::vector<PrunedChain>> prune_audit(Services& services, const Context& context,
                                             WallTime before) {
  LOCKSTEP_TRY(std::vector<PrunedChain> plan, plan_pruning(services, context, before));
  LOCKSTEP_TRY(const std::vector<SignedHead> heads, services.store.signed_heads());
  for (const PrunedChain& part : plan) {
    const auto head = std::ranges::find(heads, part.node, &SignedHead::node);
    if (head == heads.end()) continue;
    LOCKSTEP_CHECK(prune_chain(services, context, *head, part, before));
  }
  return plan;
}

Result<std::uint64_t> remove_pruned(Services& services, std::uint32_t portions) {
  LOCKSTEP_TRY(const std::vector<SignedHead> checkpoints, services.store.audit_checkpoints());
  std::uint64_t removed = 0;
  for (const SignedHead& checkpoint : checkpoints) {
    while (portions > 0) {
      LOCKSTEP_TRY(const std::uint64_t now, services.store.prune_audit(checkpoint.node, kPortion));
      if (now == 0) break;
      removed += now;
      --portions;
    }
  }
  return removed;
}

Result<void> apply_retention(Services& services) {
  const Context context = begin(services, Caller{Actor("system"), {}, {}});
  const std::uint32_t days = context.policy->policy.audit_days;
  if (days == 0) return {};
  // By whole days: every pruning is an event, and one a day is enough.
  const WallTime today = std::chrono::floor<std::chrono::days>(context.now.wall);
  const Result<std::vector<PrunedChain>> pruned =
      prune_audit(services, context, today - std::chrono::days(days));
  // Another process that shares the store was first.
  if (!pruned && pruned.error().code == Errc::conflict) return {};
  LOCKSTEP_CHECK(pruned);
  return {};
}

}  // namespace lockstep
