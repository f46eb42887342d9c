// SPDX-License-Identifier: Apache-2.0
// Which columns make up a value. Enumerations are stored by name, so that reordering them in the
// code cannot change what a row says.
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "adapters/sql/connection.h"
#include "base/result.h"
#include "core/audit/chain.h"
#include "core/model/api_key.h"
#include "core/model/operator.h"
#include "core/model/session.h"
#include "core/model/token.h"
#include "core/model/token_model.h"
#include "core/model/user.h"
#include "ports/store.h"

namespace lockstep {

/// Takes the columns of the current row in order. A null or another type where a value has to be is
/// remembered, reads as empty, and makes `sound` false.
class Columns {
 public:
  explicit Columns(const Rows& rows) : rows_(rows) {}

  std::optional<std::int64_t> optional_integer();
  std::optional<std::string> optional_text();
  std::optional<Bytes> optional_bytes();
  std::int64_t integer();
  std::string text();
  Bytes bytes();

  /// An integer that is not negative, as ids, versions and counts are.
  std::uint64_t number();
  std::uint32_t small_number();
  WallTime time();
  std::optional<WallTime> optional_time();
  std::array<std::uint8_t, 32> hash();

  [[nodiscard]] bool sound() const { return sound_; }
  /// Marks the row as not what we wrote.
  void reject() { sound_ = false; }

 private:
  const Rows& rows_;
  int next_ = 0;
  bool sound_ = true;
};

// Each list names the columns that the `take_` function of the same name reads, in its order.
// Errors of all: corrupt.

inline constexpr std::string_view kUserColumns =
    "id, name, first_name, last_name, email, phone, primary_token, status, password, pin_salt, "
    "pin_mac, factors, created_at, misses, sync, version, language";
[[nodiscard]] Result<User> take_user(Columns& columns);

inline constexpr std::string_view kTokenColumns =
    "id, serial, kind, hash, digits, step, t0, form, status, model, batch, owner, valid_from, "
    "valid_until, warranty_until, created_at, seed, next, progress, version, label, assigned_at, "
    "sync";
[[nodiscard]] Result<Token> take_token(Columns& columns);

inline constexpr std::string_view kApiKeyColumns =
    "id, name, hash, permissions, required_group, created_at, revoked_at, version";
[[nodiscard]] Result<ApiKey> take_api_key(Columns& columns);

inline constexpr std::string_view kTokenModelColumns =
    "name, maker, form, kind, hash, digits, step, t0, shown_for, warranty_months, help, version";
[[nodiscard]] Result<TokenModel> take_token_model(Columns& columns);

inline constexpr std::string_view kOperatorColumns =
    "id, name, full_name, email, role, scope, status, password, tokens_of, wrong_passwords, "
    "wrong_at, signed_in_at, created_at, version";
[[nodiscard]] Result<Operator> take_operator(Columns& columns);

inline constexpr std::string_view kSessionColumns =
    "hash, kind, subject, created_at, seen_at, expires_at, proven_at, about, version, data";
[[nodiscard]] Result<Session> take_session(Columns& columns);

inline constexpr std::string_view kApprovalColumns =
    "id, what, data, asked_by, asked_at, expires_at, version";
[[nodiscard]] Result<Approval> take_approval(Columns& columns);

/// Reads number, document, at_time and actor.
[[nodiscard]] Result<PolicyRevision> take_policy_revision(Columns& columns);

inline constexpr std::string_view kTicketColumns = "hash, kind, data, sealed, expires_at, version";
[[nodiscard]] Result<Ticket> take_ticket(Columns& columns);

inline constexpr std::string_view kMailColumns =
    "id, recipient, event, language, arguments, state, tries, next_try_at, created_at, expires_at, "
    "problem, version";
[[nodiscard]] Result<Mail> take_mail(Columns& columns);

inline constexpr std::string_view kMailCodeColumns =
    "user_id, purpose, code_salt, code_mac, state, expires_at, sent_at, hour_since, sent_in_hour, "
    "day_since, wrong_in_day, version";
[[nodiscard]] Result<MailCode> take_mail_code(Columns& columns);

inline constexpr std::string_view kAuditColumns =
    "node, seq, hash, kind, at_time, actor, user_name, serial, reason, source, details";
[[nodiscard]] Result<AuditRecord> take_audit_record(Columns& columns);

/// The same value with an error turned into corrupt: a name in the store has been valid before.
template <class T>
[[nodiscard]] Result<T> stored(Result<T> parsed) {
  if (!parsed) return fail(Errc::corrupt, "a stored value is not valid: " + parsed.error().context);
  return parsed;
}

// What is stored for an enumerator.
[[nodiscard]] std::string_view stored_name(TokenKind kind);
[[nodiscard]] std::string_view stored_name(HashAlgorithm hash);
[[nodiscard]] std::string_view stored_name(TokenForm form);
[[nodiscard]] std::string_view stored_name(TokenStatus status);
[[nodiscard]] std::string_view stored_name(UserStatus status);
[[nodiscard]] std::string_view stored_name(TicketKind kind);
[[nodiscard]] std::string_view stored_name(OperatorStatus status);
[[nodiscard]] std::string_view stored_name(SessionKind kind);
[[nodiscard]] std::string_view stored_name(MailState state);
[[nodiscard]] std::string_view stored_name(MailCodePurpose purpose);
/// The names of all permissions in the set, with blanks between them.
[[nodiscard]] std::string stored_names(Permissions permissions);

/// What a user or token is found by when people search. The parts are folded one by one and joined
/// by a line break, which no folded text holds, so that nothing is found across a border.
/// Errors: invalid_input, when a part is not UTF-8 or has control characters.
[[nodiscard]] Result<std::string> search_text(const User& user);
[[nodiscard]] Result<std::string> search_text(const Token& token);

}  // namespace lockstep
