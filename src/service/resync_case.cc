// SPDX-License-Identifier: Apache-2.0
#include "service/resync_case.h"

#include <algorithm>
#include <vector>

#include "core/sync/own_test.h"
#include "service/events.h"
#include "service/evidence_details.h"
#include "service/outgoing_mail.h"

namespace lockstep {

Result<ResyncCase> ResyncCase::read(Services& services, const Context& context,
                                    const Serial& serial) {
  LOCKSTEP_TRY(Situation situation, services.store.situation(Subject(serial)));
  const auto token = std::ranges::find(situation.tokens, serial, &Token::serial);
  if (token == situation.tokens.end()) return fail(Errc::not_found, "no such token");
  const UserPolicy& policy = context.policy->of_member(situation.groups);
  LOCKSTEP_TRY(PreparedTokens prepared,
               PreparedTokens::make(services, std::span(&*token, 1), context, policy));
  std::vector<TokenShape> shapes;
  for (const Token& one : situation.tokens) {
    shapes.push_back(TokenShape{one.spec, one.form, &policy.of(one)});
  }
  const std::uint32_t bucket = bucket_size(policy.policy, shapes);
  return ResyncCase(std::move(*token), std::move(situation.user), std::move(prepared),
                    context.policy, policy, bucket);
}

TokenView ResyncCase::view() {
  auto views = prepared_.views(std::span(&token_, 1), policy_);
  LOCKSTEP_ASSERT(views.has_value());
  return views->front();
}

ResyncDecision ResyncCase::decide(const ResyncRequest& request) {
  const UserSync* owner = owner_ ? &owner_->sync : nullptr;
  return resync(view(), prepared_.first_seed(), owner, request, policy_.of(token_));
}

ResyncDecision ResyncCase::test(const GivenCode& code) {
  return test_code(view(), code, policy_.of(token_));
}

ResyncDecision ResyncCase::test_own(const Context& context, const GivenCode& code) {
  LOCKSTEP_ASSERT(owner_.has_value());
  const Source source(context.caller.source);
  return test_own_code(view(), code, policy_.of(token_),
                       {owner_->sync, policy_.policy, bucket_, source});
}

ChangeSet ResyncCase::changes(const Context& context, const ResyncDecision& decision,
                              EventKind kind) const {
  ChangeSet set;
  if (decision.move) {
    set.changes.emplace_back(
        UpdateProgress{token_.id, token_.version, decision.move->progress, decision.move->status});
  }
  if (decision.sync && owner_) {
    set.changes.emplace_back(UpdateUserSync{owner_->id, owner_->version, *decision.sync});
  }
  AuditEvent made = event(context, kind, token_.serial);
  if (owner_) made.user = owner_->name;
  made.reason = decision.reason;
  made.details = evidence_details(decision.evidence, std::span(&token_, 1));
  if (decision.move) add_move(made.details, token_, decision.move->progress);
  set.events.push_back(std::move(made));
  return set;
}

ResyncAnswer ResyncCase::answer(const Context& context, ResyncDecision decision) const {
  if (decision.moved) {
    return ResyncSuccess{token_.spec.kind, *decision.moved, decision.evidence.offset_before,
                         decision.evidence.offset_after};
  }
  ResyncRefusal refusal{decision.reason, decision.attempts_left, {}, {}};
  if (decision.move && decision.attempts_left == 0) {
    refusal.retry_at = paused_until(decision.move->progress.resync_failures, context.now);
  } else if (decision.reason == Reason::too_many_attempts ||
             decision.reason == Reason::clock_set_back) {
    refusal.retry_at = decision.evidence.when;
  }
  if (context.caller.permissions.has(Permission::diagnose)) {
    refusal.evidence = std::move(decision.evidence);
  }
  return refusal;
}

Result<void> add_resync_mail(Services& services, const Context& context, const ResyncCase& it,
                             const ResyncDecision& decision, std::string_view by, ChangeSet& set) {
  if (!decision.moved || !it.owner()) return {};
  const Token& token = it.token();
  LOCKSTEP_TRY(auto mail, mail_to_user(services, context, *it.owner(), MailEvent::resynchronised,
                                       {{"device", short_serial(token.serial)},
                                        {"name", token.label.empty() ? token.model : token.label},
                                        {"by", std::string(by)},
                                        {"source", context.caller.source}}));
  if (mail) set.changes.push_back(*std::move(mail));
  return {};
}

EventKind kind_of(const ResyncDecision& decision) {
  return decision.moved ? EventKind::resync_succeeded : EventKind::resync_failed;
}

}  // namespace lockstep
