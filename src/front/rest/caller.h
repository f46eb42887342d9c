// SPDX-License-Identifier: Apache-2.0
// Who sends a request: the holder of an API key, an operator with a session, or the owner.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "front/http/request.h"
#include "service/services.h"

namespace lockstep {

/// Browsers send a cookie of this name only over TLS, only to this host and only to the server that
/// set it: what "__Host-" promises (RFC 6265bis, section 4.1.3.2).
inline constexpr std::string_view kSessionCookie = "__Host-lockstep";

/// The cookies of the portal: the first over TLS, the second over plain HTTP, where browsers refuse
/// the other one (a demo on this machine).
inline constexpr std::string_view kPortalCookie = "__Host-lockstep_portal";
inline constexpr std::string_view kPlainPortalCookie = "lockstep_portal";

/// The secret of the portal's session that `request` comes with; empty where there is none.
/// Errors: unauthenticated, where there are two.
[[nodiscard]] Result<std::string> portal_secret(const Services& services, const Request& request);

/// The value of Set-Cookie that gives a browser the portal's session with this secret; "" takes it
/// away.
[[nodiscard]] std::string portal_cookie(const Services& services, const Request& request,
                                        std::string_view secret);

/// Errors: not_allowed, for a request that changes something without the value that belongs to the
/// session with this secret; "" stands for no session, and then any value will do.
[[nodiscard]] Result<void> check_csrf(const Request& request, std::string_view secret);

/// Who sent `request`. With an `Authorization: Bearer lsk_…` the holder of that API key, and with
/// the cookie of a session the operator who is signed in, whatever the connection: who names
/// themselves wants to be no more than that. At the addresses of the portal, the user whose session
/// its cookie names, and no operator. With neither the owner, where the kernel says that
/// root or `service_uid` is at the other end of the admin socket.
/// Errors: unauthenticated, for everybody else; not_allowed, for a change by cookie alone
/// (check_same_origin); unavailable, when the key or the session could not be looked up.
[[nodiscard]] Result<Caller> identify_caller(Services& services, std::uint32_t service_uid,
                                             const Request& request);

/// A cookie comes along whoever's page sent the request; a header field of our own does not, unless
/// this server says that it may, and it never does. Errors: not_allowed, for a request that changes
/// something and has no `X-Lockstep: 1`.
[[nodiscard]] Result<void> check_same_origin(const Request& request);

/// The value of Set-Cookie that gives a browser the session with this secret; "" takes it away.
[[nodiscard]] std::string session_cookie(std::string_view secret);

}  // namespace lockstep
