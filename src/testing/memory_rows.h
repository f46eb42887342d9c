// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "ports/store.h"

namespace lockstep {

/// Everything in a MemoryStore that changes change; what a commit copies.
struct MemoryRows {
  std::map<UserId, User> users;
  std::map<TokenId, Token> tokens;
  std::map<GroupName, std::set<UserId>> groups;
  std::map<ApiKeyId, ApiKey> api_keys;
  std::vector<PolicyRevision> policies;
  std::optional<PolicyDraft> policy_draft;
  std::map<std::string, TokenModel> token_models;
  std::map<OperatorId, Operator> operators;
  std::map<SessionHash, Session> sessions;
  std::map<ApprovalId, Approval> approvals;
  std::map<TicketHash, Ticket> tickets;
  std::map<MailId, Mail> mails;
  std::map<std::pair<UserId, MailCodePurpose>, MailCode> mail_codes;
  std::map<std::string, Sealed> service_keys;
  std::map<NodeId, SignedHead> signed_heads;
  std::map<NodeId, SignedHead> checkpoints;
  std::set<KeyId> retired_keys;

  /// Carries out one change. After an error the rows are of no use any more.
  /// Errors: conflict, as ports/store.h names it at the changes; invalid_input.
  Result<void> apply(const Change& change);

  /// Null when there is none.
  [[nodiscard]] const User* find(const UserName& name) const;
  [[nodiscard]] const Token* find(const Serial& serial) const;

  [[nodiscard]] Situation situation(const Subject& subject) const;
};

}  // namespace lockstep
