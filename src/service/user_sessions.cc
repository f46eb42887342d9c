// SPDX-License-Identifier: Apache-2.0
#include "service/user_sessions.h"

#include <algorithm>
#include <array>
#include <utility>

#include "crypto/digest.h"
#include "formats/base64.h"
#include "formats/json.h"
#include "service/authenticate.h"
#include "service/events.h"
#include "service/retry.h"
#include "service/tickets.h"

namespace lockstep {
namespace {

constexpr std::size_t kSecretBytes = 16;
constexpr std::size_t kCsrfBytes = 16;
constexpr std::size_t kAboutBytesMax = 200;
constexpr const char* kActor = "portal";
/// How often the end of a session that is used is written anew, at least.
constexpr Seconds kSeenEach{60};

// In the order of the enumerators.
constexpr std::array<std::string_view, 3> kWays = {"passcode", "email_code", "link"};
static_assert(static_cast<std::size_t>(PortalSignIn::link) + 1 == kWays.size());

std::optional<PortalSignIn> parse_way(std::string_view name) {
  for (std::size_t i = 0; i < kWays.size(); ++i) {
    if (kWays[i] == name) return static_cast<PortalSignIn>(i);
  }
  return std::nullopt;
}

std::string data_of(const User& user, const SessionOrder& order) {
  boost::json::object data{{"user", user.name.text()}, {"by", std::string(name_of(order.by))}};
  if (order.task) data["task"] = order.task->text();
  if (order.token) data["token"] = order.token->text();
  return to_json(data);
}

/// What `data_of` wrote, with the user as they are now; nullopt, when there is no such user.
Result<std::optional<UserSession>> read(Services& services, Session session) {
  LOCKSTEP_TRY(const boost::json::value data, parse_json(session.data));
  LOCKSTEP_TRY(JsonObject members, JsonObject::of(data));
  LOCKSTEP_TRY(const std::string name, members.text("user"));
  LOCKSTEP_TRY(const std::string way, members.text("by"));
  LOCKSTEP_TRY(const std::optional<std::string> task, members.optional_text("task"));
  LOCKSTEP_TRY(const std::optional<std::string> token, members.optional_text("token"));
  LOCKSTEP_TRY(const UserName user_name, UserName::parse(name));
  const auto by = parse_way(way);
  if (!by) return fail(Errc::corrupt, "a session is not what was written");
  LOCKSTEP_TRY(Situation situation, services.store.situation(Subject(user_name)));
  // Somebody else may have got the name since.
  if (!situation.user || situation.user->id != UserId(session.subject)) return std::nullopt;
  UserSession found{std::move(session), *std::move(situation.user), *by, {}};
  if (task) {
    LOCKSTEP_TRY(found.task, Serial::parse(*task));
  }
  if (token) {
    LOCKSTEP_TRY(found.token, Serial::parse(*token));
  }
  return found;
}

Result<std::optional<UserSession>> find(Services& services, const SessionHash& hash, WallTime now) {
  LOCKSTEP_TRY(std::optional<Session> session, services.store.session(hash));
  if (!session || session->kind != SessionKind::portal || session->expires_at <= now) {
    return std::nullopt;
  }
  LOCKSTEP_TRY(std::optional<UserSession> found, read(services, *std::move(session)));
  if (!found || found->user.status != UserStatus::enabled) return std::nullopt;
  return found;
}

/// Begins the idle time anew. Another request may do so at the same time, or the store may be busy:
/// then this one was not noted, and its holder is signed in all the same.
void touch(Services& services, Session& session, WallTime now, Seconds each) {
  if (now - session.seen_at < each) return;
  Session seen = session;
  seen.seen_at = now;
  seen.expires_at = std::min(now + services.portal.idle, ends_at(services, session));
  if (services.store.commit(ChangeSet{{UpdateSession{seen}}, {}})) {
    session.seen_at = seen.seen_at;
    session.expires_at = seen.expires_at;
  }
}

AuditEvent signed_out(const Context& context, const User& user, std::string_view which) {
  AuditEvent made = event(context, EventKind::portal_signed_out, user.name);
  made.details.emplace_back("sessions", which);
  return made;
}

}  // namespace

std::string_view name_of(PortalSignIn by) {
  const auto index = static_cast<std::size_t>(by);
  LOCKSTEP_ASSERT(index < kWays.size());
  return kWays[index];
}

WallTime ends_at(const Services& services, const Session& session) {
  return session.created_at + services.portal.life;
}

std::optional<WallTime> fresh_until(const Services& services, const Session& session) {
  if (!session.proven_at) return std::nullopt;
  return *session.proven_at + services.portal.fresh;
}

std::string csrf_of(std::string_view secret) {
  const Sha256Digest digest = sha256(bytes_of("lockstep portal csrf\n" + std::string(secret)));
  return to_base64url(ByteView(digest).first(kCsrfBytes));
}

Context portal_context(const Services& services, const std::string& address) {
  const std::string source = address.empty() ? kActor : std::string(kActor) + " " + address;
  return begin(services, Caller{.actor = Actor(kActor), .permissions = {}, .source = source});
}

BegunSession begin_session(Services& services, const Context& context, const User& user,
                           const SessionOrder& order, ChangeSet& set) {
  std::array<std::uint8_t, kSecretBytes> bytes{};
  services.random.fill(bytes);
  BegunSession begun{{{}, user, order.by, order.task, order.token}, to_base64url(bytes)};
  const WallTime now = context.now.wall;
  Session& session = begun.session.session;
  session.hash = ticket_hash(begun.secret);
  session.kind = SessionKind::portal;
  session.subject = user.id.value();
  session.created_at = order.before ? order.before->created_at : now;
  session.seen_at = now;
  session.expires_at = std::min(now + services.portal.idle, ends_at(services, session));
  if (order.by != PortalSignIn::passcode) session.proven_at = now;
  session.about = order.about.substr(0, kAboutBytesMax);
  session.data = data_of(user, order);
  if (order.before) {
    set.changes.emplace_back(DeleteSession{.hash = order.before->hash, .must_be = true});
  } else {
    AuditEvent made = event(context, EventKind::portal_signed_in, user.name);
    made.serial = order.token;
    made.details.emplace_back("by", name_of(order.by));
    set.events.push_back(std::move(made));
  }
  set.changes.emplace_back(InsertSession{session});
  return begun;
}

Result<PasscodeAnswer> sign_in_with_passcode(Services& services, const Context& context,
                                             PasscodeSignIn request) {
  const Result<UserName> name = UserName::parse(request.user);
  LoginRequest login;
  login.user = std::move(request.user);
  login.code = std::move(request.code);
  // An empty password would count as none, and be right where the user has none.
  const bool lacks_password =
      services.portal.password && (!request.password || request.password->empty());
  if (services.portal.password) login.password = std::move(request.password);
  if (lacks_password) login.vouched = Vouched::wrong;
  LOCKSTEP_TRY(const LoginAnswer answer, authenticate(services, context, std::move(login)));
  PasscodeAnswer result;
  result.hold = answer.hold;
  if (answer.verdict != Verdict::accept || !name) return result;
  ChangeSet set;
  LOCKSTEP_TRY(const Situation situation, services.store.situation(Subject(*name)));
  if (!situation.user) return result;
  result.begun = begin_session(services, context, *situation.user,
                               {.by = PortalSignIn::passcode,
                                .about = std::move(request.about),
                                .task = {},
                                .token = answer.serial,
                                .before = {}},
                               set);
  LOCKSTEP_CHECK(services.store.commit(std::move(set)));
  return result;
}

Result<std::optional<UserSession>> find_user_session(Services& services, std::string_view secret,
                                                     Touch touched) {
  const WallTime now = services.clock.now().wall;
  LOCKSTEP_TRY(std::optional<UserSession> found, find(services, ticket_hash(secret), now));
  if (found && touched == Touch::yes) touch(services, found->session, now, kSeenEach);
  return found;
}

Caller caller_of(const Services& services, const UserSession& found) {
  Caller caller{.actor = Actor("user:" + found.user.name.text()),
                .permissions = {Permission::self_service},
                .source = std::string(kActor)};
  if (!found.session.about.empty()) caller.source += " " + found.session.about;
  caller.session = found.session.hash;
  caller.user = found.user.name;
  caller.fresh_until = fresh_until(services, found.session);
  return caller;
}

Result<UserSession> own_user_session(Services& services, const Context& context) {
  std::optional<UserSession> found;
  if (context.caller.session && context.caller.user) {
    LOCKSTEP_TRY(found, find(services, *context.caller.session, context.now.wall));
  }
  if (!found) return fail(Errc::unauthenticated, "sign in to the portal first");
  return *std::move(found);
}

Result<UserSession> keep_user_session(Services& services, const Context& context) {
  LOCKSTEP_TRY(UserSession own, own_user_session(services, context));
  touch(services, own.session, context.now.wall, Seconds(0));
  return own;
}

Result<void> end_user_session(Services& services, const Context& context, std::string_view secret) {
  LOCKSTEP_TRY(const std::optional<UserSession> found,
               find(services, ticket_hash(secret), context.now.wall));
  if (!found) return {};
  Context own = context;
  own.caller = caller_of(services, *found);
  return services.store.commit(
      ChangeSet{{DeleteSession{found->session.hash}}, {signed_out(own, found->user, "this")}});
}

Result<void> end_own_sessions(Services& services, const Context& context) {
  LOCKSTEP_TRY(const UserSession own, own_user_session(services, context));
  return services.store.commit(
      ChangeSet{{DeleteSessionsOf{SessionKind::portal, own.user.id.value()}},
                {signed_out(context, own.user, "all")}});
}

Result<void> end_sessions_of_user(Services& services, const Context& context,
                                  const UserName& name) {
  LOCKSTEP_TRY(const Situation now, services.store.situation(Subject(name)));
  if (!now.user) return fail(Errc::not_found, "no such user");
  ChangeSet set{{}, {signed_out(context, *now.user, "all")}};
  add_end_of_sessions(now.user->id, set);
  return services.store.commit(std::move(set));
}

void add_end_of_sessions(UserId user, ChangeSet& set, std::optional<SessionHash> but) {
  set.changes.emplace_back(DeleteSessionsOf{SessionKind::portal, user.value(), but});
}

bool may_be_in_other_hands(TokenStatus status) {
  return status == TokenStatus::lost || status == TokenStatus::suspended ||
         status == TokenStatus::revoked;
}

Result<void> set_language(Services& services, const Context& context, const std::string& language) {
  const auto& known = services.portal.languages;
  if (std::ranges::find(known, language) == known.end()) {
    return fail(Errc::invalid_input, "the portal does not speak this language");
  }
  return retried({}, [&]() -> Result<void> {
    LOCKSTEP_TRY(UserSession own, own_user_session(services, context));
    if (own.user.language == language) return {};
    own.user.language = language;
    AuditEvent made = event(context, EventKind::user_changed, own.user.name);
    made.details.emplace_back("language", language);
    return services.store.commit(ChangeSet{{UpdateUser{std::move(own.user)}}, {std::move(made)}});
  });
}

}  // namespace lockstep
