// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"
#include "front/http/request.h"
#include "front/http/response.h"

namespace lockstep {

/// Why the server or the router answers by itself. What that looks like on the wire is decided in
/// front/rest/errors.cc.
enum class RefusalKind {
  bad_request,         ///< 400: not HTTP, or a path or query that cannot be read
  unauthenticated,     ///< 401
  forbidden,           ///< 403
  not_found,           ///< 404: no such route
  method_not_allowed,  ///< 405: `allow` lists what is
  body_too_large,      ///< 413
  too_many_requests,   ///< 429: more than the caller may send
  header_too_large,    ///< 431
  overloaded,          ///< 503: the queue, or the room for bodies, is full
  unavailable,         ///< 503: a part the answer needs is away
};

/// A refusal and what to say about it. `detail` never repeats what the client sent.
struct Refusal {
  RefusalKind kind;
  std::string detail;
  std::string allow;  ///< method_not_allowed only: "GET, PUT"
  /// too_many_requests only: how long to wait.
  std::optional<Seconds> retry_after = std::nullopt;
};

/// Answers requests; what a server serves. Implementation: Router. Thread-safe, and nothing throws.
class HttpHandler {
 public:
  HttpHandler() = default;
  HttpHandler(const HttpHandler&) = delete;
  HttpHandler& operator=(const HttpHandler&) = delete;
  virtual ~HttpHandler() = default;

  /// The answer to one request. May block; runs on a worker, never on an I/O thread.
  [[nodiscard]] virtual Response handle(const Request& request) const = 0;

  /// The answer where there is no whole request or no room for it. Does not block.
  [[nodiscard]] virtual Response refuse(const Refusal& refusal) const = 0;

  /// How many bytes of body a request may have, asked when only its head is known. Does not block.
  [[nodiscard]] virtual std::size_t body_bytes_max(Method method, std::string_view path) const = 0;
};

}  // namespace lockstep
