// SPDX-License-Identifier: Apache-2.0
#include "testing/memory_rows.h"

#include <algorithm>

#include "base/text.h"
#include "core/model/mail_queue.h"

namespace lockstep {
namespace {

std::unexpected<Error> conflict(std::string what) { return fail(Errc::conflict, std::move(what)); }

/// The row `id` in version `version`, or null.
template <class Rows, class Id>
auto* at_version(Rows& rows, const Id& id, RowVersion version) {
  const auto found = rows.find(id);
  if (found == rows.end() || found->second.version != version) {
    return static_cast<decltype(&found->second)>(nullptr);
  }
  return &found->second;
}

RowVersion after(RowVersion version) { return RowVersion(version.value() + 1); }

/// One overload for each change; each either carries it out or returns a conflict.
class Apply {
 public:
  explicit Apply(MemoryRows& rows) : rows_(rows) {}

  Result<void> operator()(const InsertUser& change) const {
    const User& user = change.user;
    for (const std::string& text : {user.first_name, user.last_name, user.email}) {
      LOCKSTEP_CHECK(fold_for_search(text));
    }
    if (rows_.find(user.name) != nullptr) return conflict("the user exists");
    if (!rows_.users.emplace(user.id, user).second) return conflict("the user id exists");
    return {};
  }

  Result<void> operator()(const UpdateUser& change) const {
    const User& to = change.user;
    for (const std::string& text : {to.first_name, to.last_name, to.email}) {
      LOCKSTEP_CHECK(fold_for_search(text));
    }
    User* user = at_version(rows_.users, to.id, to.version);
    if (user == nullptr) return conflict("the user has changed");
    User updated = to;
    updated.name = user->name;
    updated.created_at = user->created_at;
    updated.sync = user->sync;
    updated.version = after(user->version);
    *user = std::move(updated);
    return {};
  }

  Result<void> operator()(const UpdateUserSync& change) const {
    User* user = at_version(rows_.users, change.user, change.version);
    if (user == nullptr) return conflict("the user has changed");
    user->sync = change.sync;
    user->version = after(user->version);
    return {};
  }

  Result<void> operator()(const DeleteUser& change) const {
    if (at_version(rows_.users, change.user, change.version) == nullptr) {
      return conflict("the user has changed");
    }
    for (auto& [id, token] : rows_.tokens) {
      if (token.owner != change.user) continue;
      take_back(token);
      token.version = after(token.version);
    }
    for (auto& [name, members] : rows_.groups) members.erase(change.user);
    std::erase_if(rows_.mail_codes,
                  [&](const auto& row) { return row.second.user == change.user; });
    rows_.users.erase(change.user);
    return {};
  }

  Result<void> operator()(const InsertToken& change) const {
    const Token& token = change.token;
    LOCKSTEP_CHECK(fold_for_search(token.model));
    LOCKSTEP_CHECK(fold_for_search(token.batch));
    LOCKSTEP_CHECK(check_owner(token));
    if (rows_.find(token.serial) != nullptr) return conflict("the serial exists");
    if (!rows_.tokens.emplace(token.id, token).second) return conflict("the token id exists");
    return {};
  }

  Result<void> operator()(const UpdateToken& change) const {
    const Token& to = change.token;
    LOCKSTEP_CHECK(fold_for_search(to.model));
    LOCKSTEP_CHECK(fold_for_search(to.batch));
    LOCKSTEP_CHECK(check_owner(to));
    Token* token = at_version(rows_.tokens, to.id, to.version);
    if (token == nullptr) return conflict("the token has changed");
    Token updated = to;
    updated.serial = token->serial;
    updated.created_at = token->created_at;
    updated.seed = token->seed;
    updated.progress = token->progress;
    updated.version = after(token->version);
    *token = std::move(updated);
    return {};
  }

  Result<void> operator()(const UpdateProgress& change) const {
    Token* token = at_version(rows_.tokens, change.token, change.version);
    if (token == nullptr) return conflict("the token has changed");
    token->progress = change.progress;
    token->status = change.status;
    token->version = after(token->version);
    return {};
  }

  Result<void> operator()(const DeleteToken& change) const {
    if (at_version(rows_.tokens, change.token, change.version) == nullptr) {
      return conflict("the token has changed");
    }
    rows_.tokens.erase(change.token);
    return {};
  }

  Result<void> operator()(const InsertGroup& change) const {
    if (!rows_.groups.try_emplace(change.group).second) return conflict("the group exists");
    return {};
  }

  Result<void> operator()(const DeleteGroup& change) const {
    if (rows_.groups.erase(change.group) == 0) return conflict("no such group");
    return {};
  }

  Result<void> operator()(const AddMember& change) const {
    const auto group = rows_.groups.find(change.group);
    if (group == rows_.groups.end()) return conflict("no such group");
    if (!rows_.users.contains(change.user)) return conflict("no such user");
    group->second.insert(change.user);
    return {};
  }

  Result<void> operator()(const RemoveMember& change) const {
    const auto group = rows_.groups.find(change.group);
    if (group != rows_.groups.end()) group->second.erase(change.user);
    return {};
  }

  Result<void> operator()(const InsertApiKey& change) const {
    for (const auto& [id, key] : rows_.api_keys) {
      if (key.name == change.key.name) return conflict("the API key's name exists");
      if (key.hash == change.key.hash) return conflict("the API key exists");
    }
    if (!rows_.api_keys.emplace(change.key.id, change.key).second) {
      return conflict("the API key's id exists");
    }
    return {};
  }

  Result<void> operator()(const RevokeApiKey& change) const {
    ApiKey* key = at_version(rows_.api_keys, change.key, change.version);
    if (key == nullptr) return conflict("the API key has changed");
    key->revoked_at = change.at;
    key->version = after(key->version);
    return {};
  }

  Result<void> operator()(const RotateApiKey& change) const {
    ApiKey* key = at_version(rows_.api_keys, change.key, change.version);
    if (key == nullptr || key->revoked_at) return conflict("the API key has changed");
    for (const auto& [id, other] : rows_.api_keys) {
      if (other.hash == change.hash) return conflict("the API key exists");
    }
    key->hash = change.hash;
    key->version = after(key->version);
    return {};
  }

  Result<void> operator()(const UpdateApiKey& change) const {
    ApiKey* key = at_version(rows_.api_keys, change.key.id, change.key.version);
    if (key == nullptr) return conflict("the API key has changed");
    key->required_group = change.key.required_group;
    key->version = after(key->version);
    return {};
  }

  Result<void> operator()(const PutPolicyDraft& change) const {
    const RowVersion seen = change.draft.version;
    const RowVersion stored = rows_.policy_draft ? rows_.policy_draft->version : RowVersion(0);
    if (seen != stored) return conflict("the draft has changed");
    rows_.policy_draft = change.draft;
    rows_.policy_draft->version = after(stored);
    return {};
  }

  Result<void> operator()(const DeletePolicyDraft& change) const {
    if (!rows_.policy_draft || rows_.policy_draft->version != change.version) {
      return conflict("the draft has changed");
    }
    rows_.policy_draft.reset();
    return {};
  }

  Result<void> operator()(const InsertTokenModel& change) const {
    if (rows_.token_models.emplace(change.model.name, change.model).second) return {};
    return conflict("the token model exists");
  }

  Result<void> operator()(const UpdateTokenModel& change) const {
    TokenModel* model = at_version(rows_.token_models, change.model.name, change.model.version);
    if (model == nullptr) return conflict("the token model has changed");
    *model = change.model;
    model->version = after(model->version);
    return {};
  }

  Result<void> operator()(const DeleteTokenModel& change) const {
    return erase_at(rows_.token_models, change.name, change.version, "the token model has changed");
  }

  Result<void> operator()(const InsertOperator& change) const {
    for (const auto& [id, one] : rows_.operators) {
      if (one.name == change.account.name) return conflict("the operator exists");
    }
    if (rows_.operators.emplace(change.account.id, change.account).second) return {};
    return conflict("the operator's id exists");
  }

  Result<void> operator()(const UpdateOperator& change) const {
    Operator* one = at_version(rows_.operators, change.account.id, change.account.version);
    if (one == nullptr) return conflict("the operator has changed");
    Operator updated = change.account;
    updated.name = one->name;
    updated.created_at = one->created_at;
    updated.version = after(one->version);
    *one = std::move(updated);
    return {};
  }

  Result<void> operator()(const DeleteOperator& change) const {
    return erase_at(rows_.operators, change.id, change.version, "the operator has changed");
  }

  Result<void> operator()(const InsertSession& change) const {
    if (rows_.sessions.emplace(change.session.hash, change.session).second) return {};
    return conflict("the session exists");
  }

  Result<void> operator()(const UpdateSession& change) const {
    Session* session = at_version(rows_.sessions, change.session.hash, change.session.version);
    if (session == nullptr) return conflict("the session has changed");
    session->seen_at = change.session.seen_at;
    session->expires_at = change.session.expires_at;
    session->proven_at = change.session.proven_at;
    session->version = after(session->version);
    return {};
  }

  Result<void> operator()(const DeleteSession& change) const {
    const bool gone = rows_.sessions.erase(change.hash) == 0;
    if (gone && change.must_be) return conflict("the session is over");
    return {};
  }

  Result<void> operator()(const DeleteSessionsOf& change) const {
    std::erase_if(rows_.sessions, [&](const auto& row) {
      return row.second.kind == change.kind && row.second.subject == change.subject &&
             row.first != change.but;
    });
    return {};
  }

  Result<void> operator()(const InsertApproval& change) const {
    if (rows_.approvals.emplace(change.approval.id, change.approval).second) return {};
    return conflict("the approval exists");
  }

  Result<void> operator()(const DeleteApproval& change) const {
    return erase_at(rows_.approvals, change.id, change.version, "it is decided already");
  }

  Result<void> operator()(const InsertPolicy& change) const {
    if (change.revision.number != rows_.policies.size() + 1) {
      return conflict("the policy has changed");
    }
    rows_.policies.push_back(change.revision);
    return {};
  }

  Result<void> operator()(const InsertTicket& change) const {
    if (!rows_.tickets.emplace(change.ticket.hash, change.ticket).second) {
      return conflict("the ticket exists");
    }
    return {};
  }

  Result<void> operator()(const UpdateTicket& change) const {
    const Ticket& to = change.ticket;
    Ticket* ticket = at_version(rows_.tickets, to.hash, to.version);
    if (ticket == nullptr) return conflict("the ticket was used");
    ticket->data = to.data;
    ticket->sealed = to.sealed;
    ticket->expires_at = to.expires_at;
    ticket->version = after(ticket->version);
    return {};
  }

  Result<void> operator()(const DeleteTicket& change) const {
    if (at_version(rows_.tickets, change.hash, change.version) == nullptr) {
      return conflict("the ticket was used");
    }
    rows_.tickets.erase(change.hash);
    return {};
  }

  Result<void> operator()(const InsertMail& change) const {
    Mail mail = change.mail;
    std::erase_if(rows_.mails, [&](const auto& row) {
      const Mail& one = row.second;
      return replaces_its_like(mail.event) && one.state == MailState::waiting &&
             one.event == mail.event && one.to == mail.to && one.id != mail.id;
    });
    const auto waiting = [&](bool left_out) {
      return std::ranges::count_if(rows_.mails, [&](const auto& row) {
        return row.second.state == MailState::waiting &&
               (row.second.problem == Mail::kQueueFull) == left_out;
      });
    };
    if (waiting(false) >= std::int64_t{room_for(mail.event)}) {
      if (waiting(true) >= std::int64_t{Mail::kLeftOutMax}) return {};
      mail.next_try_at = mail.created_at;
      mail.expires_at = mail.created_at;
      mail.problem = Mail::kQueueFull;
    }
    rows_.mails.emplace(mail.id, std::move(mail));
    return {};
  }

  Result<void> operator()(const UpdateMail& change) const {
    Mail* mail = at_version(rows_.mails, change.mail.id, change.mail.version);
    if (mail == nullptr) return conflict("the mail has changed");
    if (change.wipe) mail->arguments = Sealed();
    mail->state = change.mail.state;
    mail->tries = change.mail.tries;
    mail->next_try_at = change.mail.next_try_at;
    mail->problem = change.mail.problem;
    mail->version = after(mail->version);
    return {};
  }

  Result<void> operator()(const PutMailCode& change) const {
    const MailCode& to = change.code;
    if (!rows_.users.contains(to.user)) return conflict("no such user");
    const auto found = rows_.mail_codes.find({to.user, to.purpose});
    const RowVersion stored =
        found == rows_.mail_codes.end() ? RowVersion(0) : found->second.version;
    if (to.version != stored) return conflict("the code has changed");
    MailCode& kept = rows_.mail_codes[{to.user, to.purpose}];
    kept = to;
    kept.version = after(stored);
    return {};
  }

  Result<void> operator()(const InsertServiceKey& change) const {
    if (!rows_.service_keys.emplace(change.name, change.key).second) {
      return conflict("the service key exists");
    }
    return {};
  }

  Result<void> operator()(const KeepSignedHead& change) const {
    SignedHead& kept = rows_.signed_heads[change.head.node];
    if (change.head.head.seq < kept.head.seq) return conflict("a newer head is signed");
    kept = change.head;
    return {};
  }

  Result<void> operator()(const KeepCheckpoint& change) const {
    SignedHead& kept = rows_.checkpoints[change.checkpoint.node];
    if (change.checkpoint.head.seq <= kept.head.seq) return conflict("a newer checkpoint is kept");
    kept = change.checkpoint;
    return {};
  }

  Result<void> operator()(const ReplaceSealed& change) const {
    Sealed* sealed = find_sealed(change.place);
    if (sealed != nullptr && *sealed == change.from) *sealed = change.to;
    return {};
  }

  Result<void> operator()(const RetireKey& change) const {
    if (!rows_.retired_keys.insert(change.key).second) return conflict("the key is retired");
    return {};
  }

 private:
  template <class Rows, class Id>
  static Result<void> erase_at(Rows& rows, const Id& id, RowVersion version,
                               const char* otherwise) {
    if (at_version(rows, id, version) == nullptr) return conflict(otherwise);
    rows.erase(id);
    return {};
  }

  template <class Rows, class Key>
  static auto* find_row(Rows& rows, const Key& key) {
    const auto found = rows.find(key);
    return found == rows.end() ? nullptr : &found->second;
  }

  Sealed* find_sealed(const SealedPlace& place) const {
    if (const auto* id = std::get_if<TokenId>(&place)) {
      Token* token = find_row(rows_.tokens, *id);
      return token == nullptr ? nullptr : &token->seed;
    }
    if (const auto* hash = std::get_if<TicketHash>(&place)) {
      Ticket* ticket = find_row(rows_.tickets, *hash);
      return ticket == nullptr || !ticket->sealed ? nullptr : &*ticket->sealed;
    }
    if (const auto* id = std::get_if<MailId>(&place)) {
      Mail* mail = find_row(rows_.mails, *id);
      return mail == nullptr ? nullptr : &mail->arguments;
    }
    return find_row(rows_.service_keys, std::get<std::string>(place));
  }

  Result<void> check_owner(const Token& token) const {
    if (token.owner && !rows_.users.contains(*token.owner)) return conflict("no such owner");
    return {};
  }

  MemoryRows& rows_;
};

}  // namespace

Result<void> MemoryRows::apply(const Change& change) { return std::visit(Apply(*this), change); }

const User* MemoryRows::find(const UserName& name) const {
  for (const auto& [id, user] : users) {
    if (user.name == name) return &user;
  }
  return nullptr;
}

const Token* MemoryRows::find(const Serial& serial) const {
  for (const auto& [id, token] : tokens) {
    if (token.serial == serial) return &token;
  }
  return nullptr;
}

Situation MemoryRows::situation(const Subject& subject) const {
  Situation result;
  const User* user = nullptr;
  if (const auto* name = std::get_if<UserName>(&subject)) {
    user = find(*name);
  } else if (const Token* token = find(std::get<Serial>(subject)); token != nullptr) {
    if (!token->owner) {
      result.tokens.push_back(*token);
      return result;
    }
    user = &users.at(*token->owner);
  }
  if (user == nullptr) return result;
  result.user = *user;
  for (const auto& [id, token] : tokens) {
    if (token.owner == user->id) result.tokens.push_back(token);
  }
  std::ranges::sort(result.tokens, {}, &Token::serial);
  for (const auto& [name, members] : groups) {
    if (members.contains(user->id)) result.groups.push_back(name);
  }
  return result;
}

}  // namespace lockstep
