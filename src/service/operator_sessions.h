// SPDX-License-Identifier: Apache-2.0
// Signing in to the console, and what comes of it. A password and a code of a Lockstep token, both,
// always. The code goes the way of every log-in: it is charged, written down and spent.
//
// A refusal is one answer, after the same work, whatever its cause: no such name, a wrong password,
// a wrong code, an account that is disabled, not set up, or paused after wrong passwords.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/secret.h"
#include "service/services.h"

namespace lockstep {

inline constexpr Seconds kSessionIdleMax{15 * 60};
inline constexpr Seconds kSessionLifeMax{8 * 3'600};
/// How often a session that is used is written anew: its idle time is measured to within this.
inline constexpr Seconds kSessionSeenEach{60};

/// So many wrong passwords in a row are free; from then on each is followed by a pause in which no
/// password is right: a second, doubling up to a minute. It is short, because anybody can cause it,
/// and may be, because a guess does not show whether it was right without a code of the token.
inline constexpr std::uint32_t kFreeWrongPasswords = 5;
inline constexpr Seconds kPasswordPauseMax{60};

/// Until when no password of this account is right; nullopt: they count.
[[nodiscard]] std::optional<WallTime> paused_until(const Operator& account);

/// The context of a request that signs in from `address`, which may be empty.
[[nodiscard]] Context console_context(const Services& services, const std::string& address);

struct SignInRequest {
  std::string name;
  Secret password;
  std::string code;
  std::string about;  ///< address and browser, for the person whose session it becomes
};

struct SignedIn {
  Operator account;
  Session session;
  std::string secret;  ///< 43 characters, for the cookie; the store holds its SHA-256
};

struct SignInAnswer {
  std::optional<SignedIn> signed_in;
  Micros hold{0};  ///< refused: send the answer so much later
};

/// `context` is that of `console_context`. Public. Errors: none further; a refusal is an answer.
[[nodiscard]] Result<SignInAnswer> sign_in(Services& services, const Context& context,
                                           const SignInRequest& request);

/// Who holds the session with this secret; nullopt for nobody. Notes that they were seen.
[[nodiscard]] Result<std::optional<Caller>> find_session_caller(Services& services,
                                                                std::string_view secret);

/// What an operator of this role may do. A scope takes away what concerns everybody.
[[nodiscard]] Permissions permissions_of(const Operator& account);

struct OwnSession {
  Operator account;
  Session session;
};

/// The session that the caller is signed in with. Errors: not_found, when it is none.
[[nodiscard]] Result<OwnSession> own_session(Services& services, const Context& context);

/// Ends it. Errors: not_found, when the caller has none.
[[nodiscard]] Result<void> sign_out(Services& services, const Context& context);

/// An operator's sessions that are not over, newest first. Permission: operators_read.
/// Errors: not_found.
[[nodiscard]] Result<std::vector<Session>> list_sessions(Services& services, const Context& context,
                                                         const UserName& name);

/// What a session is called where it is listed: 16 hex digits of its hash, which say nothing of the
/// secret.
[[nodiscard]] std::string session_name(const Session& session);

/// Ends one of them. Permission: operators_write. Errors: not_found; not_allowed, when the operator
/// may do what the caller may not.
[[nodiscard]] Result<void> end_session(Services& services, const Context& context,
                                       const UserName& name, std::string_view session);

/// Ends all of them. Permission: operators_write; one's own need none. Errors: as end_session.
[[nodiscard]] Result<void> end_sessions(Services& services, const Context& context,
                                        const UserName& name);

}  // namespace lockstep
