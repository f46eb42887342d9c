// SPDX-License-Identifier: Apache-2.0
#include "service/operator_sessions.h"

#include <algorithm>
#include <utility>

#include "base/hex.h"
#include "service/authenticate.h"
#include "service/events.h"
#include "service/name_turn.h"
#include "service/operators.h"
#include "service/retry.h"
#include "service/tickets.h"

namespace lockstep {

namespace {

constexpr std::size_t kAboutBytesMax = 200;
constexpr std::size_t kSessionNameBytes = 8;
constexpr std::size_t kPasswordBytesMax = 256;

// What concerns everybody, or the service itself. Whoever adds a permission decides here whether a
// scope can narrow it (service/scoped_store.h) or takes it away.
constexpr Permissions kScopable{
    Permission::users_read,    Permission::users_write,         Permission::users_help,
    Permission::tokens_read,   Permission::tokens_write,        Permission::tokens_manage,
    Permission::tokens_resync, Permission::tokens_resync_admin, Permission::diagnose,
    Permission::policy_read,   Permission::audit_read,          Permission::reports_read,
    Permission::groups_write,  Permission::inventory_export};

/// Why somebody was not let in: for the audit alone.
enum class Cause { none, unknown, disabled, not_set_up, paused, password, code };

std::string_view name_of(Cause cause) {
  switch (cause) {
    case Cause::none:
      return "none";
    case Cause::unknown:
      return "unknown";
    case Cause::disabled:
      return "disabled";
    case Cause::not_set_up:
      return "not_set_up";
    case Cause::paused:
      return "paused";
    case Cause::password:
      return "password";
    case Cause::code:
      return "code";
  }
  LOCKSTEP_ASSERT(false);
}

Reason reason_of(Cause cause) {
  switch (cause) {
    case Cause::none:
      return Reason::none;
    case Cause::unknown:
      return Reason::unknown_user;
    case Cause::disabled:
      return Reason::user_disabled;
    case Cause::not_set_up:
      return Reason::not_assigned;
    case Cause::paused:
      return Reason::too_many_attempts;
    case Cause::password:
      return Reason::wrong_factor;
    case Cause::code:
      return Reason::no_match;
  }
  LOCKSTEP_ASSERT(false);
}

/// What is known before the code is looked at. The password has been checked, whatever the cause.
struct Candidacy {
  std::optional<Operator> account;
  Cause cause = Cause::none;
};

Result<Candidacy> examine(Services& services, const Context& context,
                          const SignInRequest& request) {
  Candidacy found;
  if (const auto name = UserName::parse(request.name)) {
    LOCKSTEP_TRY(found.account, services.store.find_operator(*name));
  }
  const Operator* account = found.account ? &*found.account : nullptr;
  const std::string* hash = account != nullptr && account->password ? &*account->password : nullptr;
  const bool sized = request.password.size() <= kPasswordBytesMax;
  LOCKSTEP_TRY(const bool right,
               services.passwords.verify(sized ? hash : nullptr, request.password));
  if (account == nullptr) {
    found.cause = Cause::unknown;
  } else if (account->status != OperatorStatus::enabled) {
    found.cause = Cause::disabled;
  } else if (hash == nullptr || !account->tokens_of) {
    found.cause = Cause::not_set_up;
  } else if (paused_until(*account).value_or(context.now.wall) > context.now.wall) {
    found.cause = Cause::paused;
  } else if (!right) {
    found.cause = Cause::password;
  }
  return found;
}

/// Checks the code, whoever asks. Without an account it is that of a user who cannot exist: a name
/// that was typed here must not be charged as the user of that name.
Result<LoginAnswer> check_code(Services& services, const Context& context,
                               const SignInRequest& request, const Candidacy& candidacy) {
  const bool known = candidacy.account && candidacy.account->tokens_of;
  LoginRequest login;
  login.user =
      known ? candidacy.account->tokens_of->text() : make_ticket_secret(services.random).text;
  login.code = request.code;
  login.vouched = candidacy.cause == Cause::none ? Vouched::right : Vouched::wrong;
  return authenticate(services, context, std::move(login));
}

/// The account as it is to be kept after a refusal; nullopt, where nothing changes.
std::optional<Operator> after_refusal(const Operator& account, Cause cause, WallTime now) {
  if (cause != Cause::password) return std::nullopt;
  Operator changed = account;
  ++changed.wrong_passwords;
  changed.wrong_at = now;
  return changed;
}

Result<void> record_refusal(Services& services, const Context& context,
                            const Candidacy& candidacy) {
  return retried({}, [&]() -> Result<void> {
    ChangeSet set;
    AuditEvent made = event(context, EventKind::operator_refused);
    made.reason = reason_of(candidacy.cause);
    made.details.emplace_back("cause", name_of(candidacy.cause));
    // People type passwords into the field for the name: only names that exist are written down.
    if (candidacy.account) {
      LOCKSTEP_TRY(const auto now, services.store.find_operator(candidacy.account->id));
      made.details.emplace_back("operator", candidacy.account->name.text());
      const auto changed =
          now ? after_refusal(*now, candidacy.cause, context.now.wall) : std::nullopt;
      if (changed) set.changes.emplace_back(UpdateOperator{*changed});
    }
    set.events.push_back(std::move(made));
    return services.store.commit(std::move(set));
  });
}

bool is_same_account(const Operator& now, const Operator& then) {
  return now.status == then.status && now.password == then.password &&
         now.tokens_of == then.tokens_of;
}

Session session_for(const Operator& account, const Context& context, const SignInRequest& request,
                    const SessionHash& hash) {
  Session session;
  session.hash = hash;
  session.kind = SessionKind::console;
  session.subject = account.id.value();
  session.created_at = context.now.wall;
  session.seen_at = context.now.wall;
  session.expires_at = context.now.wall + kSessionIdleMax;
  session.about = request.about.substr(0, kAboutBytesMax);
  return session;
}

/// Opens the session; nullopt, when the account has changed since it was looked at.
Result<std::optional<SignedIn>> open_session(Services& services, const Context& context,
                                             const SignInRequest& request, const Operator& then) {
  return retried({}, [&]() -> Result<std::optional<SignedIn>> {
    LOCKSTEP_TRY(std::optional<Operator> account, services.store.find_operator(then.id));
    if (!account || !is_same_account(*account, then)) return std::nullopt;
    TicketSecret secret = make_ticket_secret(services.random);
    Session session = session_for(*account, context, request, secret.hash);
    account->wrong_passwords = 0;
    account->wrong_at.reset();
    account->signed_in_at = context.now.wall;
    AuditEvent made = event_about(context, EventKind::operator_signed_in, account->name);
    made.actor = actor_of(*account);
    made.details.emplace_back("session", session_name(session));
    LOCKSTEP_CHECK(services.store.commit(
        ChangeSet{{UpdateOperator{*account}, InsertSession{session}}, {std::move(made)}}));
    return SignedIn{*std::move(account), std::move(session), std::move(secret.text)};
  });
}

/// The session and whose it is, unless it is over at `now`.
Result<std::optional<OwnSession>> find_session(Services& services, const SessionHash& hash,
                                               WallTime now) {
  LOCKSTEP_TRY(std::optional<Session> session, services.store.session(hash));
  if (!session || session->kind != SessionKind::console || session->expires_at <= now) {
    return std::nullopt;
  }
  LOCKSTEP_TRY(std::optional<Operator> account,
               services.store.find_operator(OperatorId(session->subject)));
  if (!account || account->status != OperatorStatus::enabled) return std::nullopt;
  return OwnSession{*std::move(account), *std::move(session)};
}

/// Notes that its holder was here, now and then. Another request may do so at the same time, or the
/// store may be busy: then this one was not noted, and its holder is signed in all the same.
void note_seen(Services& services, Session session, WallTime now) {
  if (now - session.seen_at < kSessionSeenEach) return;
  session.seen_at = now;
  session.expires_at = std::min(now + kSessionIdleMax, session.created_at + kSessionLifeMax);
  static_cast<void>(services.store.commit(ChangeSet{{UpdateSession{std::move(session)}}, {}}));
}

AuditEvent signed_out(const Context& context, const Operator& account) {
  return event_about(context, EventKind::operator_signed_out, account.name);
}

}  // namespace

std::optional<WallTime> paused_until(const Operator& account) {
  if (!account.wrong_at || account.wrong_passwords <= kFreeWrongPasswords) return std::nullopt;
  constexpr std::uint32_t kDoublingsMax = 6;  // 2^6 s is more than the longest pause.
  const std::uint32_t doublings =
      std::min(account.wrong_passwords - kFreeWrongPasswords - 1, kDoublingsMax);
  return *account.wrong_at + std::min(Seconds(std::int64_t{1} << doublings), kPasswordPauseMax);
}

Context console_context(const Services& services, const std::string& address) {
  const std::string source = address.empty() ? "console" : "console " + address;
  return begin(services, Caller{.actor = Actor("console"), .permissions = {}, .source = source});
}

Permissions permissions_of(const Operator& account) {
  const Permissions all = permissions_of(account.role);
  if (account.scope.empty()) return all;
  return Permissions::from_bits(all.bits() & kScopable.bits());
}

Result<SignInAnswer> sign_in(Services& services, const Context& context,
                             const SignInRequest& request) {
  LOCKSTEP_TRY(Candidacy candidacy, examine(services, context, request));
  LOCKSTEP_TRY(const LoginAnswer answer, check_code(services, context, request, candidacy));
  const bool accepted = answer.verdict == Verdict::accept;
  SignInAnswer result;
  if (candidacy.cause == Cause::none && accepted) {
    LOCKSTEP_TRY(result.signed_in, open_session(services, context, request, *candidacy.account));
    if (result.signed_in) return result;
    candidacy.cause = Cause::disabled;
  }
  if (candidacy.cause == Cause::none) candidacy.cause = Cause::code;
  const NameTurn turn(request.name);
  LOCKSTEP_CHECK(record_refusal(services, context, candidacy));
  result.hold = answer.hold;
  return result;
}

Result<std::optional<Caller>> find_session_caller(Services& services, std::string_view secret) {
  const WallTime now = services.clock.now().wall;
  LOCKSTEP_TRY(std::optional<OwnSession> found, find_session(services, ticket_hash(secret), now));
  if (!found) return std::nullopt;
  note_seen(services, found->session, now);
  const Operator& account = found->account;
  return Caller{.actor = actor_of(account),
                .permissions = permissions_of(account),
                .source = actor_of(account).value(),
                .scope = account.scope,
                .session = found->session.hash};
}

Result<OwnSession> own_session(Services& services, const Context& context) {
  if (!context.caller.session) return fail(Errc::not_found, "the caller has no session");
  LOCKSTEP_TRY(std::optional<OwnSession> found,
               find_session(services, *context.caller.session, context.now.wall));
  if (!found) return fail(Errc::not_found, "the session is over");
  return *std::move(found);
}

Result<void> sign_out(Services& services, const Context& context) {
  LOCKSTEP_TRY(const OwnSession own, own_session(services, context));
  AuditEvent made = signed_out(context, own.account);
  made.details.emplace_back("session", session_name(own.session));
  return services.store.commit(ChangeSet{{DeleteSession{own.session.hash}}, {std::move(made)}});
}

Result<std::vector<Session>> list_sessions(Services& services, const Context& context,
                                           const UserName& name) {
  LOCKSTEP_TRY(const Operator account, get_operator(services, name));
  LOCKSTEP_TRY(std::vector<Session> sessions,
               services.store.sessions_of(SessionKind::console, account.id.value()));
  std::erase_if(sessions, [&](const Session& one) { return one.expires_at <= context.now.wall; });
  return sessions;
}

std::string session_name(const Session& session) {
  return to_hex(ByteView(session.hash).first(kSessionNameBytes));
}

Result<void> end_session(Services& services, const Context& context, const UserName& name,
                         std::string_view session) {
  LOCKSTEP_TRY(const Operator account, get_operator(services, name));
  LOCKSTEP_CHECK(check_has_all(context, account.role));
  LOCKSTEP_TRY(const std::vector<Session> sessions, list_sessions(services, context, name));
  const auto found = std::ranges::find(sessions, session, session_name);
  if (found == sessions.end()) return fail(Errc::not_found, "no such session");
  AuditEvent made = signed_out(context, account);
  made.details.emplace_back("session", session);
  return services.store.commit(ChangeSet{{DeleteSession{found->hash}}, {std::move(made)}});
}

Result<void> end_sessions(Services& services, const Context& context, const UserName& name) {
  LOCKSTEP_TRY(const Operator account, get_operator(services, name));
  if (context.caller.actor != actor_of(account)) {
    LOCKSTEP_CHECK(check_has_all(context, account.role));
  }
  AuditEvent made = signed_out(context, account);
  made.details.emplace_back("session", "all");
  return services.store.commit(
      ChangeSet{{DeleteSessionsOf{SessionKind::console, account.id.value()}}, {std::move(made)}});
}

}  // namespace lockstep
