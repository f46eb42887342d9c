// SPDX-License-Identifier: Apache-2.0
// The table of routes. Whether a request reaches its handler is decided here and nowhere else:
// 404, 405, 401, 429, 403 and 400, in this order.
#pragma once

#include <cstddef>
#include <expected>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "core/model/permission.h"
#include "front/http/handler.h"
#include "front/http/request_meter.h"
#include "service/services.h"

namespace lockstep {

/// A request that was let through: with the `{…}` parts of its path and its query decoded.
class Call {
 public:
  using Parts = std::map<std::string, std::string, std::less<>>;

  Call(const Request& request, Caller caller, Parts path, Parts query)
      : request_(request),
        caller_(std::move(caller)),
        path_(std::move(path)),
        query_(std::move(query)) {}

  [[nodiscard]] const Request& request() const { return request_; }
  /// Who asks; without name or permissions on public routes.
  [[nodiscard]] const Caller& caller() const { return caller_; }
  /// The part of the path written `{name}` in the pattern, which must have it.
  [[nodiscard]] const std::string& path(std::string_view name) const;
  /// A query parameter; nullopt where the request has none of that name.
  [[nodiscard]] std::optional<std::string> query(std::string_view name) const;

 private:
  const Request& request_;
  Caller caller_;
  Parts path_;
  Parts query_;
};

/// Carries out one call. Runs on many threads at once; may block; does not throw.
using RouteHandler = std::function<Response(const Call&)>;

inline constexpr std::size_t kBodyBytesMax = 1024 * 1024;
inline constexpr std::size_t kImportBodyBytesMax = 160 * 1024 * 1024;

/// One line of the table.
struct Route {
  Method method;
  std::string pattern;               ///< "/api/v1/users/{id}"
  std::optional<Permissions> needs;  ///< all of them; nullopt: public
  std::vector<std::string> query;    ///< the parameters it knows; others are refused
  RouteHandler handler;
  std::size_t body_bytes_max = kBodyBytesMax;
};

/// Filled once at start, then read by many threads.
class Router final : public HttpHandler {
 public:
  /// Who the caller of a request is. Errors: unauthenticated; not_allowed, when they are somebody
  /// but this request may not be theirs; unavailable.
  using Identify = std::function<Result<Caller>(const Request&)>;
  using Refuse = std::function<Response(const Refusal&)>;
  /// Zero, when a caller may send one more request; else how long to wait before that.
  using Admit = std::function<Seconds(const Caller&)>;

  Router(
      Identify identify, Refuse refuse, Admit admit = [](const Caller&) { return Seconds(0); })
      : identify_(std::move(identify)), refuse_(std::move(refuse)), admit_(std::move(admit)) {}

  /// Two routes with one method and one pattern are a bug, as is a pattern without leading "/".
  void add(Route route);

  /// The whole table, in the order added: for tests, and for the list of scopes in the docs.
  [[nodiscard]] const std::vector<Route>& routes() const { return routes_; }

  /// What was asked and answered, by route.
  [[nodiscard]] const RequestMeter& meter() const { return meter_; }

  [[nodiscard]] Response handle(const Request& request) const override;
  [[nodiscard]] Response refuse(const Refusal& refusal) const override;
  [[nodiscard]] std::size_t body_bytes_max(Method method, std::string_view path) const override;

 private:
  using Segments = std::vector<std::string_view>;

  /// The routes of this path: the one for the method, if any, and what methods there are.
  struct Found {
    const Route* route = nullptr;
    std::string allow;
  };
  [[nodiscard]] Found find(const Request& request, const Segments& path) const;
  [[nodiscard]] Response answer(const Request& request, const Segments& path,
                                const Found& found) const;
  /// Who asks, where the route wants to know; else why not.
  [[nodiscard]] std::expected<Caller, Refusal> admitted(const Request& request,
                                                        const Route& route) const;

  Identify identify_;
  Refuse refuse_;
  Admit admit_;
  std::vector<Route> routes_;
  mutable RequestMeter meter_;
};

/// `text` with %XX turned into bytes. Errors: invalid_input, on a broken escape or a control
/// character, which no name of ours holds.
[[nodiscard]] Result<std::string> percent_decoded(std::string_view text);

}  // namespace lockstep
