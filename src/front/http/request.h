// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace lockstep {

/// The methods the API uses, and HEAD, which only the pages answer. Whatever else a client sends is
/// `other` and meets 405.
enum class Method { get, head, put, post, patch, delete_, other };

/// "GET"; "" for `other`.
[[nodiscard]] std::string_view name_of(Method method);
/// Exact spelling, as HTTP asks (RFC 9110 section 9.1); `other` for anything unknown.
[[nodiscard]] Method parse_method(std::string_view text);

/// How a request reached us.
enum class PeerKind {
  tcp,          ///< plain HTTP
  tls,          ///< HTTPS
  unix_socket,  ///< the admin socket
  in_process,   ///< the command line, with no server running
};

/// Who is at the other end of the connection, as the kernel tells it.
struct Peer {
  PeerKind kind = PeerKind::in_process;
  std::string address;               ///< "192.0.2.7", "2001:db8::7"; empty unless tcp or tls
  std::optional<std::uint32_t> uid;  ///< SO_PEERCRED; unix_socket and in_process only
};

/// One HTTP request, whole. Only the header fields somebody reads are kept. May hold secrets in
/// `authorization`, `cookie` and `body`: never log it; the server wipes them when the answer is
/// made.
struct Request {
  Method method = Method::other;
  std::string path;   ///< as sent, percent-encoded, without query: "/api/v1/users/anna"
  std::string query;  ///< as sent, behind "?"; empty when there is none
  std::string authorization;
  std::string content_type;
  std::string if_match;
  std::string if_none_match;
  std::string accept_encoding;
  std::string cookie;    ///< all cookies of the request, "a=b; c=d"
  std::string lockstep;  ///< X-Lockstep: only a page of our own origin can send it
  std::string csrf;      ///< X-Lockstep-CSRF: only a page that was told the session's value has it
  std::string accept_language;
  std::string body;
  Peer peer;
};

}  // namespace lockstep
