// SPDX-License-Identifier: Apache-2.0
// A store that is compared with the one that is easy to believe, after each change.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "ports/clock.h"
#include "testing/memory_store.h"
#include "watched_connection.h"

namespace lockstep {

/// A store that hands everything on to another. Planted faults derive from it.
class ForwardingStore : public Store {
 public:
  explicit ForwardingStore(Store& inner) : inner_(inner) {}

  Result<void> commit(ChangeSet set) override { return inner_.commit(std::move(set)); }
  Result<void> attempt(const Subject& subject, const Decide& decide) override {
    return inner_.attempt(subject, decide);
  }
  Result<Situation> situation(const Subject& subject) override { return inner_.situation(subject); }
  Result<std::vector<User>> users(const UserQuery& query, const Page& page) override {
    return inner_.users(query, page);
  }
  Result<std::vector<UserFacts>> user_facts(std::span<const User> users) override {
    return inner_.user_facts(users);
  }
  Result<std::vector<TokenRow>> tokens(const TokenQuery& query, const Page& page) override {
    return inner_.tokens(query, page);
  }
  Result<std::vector<TokenRow>> tokens_by_serials(std::span<const Serial> serials) override {
    return inner_.tokens_by_serials(serials);
  }
  Result<std::uint64_t> count_users(const UserQuery& query) override {
    return inner_.count_users(query);
  }
  Result<std::uint64_t> count_tokens(const TokenQuery& query) override {
    return inner_.count_tokens(query);
  }
  Result<std::vector<Group>> groups(const Page& page) override { return inner_.groups(page); }
  Result<std::vector<UserName>> members(const GroupName& group, const Page& page) override {
    return inner_.members(group, page);
  }
  Result<std::vector<ApiKey>> api_keys(const Page& page) override { return inner_.api_keys(page); }
  Result<std::optional<ApiKey>> api_key(const std::array<std::uint8_t, 32>& hash) override {
    return inner_.api_key(hash);
  }
  Result<std::optional<PolicyRevision>> policy() override { return inner_.policy(); }
  Result<std::vector<PolicyRevision>> policies(std::uint64_t before, std::uint32_t limit) override {
    return inner_.policies(before, limit);
  }
  Result<std::optional<PolicyDraft>> policy_draft() override { return inner_.policy_draft(); }
  Result<std::vector<TokenModel>> token_models(const Page& page) override {
    return inner_.token_models(page);
  }
  Result<std::optional<TokenModel>> token_model(const std::string& name) override {
    return inner_.token_model(name);
  }
  Result<std::vector<Operator>> operators(const Page& page) override {
    return inner_.operators(page);
  }
  Result<std::optional<Operator>> find_operator(const UserName& name) override {
    return inner_.find_operator(name);
  }
  Result<std::optional<Operator>> find_operator(OperatorId id) override {
    return inner_.find_operator(id);
  }
  Result<std::optional<Session>> session(const SessionHash& hash) override {
    return inner_.session(hash);
  }
  Result<std::vector<Session>> sessions_of(SessionKind kind, std::uint64_t subject) override {
    return inner_.sessions_of(kind, subject);
  }
  Result<std::vector<Approval>> approvals() override { return inner_.approvals(); }
  Result<std::vector<AuditCount>> audit_counts(const AuditQuery& query) override {
    return inner_.audit_counts(query);
  }
  Result<std::optional<Ticket>> ticket(const TicketHash& hash) override {
    return inner_.ticket(hash);
  }
  Result<std::vector<Mail>> due_mails(WallTime now, std::uint32_t limit) override {
    return inner_.due_mails(now, limit);
  }
  Result<std::vector<Mail>> newest_mails(std::uint32_t limit) override {
    return inner_.newest_mails(limit);
  }
  Result<MailCounts> mail_counts() override { return inner_.mail_counts(); }
  Result<std::optional<MailCode>> mail_code(UserId user, MailCodePurpose purpose) override {
    return inner_.mail_code(user, purpose);
  }
  Result<std::optional<Sealed>> service_key(const std::string& name) override {
    return inner_.service_key(name);
  }
  Result<std::vector<AuditRecord>> audit(const AuditQuery& query) override {
    return inner_.audit(query);
  }
  Result<void> audit_scan(const std::function<Result<void>(const AuditRecord&)>& visit) override {
    return inner_.audit_scan(visit);
  }
  Result<std::vector<NodeId>> audit_nodes() override { return inner_.audit_nodes(); }
  Result<std::vector<std::pair<NodeId, ChainHead>>> audit_heads() override {
    return inner_.audit_heads();
  }
  Result<std::vector<AuditRecord>> audit_chain(NodeId node, std::uint64_t seq,
                                               std::uint32_t limit) override {
    return inner_.audit_chain(node, seq, limit);
  }
  Result<std::vector<SignedHead>> signed_heads() override { return inner_.signed_heads(); }
  Result<std::vector<SignedHead>> audit_checkpoints() override {
    return inner_.audit_checkpoints();
  }
  Result<std::uint64_t> audit_seq_before(NodeId node, WallTime time) override {
    return inner_.audit_seq_before(node, time);
  }
  Result<std::vector<SealedRow>> sealed(const std::optional<SealedPlace>& after,
                                        std::uint32_t limit) override {
    return inner_.sealed(after, limit);
  }
  Result<std::map<KeyId, std::uint64_t>> sealed_by_key() override { return inner_.sealed_by_key(); }
  OwnChain own_chain() override { return inner_.own_chain(); }
  Result<std::uint64_t> prune_audit(NodeId node, std::uint32_t limit) override {
    return inner_.prune_audit(node, limit);
  }
  Result<std::uint64_t> delete_expired(WallTime now) override { return inner_.delete_expired(now); }

 protected:
  [[nodiscard]] Store& inner() { return inner_; }

 private:
  Store& inner_;
};

/// Everything a store holds, as text: equal texts, equal stores. `tickets` are those to ask for,
/// since tickets cannot be listed. Errors: those of the store; corrupt, when an audit chain is
/// broken or ends in another place than its head says.
[[nodiscard]] Result<std::string> describe(Store& store, const std::vector<TicketHash>& tickets);

/// Something that was written: changes, or what was past its time at a moment is deleted.
using Step = std::variant<ChangeSet, WallTime>;

/// Does `step` to `store`.
Result<void> take(Store& store, const Step& step);

/// What was acknowledged, as the model holds it: one entry for each transaction of the writer, in
/// order, and the first before them all. Grows while the day is recorded.
struct Acknowledged {
  std::vector<std::string> states;
  std::vector<WallTime> times;
  std::vector<TicketHash> tickets;
  /// The changes themselves, and the one that was asked for and is not answered yet.
  std::vector<Step> steps;
  std::optional<Step> under_way;
  /// Changes that the store acknowledged and the model refuses: two that exclude each other.
  std::uint64_t impossible = 0;
};

/// Hands everything on to the store in `below`, does every acknowledged change to a model as well
/// and notes the model's state. One caller at a time, so that a transaction is one call.
class ModelledStore final : public ForwardingStore {
 public:
  ModelledStore(Store& below, MemoryStore& model, WriterWatch& watch, const Clock& clock,
                Acknowledged& acknowledged);

  /// Done at the next commit, before it: what somebody else does while a use case thinks.
  void before_next_commit(std::function<void()> meanwhile) { meanwhile_ = std::move(meanwhile); }

  Result<void> commit(ChangeSet set) override;
  Result<void> attempt(const Subject& subject, const Decide& decide) override;
  Result<std::uint64_t> delete_expired(WallTime now) override;

 private:
  void follow();
  void note_until(std::uint64_t begun);

  MemoryStore& model_;
  WriterWatch& watch_;
  const Clock& clock_;
  Acknowledged& acknowledged_;
  std::function<void()> meanwhile_;
};

}  // namespace lockstep
