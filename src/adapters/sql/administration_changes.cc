// SPDX-License-Identifier: Apache-2.0
#include "adapters/sql/administration_changes.h"

#include "adapters/sql/json_codec.h"
#include "adapters/sql/row_codec.h"

namespace lockstep {
namespace {

constexpr std::int64_t kDraftId = 1;

std::optional<std::string_view> text_of(const std::optional<UserName>& name) {
  if (!name) return std::nullopt;
  return name->text();
}

}  // namespace

Result<void> AdministrationChanges::operator()(const PutPolicyDraft& change) const {
  const PolicyDraft& draft = change.draft;
  if (draft.version == RowVersion(0)) {
    return execute_one(database_,
                       "INSERT INTO policy_draft (id, document, at_time, actor, version)"
                       " VALUES ($1, $2, $3, $4, 1) ON CONFLICT DO NOTHING",
                       {kDraftId, draft.document, draft.at, draft.by}, "there is a draft");
  }
  return execute_one(database_,
                     "UPDATE policy_draft SET document = $3, at_time = $4, actor = $5,"
                     " version = version + 1 WHERE id = $1 AND version = $2",
                     {kDraftId, draft.version, draft.document, draft.at, draft.by},
                     "the draft has changed");
}

Result<void> AdministrationChanges::operator()(const DeletePolicyDraft& change) const {
  return execute_one(database_, "DELETE FROM policy_draft WHERE id = $1 AND version = $2",
                     {kDraftId, change.version}, "the draft has changed");
}

Result<void> AdministrationChanges::operator()(const InsertTokenModel& change) const {
  const TokenModel& model = change.model;
  const CodeSpec& spec = model.spec;
  return execute_one(
      database_,
      "INSERT INTO token_models (name, maker, form, kind, hash, digits, step, t0, shown_for,"
      " warranty_months, help, version)"
      " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) ON CONFLICT DO NOTHING",
      {model.name, model.maker, stored_name(model.form), stored_name(spec.kind),
       stored_name(spec.hash), std::int64_t{spec.digits.count()}, spec.step.count(),
       spec.t0.count(), model.shown_for.count(), std::int64_t{model.warranty_months}, model.help,
       model.version},
      "the token model exists");
}

Result<void> AdministrationChanges::operator()(const UpdateTokenModel& change) const {
  const TokenModel& model = change.model;
  const CodeSpec& spec = model.spec;
  return execute_one(
      database_,
      "UPDATE token_models SET maker = $3, form = $4, kind = $5, hash = $6, digits = $7,"
      " step = $8, t0 = $9, shown_for = $10, warranty_months = $11, help = $12,"
      " version = version + 1 WHERE name = $1 AND version = $2",
      {model.name, model.version, model.maker, stored_name(model.form), stored_name(spec.kind),
       stored_name(spec.hash), std::int64_t{spec.digits.count()}, spec.step.count(),
       spec.t0.count(), model.shown_for.count(), std::int64_t{model.warranty_months}, model.help},
      "the token model has changed");
}

Result<void> AdministrationChanges::operator()(const DeleteTokenModel& change) const {
  return execute_one(database_, "DELETE FROM token_models WHERE name = $1 AND version = $2",
                     {change.name, change.version}, "the token model has changed");
}

Result<void> AdministrationChanges::operator()(const InsertOperator& change) const {
  const Operator& one = change.account;
  return execute_one(
      database_,
      "INSERT INTO operators (id, name, full_name, email, role, scope, status, password,"
      " tokens_of, wrong_passwords, wrong_at, signed_in_at, created_at, version)"
      " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)"
      " ON CONFLICT DO NOTHING",
      {one.id, one.name.text(), one.full_name, one.email, name_of(one.role), to_json(one.scope),
       stored_name(one.status), one.password, text_of(one.tokens_of),
       std::int64_t{one.wrong_passwords}, one.wrong_at, one.signed_in_at, one.created_at,
       one.version},
      "the operator exists");
}

Result<void> AdministrationChanges::operator()(const UpdateOperator& change) const {
  const Operator& one = change.account;
  return execute_one(
      database_,
      "UPDATE operators SET full_name = $3, email = $4, role = $5, scope = $6, status = $7,"
      " password = $8, tokens_of = $9, wrong_passwords = $10, wrong_at = $11,"
      " signed_in_at = $12, version = version + 1 WHERE id = $1 AND version = $2",
      {one.id, one.version, one.full_name, one.email, name_of(one.role), to_json(one.scope),
       stored_name(one.status), one.password, text_of(one.tokens_of),
       std::int64_t{one.wrong_passwords}, one.wrong_at, one.signed_in_at},
      "the operator has changed");
}

Result<void> AdministrationChanges::operator()(const DeleteOperator& change) const {
  return execute_one(database_, "DELETE FROM operators WHERE id = $1 AND version = $2",
                     {change.id, change.version}, "the operator has changed");
}

Result<void> AdministrationChanges::operator()(const InsertSession& change) const {
  const Session& session = change.session;
  return execute_one(
      database_,
      "INSERT INTO sessions (hash, kind, subject, created_at, seen_at, expires_at, proven_at,"
      " about, version, data) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"
      " ON CONFLICT DO NOTHING",
      {ByteView(session.hash), stored_name(session.kind),
       static_cast<std::int64_t>(session.subject), session.created_at, session.seen_at,
       session.expires_at, session.proven_at, session.about, session.version, session.data},
      "the session exists");
}

Result<void> AdministrationChanges::operator()(const UpdateSession& change) const {
  const Session& session = change.session;
  return execute_one(database_,
                     "UPDATE sessions SET seen_at = $3, expires_at = $4, proven_at = $5,"
                     " version = version + 1 WHERE hash = $1 AND version = $2",
                     {ByteView(session.hash), session.version, session.seen_at, session.expires_at,
                      session.proven_at},
                     "the session has changed");
}

Result<void> AdministrationChanges::operator()(const DeleteSession& change) const {
  if (change.must_be) {
    return execute_one(database_, "DELETE FROM sessions WHERE hash = $1", {ByteView(change.hash)},
                       "the session is over");
  }
  return database_.queue("DELETE FROM sessions WHERE hash = $1", {ByteView(change.hash)});
}

Result<void> AdministrationChanges::operator()(const DeleteSessionsOf& change) const {
  // No session has an empty hash.
  const ByteView but = change.but ? ByteView(*change.but) : ByteView();
  return database_.queue(
      "DELETE FROM sessions WHERE kind = $1 AND subject = $2 AND hash <> $3",
      {stored_name(change.kind), static_cast<std::int64_t>(change.subject), but});
}

Result<void> AdministrationChanges::operator()(const InsertApproval& change) const {
  const Approval& approval = change.approval;
  return execute_one(
      database_,
      "INSERT INTO approvals (id, what, data, asked_by, asked_at, expires_at, version)"
      " VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING",
      {approval.id, approval.what, approval.data, approval.asked_by, approval.asked_at,
       approval.expires_at, approval.version},
      "the approval exists");
}

Result<void> AdministrationChanges::operator()(const DeleteApproval& change) const {
  return execute_one(database_, "DELETE FROM approvals WHERE id = $1 AND version = $2",
                     {change.id, change.version}, "it is decided already");
}

}  // namespace lockstep
