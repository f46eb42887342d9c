// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "ports/store.h"
#include "testing/memory_rows.h"

namespace lockstep {

/// The store as it is meant, without a disk: plain maps behind one lock. A commit works on a copy
/// of everything and puts it in place when all of it went well, which is slow and easy to believe.
/// Passes tests/contract as adapters/sql does. Not final: a test may derive a store with one fault.
class MemoryStore : public Store {
 public:
  explicit MemoryStore(NodeId node = NodeId(1)) : node_(node) {}

  Result<void> commit(ChangeSet set) override;
  Result<void> attempt(const Subject& subject, const Decide& decide) override;
  Result<void> attempt_from(const Subject& subject, const Situation& seen,
                            const Decide& decide) override;

  Result<Situation> situation(const Subject& subject) override;
  Result<std::vector<User>> users(const UserQuery& query, const Page& page) override;
  Result<std::vector<UserFacts>> user_facts(std::span<const User> users) override;
  Result<std::vector<TokenRow>> tokens(const TokenQuery& query, const Page& page) override;
  Result<std::vector<TokenRow>> tokens_by_serials(std::span<const Serial> serials) override;
  Result<std::uint64_t> count_users(const UserQuery& query) override;
  Result<std::uint64_t> count_tokens(const TokenQuery& query) override;
  Result<std::vector<Group>> groups(const Page& page) override;
  Result<std::vector<UserName>> members(const GroupName& group, const Page& page) override;
  Result<std::vector<ApiKey>> api_keys(const Page& page) override;
  Result<std::optional<ApiKey>> api_key(const std::array<std::uint8_t, 32>& hash) override;
  Result<std::optional<PolicyRevision>> policy() override;
  Result<std::vector<PolicyRevision>> policies(std::uint64_t before, std::uint32_t limit) override;
  Result<std::optional<PolicyDraft>> policy_draft() override;
  Result<std::vector<TokenModel>> token_models(const Page& page) override;
  Result<std::optional<TokenModel>> token_model(const std::string& name) override;
  Result<std::vector<Operator>> operators(const Page& page) override;
  Result<std::optional<Operator>> find_operator(const UserName& name) override;
  Result<std::optional<Operator>> find_operator(OperatorId id) override;
  Result<std::optional<Session>> session(const SessionHash& hash) override;
  Result<std::vector<Session>> sessions_of(SessionKind kind, std::uint64_t subject) override;
  Result<std::vector<Approval>> approvals() override;
  Result<std::vector<AuditCount>> audit_counts(const AuditQuery& query) override;
  Result<std::optional<Ticket>> ticket(const TicketHash& hash) override;
  Result<std::vector<Mail>> due_mails(WallTime now, std::uint32_t limit) override;
  Result<std::vector<Mail>> newest_mails(std::uint32_t limit) override;
  Result<MailCounts> mail_counts() override;
  Result<std::optional<MailCode>> mail_code(UserId user, MailCodePurpose purpose) override;
  Result<std::optional<Sealed>> service_key(const std::string& name) override;
  Result<std::vector<SealedRow>> sealed(const std::optional<SealedPlace>& after,
                                        std::uint32_t limit) override;
  Result<std::map<KeyId, std::uint64_t>> sealed_by_key() override;
  Result<std::vector<AuditRecord>> audit(const AuditQuery& query) override;
  Result<void> audit_scan(const std::function<Result<void>(const AuditRecord&)>& visit) override;
  Result<std::vector<AuditRecord>> audit_chain(NodeId node, std::uint64_t seq,
                                               std::uint32_t limit) override;
  Result<std::vector<NodeId>> audit_nodes() override;
  Result<std::vector<std::pair<NodeId, ChainHead>>> audit_heads() override;
  Result<std::vector<SignedHead>> signed_heads() override;
  Result<std::vector<SignedHead>> audit_checkpoints() override;
  Result<std::uint64_t> audit_seq_before(NodeId node, WallTime time) override;
  OwnChain own_chain() override;
  Result<std::uint64_t> prune_audit(NodeId node, std::uint32_t limit) override;
  Result<std::uint64_t> delete_expired(WallTime now) override;

  /// Called before each commit, outside of the lock: what else happens meanwhile. Set it before
  /// use.
  std::function<void()> before_commit;

 private:
  Result<void> commit_locked(ChangeSet set);

  std::mutex mutex_;
  MemoryRows rows_;
  std::vector<AuditRecord> audit_;
  ChainHead head_;
  const NodeId node_;
};

}  // namespace lockstep
