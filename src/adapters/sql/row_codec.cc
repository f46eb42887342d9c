// SPDX-License-Identifier: Apache-2.0
#include "adapters/sql/row_codec.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "adapters/sql/json_codec.h"
#include "base/text.h"
#include "core/model/token_life.h"

namespace lockstep {
namespace {

template <class Value>
struct Named {
  Value value;
  std::string_view name;
};

constexpr Named<TokenKind> kTokenKinds[] = {{TokenKind::hotp, "hotp"}, {TokenKind::totp, "totp"}};
constexpr Named<HashAlgorithm> kHashes[] = {{HashAlgorithm::sha1, "sha1"},
                                            {HashAlgorithm::sha256, "sha256"},
                                            {HashAlgorithm::sha512, "sha512"}};
constexpr Named<TokenForm> kForms[] = {{TokenForm::hardware, "hardware"},
                                       {TokenForm::software, "software"}};
constexpr Named<TokenStatus> kTokenStatuses[] = {
    {TokenStatus::enabled, "enabled"}, {TokenStatus::suspended, "suspended"},
    {TokenStatus::lost, "lost"},       {TokenStatus::faulty, "faulty"},
    {TokenStatus::locked, "locked"},   {TokenStatus::revoked, "revoked"}};
constexpr Named<UserStatus> kUserStatuses[] = {{UserStatus::enabled, "enabled"},
                                               {UserStatus::disabled, "disabled"}};
constexpr Named<TicketKind> kTicketKinds[] = {
    {TicketKind::challenge, "challenge"}, {TicketKind::resync, "resync"},
    {TicketKind::import, "import"},       {TicketKind::setup, "setup"},
    {TicketKind::mail_code, "mail_code"}, {TicketKind::link, "link"},
    {TicketKind::imports, "imports"}};
constexpr Named<MailState> kMailStates[] = {
    {MailState::waiting, "waiting"}, {MailState::sent, "sent"}, {MailState::given_up, "given_up"}};
constexpr Named<MailCodePurpose> kMailCodePurposes[] = {{MailCodePurpose::sign_in, "sign_in"},
                                                        {MailCodePurpose::step_up, "step_up"},
                                                        {MailCodePurpose::link, "link"},
                                                        {MailCodePurpose::log_in, "log_in"}};
constexpr Named<OperatorStatus> kOperatorStatuses[] = {{OperatorStatus::enabled, "enabled"},
                                                       {OperatorStatus::disabled, "disabled"}};
constexpr Named<SessionKind> kSessionKinds[] = {{SessionKind::console, "console"},
                                                {SessionKind::portal, "portal"}};

template <class Table, class Value>
std::string_view find_name(const Table& table, Value value) {
  const auto* found = std::ranges::find(table, value, [](const auto& row) { return row.value; });
  LOCKSTEP_ASSERT(found != std::end(table));
  return found->name;
}

template <class Table>
auto take_named(Columns& columns, const Table& table) {
  const std::string name = columns.text();
  const auto* found = std::ranges::find(table, name, [](const auto& row) { return row.name; });
  if (found != std::end(table)) return found->value;
  columns.reject();
  return table[0].value;
}

std::unexpected<Error> damaged(std::string_view what) {
  return fail(Errc::corrupt, "a row is not what was written: " + std::string(what));
}

std::optional<PinMac> take_pin(Columns& columns) {
  const std::optional<Bytes> salt = columns.optional_bytes();
  const std::optional<Bytes> mac = columns.optional_bytes();
  if (!salt && !mac) return std::nullopt;
  PinMac pin;
  if (!salt || !mac || salt->size() != pin.salt.size() || mac->size() != pin.mac.size()) {
    columns.reject();
    return std::nullopt;
  }
  std::ranges::copy(*salt, pin.salt.begin());
  std::ranges::copy(*mac, pin.mac.begin());
  return pin;
}

Permissions take_permissions(Columns& columns) {
  const std::string names = columns.text();
  std::uint32_t bits = 0;
  for (std::size_t from = 0; from < names.size();) {
    const std::size_t end = std::min(names.find(' ', from), names.size());
    const auto permission = parse_permission(std::string_view(names).substr(from, end - from));
    if (permission) {
      bits |= Permissions{*permission}.bits();
    } else {
      columns.reject();
    }
    from = end + 1;
  }
  return Permissions::from_bits(bits);
}

Result<CodeSpec> take_spec(Columns& columns) {
  CodeSpec spec;
  spec.kind = take_named(columns, kTokenKinds);
  spec.hash = take_named(columns, kHashes);
  LOCKSTEP_TRY(spec.digits, stored(Digits::make(columns.small_number())));
  spec.step = Seconds(columns.integer());
  spec.t0 = Seconds(columns.integer());
  return spec;
}

/// A name, where there is one.
template <class Name>
Result<std::optional<Name>> take_optional_name(Columns& columns) {
  const std::optional<std::string> text = columns.optional_text();
  if (!text) return std::optional<Name>();
  LOCKSTEP_TRY(Name name, stored(Name::parse(*text)));
  // Parsing folds; a name that was edited into another spelling would be hashed as if it were
  // whole.
  if (name.text() != *text) return fail(Errc::corrupt, "a stored name is not as it was written");
  return std::optional<Name>(std::move(name));
}

template <class Id>
std::optional<Id> take_optional_id(Columns& columns) {
  const auto id = columns.optional_integer();
  if (!id) return std::nullopt;
  return Id(static_cast<std::uint64_t>(*id));
}

}  // namespace

std::optional<std::int64_t> Columns::optional_integer() {
  auto value = rows_.integer(next_++);
  if (!value) sound_ = false;
  return value.value_or(std::nullopt);
}

std::optional<std::string> Columns::optional_text() {
  auto value = rows_.text(next_++);
  if (!value) sound_ = false;
  return std::move(value).value_or(std::nullopt);
}

std::optional<Bytes> Columns::optional_bytes() {
  auto value = rows_.bytes(next_++);
  if (!value) sound_ = false;
  return std::move(value).value_or(std::nullopt);
}

std::int64_t Columns::integer() {
  const auto value = optional_integer();
  if (!value) sound_ = false;
  return value.value_or(0);
}

std::string Columns::text() {
  auto value = optional_text();
  if (!value) sound_ = false;
  return std::move(value).value_or(std::string());
}

Bytes Columns::bytes() {
  auto value = optional_bytes();
  if (!value) sound_ = false;
  return std::move(value).value_or(Bytes());
}

std::uint64_t Columns::number() {
  const std::int64_t value = integer();
  if (value < 0) sound_ = false;
  return static_cast<std::uint64_t>(value);
}

std::uint32_t Columns::small_number() {
  const std::uint64_t value = number();
  if (value > std::numeric_limits<std::uint32_t>::max()) sound_ = false;
  return static_cast<std::uint32_t>(value);
}

WallTime Columns::time() { return WallTime(Micros(integer())); }

std::optional<WallTime> Columns::optional_time() {
  const auto value = optional_integer();
  if (!value) return std::nullopt;
  return WallTime(Micros(*value));
}

std::array<std::uint8_t, 32> Columns::hash() {
  const Bytes value = bytes();
  std::array<std::uint8_t, 32> result{};
  if (value.size() == result.size()) {
    std::ranges::copy(value, result.begin());
  } else {
    sound_ = false;
  }
  return result;
}

Result<User> take_user(Columns& columns) {
  const UserId id(columns.number());
  LOCKSTEP_TRY(UserName name, stored(UserName::parse(columns.text())));
  User user{.id = id, .name = std::move(name)};
  user.first_name = columns.text();
  user.last_name = columns.text();
  user.email = columns.text();
  user.phone = columns.text();
  user.primary = take_optional_id<TokenId>(columns);
  user.status = take_named(columns, kUserStatuses);
  user.password = columns.optional_text();
  user.pin = take_pin(columns);
  LOCKSTEP_CHECK(parse_factors(columns.text(), user));
  user.created_at = columns.time();
  const std::uint32_t misses = columns.small_number();
  LOCKSTEP_TRY(user.sync, parse_user_sync(columns.text()));
  user.sync.misses_in_row = misses;
  user.version = RowVersion(columns.number());
  user.language = columns.text();
  if (!columns.sound()) return damaged("a user");
  return user;
}

Result<Token> take_token(Columns& columns) {
  const TokenId id(columns.number());
  LOCKSTEP_TRY(Serial serial, stored(Serial::parse(columns.text())));
  Token token{.id = id, .serial = std::move(serial)};
  LOCKSTEP_TRY(token.spec, take_spec(columns));
  token.form = take_named(columns, kForms);
  token.status = take_named(columns, kTokenStatuses);
  token.model = columns.text();
  token.batch = columns.text();
  token.owner = take_optional_id<UserId>(columns);
  token.valid_from = columns.optional_time();
  token.valid_until = columns.optional_time();
  token.warranty_until = columns.optional_time();
  token.created_at = columns.time();
  token.seed = Sealed(columns.bytes());
  const Position next(columns.number());
  LOCKSTEP_TRY(token.progress, parse_progress(columns.text()));
  token.progress.next = next;
  token.version = RowVersion(columns.number());
  token.label = columns.text();
  token.assigned_at = columns.optional_time();
  const auto sync = parse_sync_state(columns.text());
  if (!columns.sound() || !sync) return damaged("a token");
  token.progress.sync = *sync;
  return token;
}

Result<ApiKey> take_api_key(Columns& columns) {
  ApiKey key;
  key.id = ApiKeyId(columns.number());
  key.name = columns.text();
  key.hash = columns.hash();
  key.permissions = take_permissions(columns);
  LOCKSTEP_TRY(key.required_group, take_optional_name<GroupName>(columns));
  key.created_at = columns.time();
  key.revoked_at = columns.optional_time();
  key.version = RowVersion(columns.number());
  if (!columns.sound()) return damaged("an API key");
  return key;
}

Result<TokenModel> take_token_model(Columns& columns) {
  TokenModel model;
  model.name = columns.text();
  model.maker = columns.text();
  model.form = take_named(columns, kForms);
  LOCKSTEP_TRY(model.spec, take_spec(columns));
  model.shown_for = Seconds(columns.integer());
  model.warranty_months = columns.small_number();
  model.help = columns.text();
  model.version = RowVersion(columns.number());
  if (!columns.sound()) return damaged("a token model");
  return model;
}

Result<Operator> take_operator(Columns& columns) {
  const OperatorId id(columns.number());
  LOCKSTEP_TRY(UserName name, stored(UserName::parse(columns.text())));
  Operator account{.id = id, .name = std::move(name)};
  account.full_name = columns.text();
  account.email = columns.text();
  const auto role = parse_role(columns.text());
  LOCKSTEP_TRY(account.scope, parse_groups(columns.text()));
  account.status = take_named(columns, kOperatorStatuses);
  account.password = columns.optional_text();
  LOCKSTEP_TRY(account.tokens_of, take_optional_name<UserName>(columns));
  account.wrong_passwords = columns.small_number();
  account.wrong_at = columns.optional_time();
  account.signed_in_at = columns.optional_time();
  account.created_at = columns.time();
  account.version = RowVersion(columns.number());
  if (!columns.sound() || !role) return damaged("an operator");
  account.role = *role;
  return account;
}

Result<Session> take_session(Columns& columns) {
  Session session;
  session.hash = columns.hash();
  session.kind = take_named(columns, kSessionKinds);
  session.subject = columns.number();
  session.created_at = columns.time();
  session.seen_at = columns.time();
  session.expires_at = columns.time();
  session.proven_at = columns.optional_time();
  session.about = columns.text();
  session.version = RowVersion(columns.number());
  session.data = columns.text();
  if (!columns.sound()) return damaged("a session");
  return session;
}

Result<Approval> take_approval(Columns& columns) {
  Approval approval;
  approval.id = ApprovalId(columns.number());
  approval.what = columns.text();
  approval.data = columns.text();
  approval.asked_by = Actor(columns.text());
  approval.asked_at = columns.time();
  approval.expires_at = columns.time();
  approval.version = RowVersion(columns.number());
  if (!columns.sound()) return damaged("an approval");
  return approval;
}

Result<PolicyRevision> take_policy_revision(Columns& columns) {
  PolicyRevision revision;
  revision.number = columns.number();
  revision.document = columns.text();
  revision.at = columns.time();
  revision.by = Actor(columns.text());
  if (!columns.sound()) return damaged("a policy");
  return revision;
}

Result<Ticket> take_ticket(Columns& columns) {
  Ticket ticket;
  ticket.hash = columns.hash();
  ticket.kind = take_named(columns, kTicketKinds);
  ticket.data = columns.text();
  if (auto sealed = columns.optional_bytes()) ticket.sealed = Sealed(std::move(*sealed));
  ticket.expires_at = columns.time();
  ticket.version = RowVersion(columns.number());
  if (!columns.sound()) return damaged("a ticket");
  return ticket;
}

Result<Mail> take_mail(Columns& columns) {
  Mail mail;
  mail.id = MailId(columns.number());
  mail.to = columns.text();
  const auto about = parse_mail_event(columns.text());
  mail.language = columns.text();
  mail.arguments = Sealed(columns.bytes());
  mail.state = take_named(columns, kMailStates);
  mail.tries = columns.small_number();
  mail.next_try_at = columns.time();
  mail.created_at = columns.time();
  mail.expires_at = columns.time();
  mail.problem = columns.text();
  mail.version = RowVersion(columns.number());
  if (!columns.sound() || !about) return damaged("a mail");
  mail.event = *about;
  return mail;
}

Result<MailCode> take_mail_code(Columns& columns) {
  MailCode code;
  code.user = UserId(columns.number());
  code.purpose = take_named(columns, kMailCodePurposes);
  code.code = take_pin(columns);
  code.state = columns.hash();
  code.expires_at = columns.time();
  code.sent_at = columns.time();
  code.hour_since = columns.time();
  code.sent_in_hour = columns.small_number();
  code.day_since = columns.time();
  code.wrong_in_day = columns.small_number();
  code.version = RowVersion(columns.number());
  if (!columns.sound()) return damaged("a code by mail");
  return code;
}

Result<AuditRecord> take_audit_record(Columns& columns) {
  AuditRecord record;
  record.node = NodeId(columns.number());
  record.seq = columns.number();
  record.hash = columns.hash();
  const auto kind = parse_event_kind(columns.text());
  AuditEvent& event = record.event;
  event.at = columns.time();
  event.actor = Actor(columns.text());
  LOCKSTEP_TRY(event.user, take_optional_name<UserName>(columns));
  LOCKSTEP_TRY(event.serial, take_optional_name<Serial>(columns));
  const auto reason = parse_reason(columns.text());
  event.source = columns.text();
  LOCKSTEP_TRY(event.details, parse_audit_details(columns.text()));
  if (!columns.sound() || !kind || !reason) return damaged("an audit record");
  event.kind = *kind;
  event.reason = *reason;
  return record;
}

std::string_view stored_name(TokenKind kind) { return find_name(kTokenKinds, kind); }
std::string_view stored_name(HashAlgorithm hash) { return find_name(kHashes, hash); }
std::string_view stored_name(TokenForm form) { return find_name(kForms, form); }
std::string_view stored_name(TokenStatus status) { return find_name(kTokenStatuses, status); }
std::string_view stored_name(UserStatus status) { return find_name(kUserStatuses, status); }
std::string_view stored_name(TicketKind kind) { return find_name(kTicketKinds, kind); }
std::string_view stored_name(OperatorStatus status) { return find_name(kOperatorStatuses, status); }
std::string_view stored_name(SessionKind kind) { return find_name(kSessionKinds, kind); }
std::string_view stored_name(MailState state) { return find_name(kMailStates, state); }
std::string_view stored_name(MailCodePurpose purpose) {
  return find_name(kMailCodePurposes, purpose);
}

std::string stored_names(Permissions permissions) {
  std::string names;
  for (std::size_t i = 0; i < kPermissionCount; ++i) {
    const auto permission = static_cast<Permission>(i);
    if (!permissions.has(permission)) continue;
    if (!names.empty()) names += ' ';
    names += name_of(permission);
  }
  return names;
}

Result<std::string> search_text(const User& user) {
  LOCKSTEP_TRY(const std::string text, fold_for_search(user.name.text()));
  LOCKSTEP_TRY(const std::string full, fold_for_search(user.first_name + " " + user.last_name));
  LOCKSTEP_TRY(const std::string email, fold_for_search(user.email));
  return text + "\n" + full + "\n" + email;
}

Result<std::string> search_text(const Token& token) {
  LOCKSTEP_TRY(const std::string text, fold_for_search(token.serial.text()));
  LOCKSTEP_TRY(const std::string model, fold_for_search(token.model));
  LOCKSTEP_TRY(const std::string batch, fold_for_search(token.batch));
  return text + "\n" + model + "\n" + batch;
}

}  // namespace lockstep
