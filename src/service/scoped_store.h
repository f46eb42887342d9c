// SPDX-License-Identifier: Apache-2.0
// The store as a caller with a scope reaches it: who is outside does not exist. This is the one
// place where scopes are enforced. Use cases know nothing of them; they are given this store in the
// place of the other (Services::over), so that a new use case is narrow from its first day.
//
// Inside are: users who are members of one of the scope's groups, their tokens, and tokens in
// stock, where the caller may assign tokens. Of what happened to a token they see what names nobody
// or somebody inside. What concerns everybody is refused, and so is whatever this class does not
// name.
#pragma once

#include "ports/store.h"
#include "service/services.h"

namespace lockstep {

/// Implements Store, with two more errors for every call: not_found, for what is outside;
/// not_allowed, for what concerns everybody. Thread-safe as the store is that it stands before.
class ScopedStore final : public Store {
 public:
  /// `caller` has a scope. Both outlive this.
  ScopedStore(Store& inner, const Caller& caller);

  Result<void> commit(ChangeSet set) override;
  Result<void> attempt(const Subject& subject, const Decide& decide) override;

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
  Result<std::vector<AuditCount>> audit_counts(const AuditQuery& query) override;
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

 private:
  [[nodiscard]] bool has(const GroupName& group) const;
  /// What of it is inside: all, or nothing.
  [[nodiscard]] Situation inside(Situation situation) const;
  /// The query narrowed to what is inside; nullopt, when nothing can be.
  [[nodiscard]] std::optional<TokenQuery> inside(TokenQuery query) const;
  /// `own`: the caller's own account, all of whose sessions they may end.
  [[nodiscard]] Result<void> check(const ChangeSet& set, std::optional<OperatorId> own = {}) const;
  /// Errors: not_allowed, when the query is about everybody; not_found, when about an outsider.
  [[nodiscard]] Result<void> check(const AuditQuery& query);

  Store& inner_;
  const Caller& caller_;
  bool has_stock_;
};

}  // namespace lockstep
