// SPDX-License-Identifier: Apache-2.0
#include "front/rest/caller.h"

#include <optional>
#include <string_view>

#include "base/text.h"
#include "crypto/digest.h"
#include "service/api_keys.h"
#include "service/operator_sessions.h"
#include "service/user_sessions.h"

namespace lockstep {
namespace {

constexpr std::string_view kScheme = "BEARER ";  // The scheme's case does not matter: RFC 9110 11.1
constexpr std::size_t kKeyTextBytesMax = 256;

bool is_owner(const Peer& peer, std::uint32_t service_uid) {
  const bool local = peer.kind == PeerKind::unix_socket || peer.kind == PeerKind::in_process;
  return local && peer.uid && (*peer.uid == 0 || *peer.uid == service_uid);
}

/// The value of the cookie `name` in "a=b; c=d". Errors: unauthenticated, where there are two:
/// somebody else planted one of them.
Result<std::optional<std::string_view>> session_in(std::string_view cookies,
                                                   std::string_view name) {
  std::optional<std::string_view> found;
  while (!cookies.empty()) {
    const std::string_view one = trim(cookies.substr(0, cookies.find(';')));
    const std::size_t end = cookies.find(';');
    cookies.remove_prefix(end == std::string_view::npos ? cookies.size() : end + 1);
    const std::size_t equals = one.find('=');
    if (equals == std::string_view::npos || one.substr(0, equals) != name) continue;
    if (found) return fail(Errc::unauthenticated, "the request has two sessions");
    found = one.substr(equals + 1);
  }
  return found;
}

Result<Caller> key_holder(Services& services, std::string_view header) {
  const bool bearer = ascii_upper(header.substr(0, kScheme.size())) == kScheme;
  if (!bearer || header.size() > kKeyTextBytesMax) {
    return fail(Errc::unauthenticated, "the header field Authorization holds no API key");
  }
  const std::string_view text = trim(header.substr(kScheme.size()));
  LOCKSTEP_TRY(std::optional<Caller> caller, find_caller(services, text));
  if (!caller) return fail(Errc::unauthenticated, "the API key is unknown or revoked");
  return *std::move(caller);
}

Result<Caller> signed_in(Services& services, const Request& request, std::string_view secret) {
  LOCKSTEP_TRY(std::optional<Caller> caller, find_session_caller(services, secret));
  if (!caller) return fail(Errc::unauthenticated, "the session is over: sign in again");
  LOCKSTEP_CHECK(check_same_origin(request));
  return *std::move(caller);
}

/// Whether browsers reach this server over TLS, by itself or by what stands in front of it.
bool is_secure(const Services& services, const Request& request) {
  return request.peer.kind == PeerKind::tls || services.portal.url.starts_with("https://");
}

std::string_view cookie_name(const Services& services, const Request& request) {
  return is_secure(services, request) ? kPortalCookie : kPlainPortalCookie;
}

bool is_below(std::string_view path, std::string_view folder) {
  return path == folder || (path.starts_with(folder) && path[folder.size()] == '/');
}

Result<Caller> portal_user(Services& services, const Request& request, std::string_view secret) {
  std::optional<UserSession> found;
  if (!secret.empty()) {
    LOCKSTEP_TRY(found, find_user_session(services, secret, Touch::yes));
  }
  if (!found) return fail(Errc::unauthenticated, "sign in to the portal first");
  LOCKSTEP_CHECK(check_csrf(request, secret));
  return caller_of(services, *found);
}

}  // namespace

Result<std::string> portal_secret(const Services& services, const Request& request) {
  LOCKSTEP_TRY(const std::optional<std::string_view> found,
               session_in(request.cookie, cookie_name(services, request)));
  return std::string(found.value_or(""));
}

std::string portal_cookie(const Services& services, const Request& request,
                          std::string_view secret) {
  std::string text(cookie_name(services, request));
  text += '=';
  text += secret;
  text += is_secure(services, request) ? "; Path=/; HttpOnly; Secure; SameSite=Strict"
                                       : "; Path=/; HttpOnly; SameSite=Strict";
  if (secret.empty()) text += "; Max-Age=0";
  return text;
}

Result<void> check_csrf(const Request& request, std::string_view secret) {
  if (request.method == Method::get) return {};
  const std::string expected = secret.empty() ? std::string() : csrf_of(secret);
  const bool right = secret.empty()
                         ? !request.csrf.empty()
                         : constant_time_equal(bytes_of(request.csrf), bytes_of(expected));
  if (right) return {};
  return fail(Errc::not_allowed,
              "a change from a browser needs the session's value of X-Lockstep-CSRF");
}

Result<Caller> identify_caller(Services& services, std::uint32_t service_uid,
                               const Request& request) {
  if (!request.authorization.empty()) return key_holder(services, request.authorization);
  LOCKSTEP_TRY(const std::string portal, portal_secret(services, request));
  if (is_below(request.path, "/api/v1/portal")) return portal_user(services, request, portal);
  // A conversation of a user, unless an operator's page asks.
  const bool of_user = !portal.empty() && request.lockstep.empty();
  if (of_user && is_below(request.path, "/api/v1/resync")) {
    return portal_user(services, request, portal);
  }
  LOCKSTEP_TRY(const std::optional<std::string_view> secret,
               session_in(request.cookie, kSessionCookie));
  if (secret) return signed_in(services, request, *secret);
  if (is_owner(request.peer, service_uid)) return owner_caller();
  return fail(Errc::unauthenticated, "send Authorization: Bearer with an API key");
}

Result<void> check_same_origin(const Request& request) {
  if (request.method == Method::get || request.lockstep == "1") return {};
  return fail(Errc::not_allowed, "a change from a browser needs the header field X-Lockstep: 1");
}

std::string session_cookie(std::string_view secret) {
  std::string text(kSessionCookie);
  text += '=';
  text += secret;
  text += "; Path=/; Secure; HttpOnly; SameSite=Strict";
  if (secret.empty()) text += "; Max-Age=0";
  return text;
}

}  // namespace lockstep
