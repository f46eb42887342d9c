// SPDX-License-Identifier: Apache-2.0
// Sessions of users, in the portal. The secret is 128 random bits, of which the store holds the
// SHA-256. A session ends after so long without input, and after so long in any case; a new secret
// is given at sign-in and when its holder has proven once more, another way, who they are.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/secret.h"
#include "service/services.h"

namespace lockstep {

/// How somebody has signed in.
enum class PortalSignIn { passcode, email_code, link };
[[nodiscard]] std::string_view name_of(PortalSignIn by);

/// A session that is not over, and whose it is.
struct UserSession {
  Session session;
  User user;
  PortalSignIn by = PortalSignIn::passcode;
  std::optional<Serial> task;        ///< of a link: the token that is to be resynchronised
  std::optional<Serial> token = {};  ///< the one whose passcode opened it
};

/// A session that has just begun.
struct BegunSession {
  UserSession session;
  std::string secret;  ///< 22 characters, for the cookie
};

/// When it ends whatever its holder does, and until when a code by mail counts.
[[nodiscard]] WallTime ends_at(const Services& services, const Session& session);
[[nodiscard]] std::optional<WallTime> fresh_until(const Services& services, const Session& session);

/// What a page has to send with each change, so that no page of another site can cause one. It
/// follows from the secret and says nothing about it.
[[nodiscard]] std::string csrf_of(std::string_view secret);

/// The context of a request from `address` (may be empty) that nobody has signed in for.
[[nodiscard]] Context portal_context(const Services& services, const std::string& address);

/// What a session is opened with.
struct SessionOrder {
  PortalSignIn by = PortalSignIn::passcode;
  std::string about;  ///< address, for the person whose session it is
  std::optional<Serial> task;
  std::optional<Serial> token;    ///< the one whose passcode it was
  std::optional<Session> before;  ///< the one it takes the place of: its absolute end stays
};

/// A new session of `user`, and in `set` what opens it (and ends the one before). Its code by mail,
/// if that is how they came, is fresh from now on.
[[nodiscard]] BegunSession begin_session(Services& services, const Context& context,
                                         const User& user, const SessionOrder& order,
                                         ChangeSet& set);

struct PasscodeSignIn {
  std::string user;  ///< as typed
  std::optional<Secret> password;
  std::string code;
  std::string about;
};

struct PasscodeAnswer {
  std::optional<BegunSession> begun;  ///< none: refused, whatever the cause
  Micros hold{0};                     ///< refused: send the answer so much later
};

/// Decides as `authenticate` does, as the client "portal". Where the settings ask for a password,
/// none is a wrong one. `context` is that of `portal_context`. Public.
[[nodiscard]] Result<PasscodeAnswer> sign_in_with_passcode(Services& services,
                                                           const Context& context,
                                                           PasscodeSignIn request);

/// Whether a look at a session is input of its holder, that begins the idle time anew.
enum class Touch { no, yes };

/// The session with this secret; nullopt, when there is none, it is over, or its user disabled.
[[nodiscard]] Result<std::optional<UserSession>> find_user_session(Services& services,
                                                                   std::string_view secret,
                                                                   Touch touch);

/// Its holder, as a caller: "user:NAME", who may do for themselves what the portal offers.
[[nodiscard]] Caller caller_of(const Services& services, const UserSession& found);

/// The caller's session and user. Errors: unauthenticated, when they are no user of the portal.
[[nodiscard]] Result<UserSession> own_user_session(Services& services, const Context& context);

/// Begins the idle time anew. Errors: unauthenticated.
[[nodiscard]] Result<UserSession> keep_user_session(Services& services, const Context& context);

/// Ends the session with this secret; none: no change.
[[nodiscard]] Result<void> end_user_session(Services& services, const Context& context,
                                            std::string_view secret);

/// Ends all sessions of the caller. Errors: unauthenticated.
[[nodiscard]] Result<void> end_own_sessions(Services& services, const Context& context);

/// Signs a user out of the portal everywhere, at the help desk's word. Permission: users_help.
/// Errors: not_found.
[[nodiscard]] Result<void> end_sessions_of_user(Services& services, const Context& context,
                                                const UserName& name);

/// Signs `user` out of the portal in the same change set: what their sessions were begun with is
/// theirs no more, or may be somebody else's. `but` stays.
void add_end_of_sessions(UserId user, ChangeSet& set, std::optional<SessionHash> but = {});

/// Whether a token that is made this is taken from somebody: then its owner's sessions end.
[[nodiscard]] bool may_be_in_other_hands(TokenStatus status);

/// Keeps the caller's language. Errors: unauthenticated; invalid_input, when the portal does not
/// speak it.
[[nodiscard]] Result<void> set_language(Services& services, const Context& context,
                                        const std::string& language);

}  // namespace lockstep
