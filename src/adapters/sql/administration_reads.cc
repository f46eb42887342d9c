// SPDX-License-Identifier: Apache-2.0
#include "adapters/sql/administration_reads.h"

#include "adapters/sql/row_codec.h"
#include "adapters/sql/take_rows.h"

namespace lockstep {
namespace {

// More wait for somebody to agree than anybody reads.
constexpr std::int64_t kApprovalsMax = Page::kLimitMax;

}  // namespace

Result<std::vector<PolicyRevision>> read_policies(Connection& database, std::uint64_t before,
                                                  std::uint32_t limit) {
  const std::int64_t below =
      before == 0 ? std::numeric_limits<std::int64_t>::max() : static_cast<std::int64_t>(before);
  return take_all<PolicyRevision>(
      database,
      "SELECT number, document, at_time, actor FROM policies WHERE number < $1"
      " ORDER BY number DESC LIMIT $2",
      {below, std::int64_t{limit}}, take_policy_revision);
}

Result<std::optional<PolicyDraft>> read_policy_draft(Connection& database) {
  return take_one<PolicyDraft>(database,
                               "SELECT document, at_time, actor, version FROM policy_draft", {},
                               [](Columns& columns) -> Result<PolicyDraft> {
                                 PolicyDraft draft;
                                 draft.document = columns.text();
                                 draft.at = columns.time();
                                 draft.by = Actor(columns.text());
                                 draft.version = RowVersion(columns.number());
                                 return draft;
                               });
}

Result<std::vector<TokenModel>> read_token_models(Connection& database, const Page& page) {
  static const std::string kSelect =
      select(kTokenModelColumns, "FROM token_models WHERE name > $1 ORDER BY name LIMIT $2");
  return take_all<TokenModel>(database, kSelect, {page.after, std::int64_t{page.limit}},
                              take_token_model);
}

Result<std::optional<TokenModel>> read_token_model(Connection& database, const std::string& name) {
  static const std::string kSelect =
      select(kTokenModelColumns, "FROM token_models WHERE name = $1");
  return take_one<TokenModel>(database, kSelect, {name}, take_token_model);
}

Result<std::vector<Operator>> read_operators(Connection& database, const Page& page) {
  static const std::string kSelect =
      select(kOperatorColumns, "FROM operators WHERE name > $1 ORDER BY name LIMIT $2");
  return take_all<Operator>(database, kSelect, {page.after, std::int64_t{page.limit}},
                            take_operator);
}

Result<std::optional<Operator>> read_operator(Connection& database, const UserName& name) {
  static const std::string kSelect = select(kOperatorColumns, "FROM operators WHERE name = $1");
  return take_one<Operator>(database, kSelect, {name.text()}, take_operator);
}

Result<std::optional<Operator>> read_operator(Connection& database, OperatorId id) {
  static const std::string kSelect = select(kOperatorColumns, "FROM operators WHERE id = $1");
  return take_one<Operator>(database, kSelect, {id}, take_operator);
}

Result<std::optional<Session>> read_session(Connection& database, const SessionHash& hash) {
  static const std::string kSelect = select(kSessionColumns, "FROM sessions WHERE hash = $1");
  return take_one<Session>(database, kSelect, {ByteView(hash)}, take_session);
}

Result<std::vector<Session>> read_sessions_of(Connection& database, SessionKind kind,
                                              std::uint64_t subject) {
  static const std::string kSelect = select(kSessionColumns,
                                            "FROM sessions WHERE kind = $1 AND subject = $2"
                                            " ORDER BY created_at DESC, hash LIMIT $3");
  return take_all<Session>(
      database, kSelect,
      {stored_name(kind), static_cast<std::int64_t>(subject), std::int64_t{Page::kLimitMax}},
      take_session);
}

Result<std::vector<Approval>> read_approvals(Connection& database) {
  static const std::string kSelect =
      select(kApprovalColumns, "FROM approvals ORDER BY asked_at, id LIMIT $1");
  return take_all<Approval>(database, kSelect, {kApprovalsMax}, take_approval);
}

}  // namespace lockstep
