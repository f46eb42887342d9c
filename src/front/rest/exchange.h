// SPDX-License-Identifier: Apache-2.0
// What all resources share: from a call to values, from values to an answer.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include "base/result.h"
#include "formats/json.h"
#include "front/http/router.h"
#include "front/rest/failure_log.h"
#include "ports/store.h"
#include "service/services.h"

namespace lockstep {

/// A resource's code behind one route: a use case with its request and its answer.
using RestHandler = std::function<Result<Response>(Services&, const Context&, const Call&)>;

/// Adds routes that begin a context for each call and turn errors into problems.
class RestRoutes {
 public:
  /// `failures` is told what callers are not: the context of `unavailable` and `corrupt`.
  /// `strangers_max`: how many changes by who has not signed in are worked on at once.
  RestRoutes(Router& router, Services& services, std::shared_ptr<FailureLog> failures,
             std::uint32_t strangers_max)
      : router_(router),
        services_(services),
        failures_(std::move(failures)),
        strangers_max_(strangers_max) {}

  /// `path` is behind "/api/v1". `query`: the parameters the call knows.
  void add(Method method, const std::string& path, Permissions needs, RestHandler handler,
           std::vector<std::string> query = {});
  /// A route that takes a larger body than others.
  void add_import(const std::string& path, Permissions needs, RestHandler handler);
  /// A route to read from that is not behind "/api/v1".
  void add_at_root(const std::string& path, Permissions needs, RestHandler handler);
  /// A route for everybody, at the root.
  void add_public(const std::string& path, RestHandler handler);
  /// A route for who has not signed in yet, behind "/api/v1". The call's caller is empty. Limited
  /// by address, and all such routes together to their share of the workers: whoever the stranger
  /// is, a password is checked, and log-ins must not wait for that.
  void add_open_post(const std::string& path, RestHandler handler);
  /// The same with any method and without limits: for a demo.
  void add_open(Method method, const std::string& path, RestHandler handler);
  /// A route for users of the portal, behind "/api/v1/portal". `fresh`: only for who has shown
  /// lately by a code by mail who they are.
  enum class Fresh { no, yes };
  void add_portal(Method method, const std::string& path, Fresh fresh, RestHandler handler);
  /// A route of the portal for everybody. What changes something is limited as add_open_post says
  /// and needs the header field of check_csrf.
  void add_portal_open(Method method, const std::string& path, RestHandler handler);

 private:
  [[nodiscard]] RouteHandler wrap(RestHandler handler) const;
  [[nodiscard]] RestHandler limited(std::string where, RestHandler handler) const;

  Router& router_;
  Services& services_;
  std::shared_ptr<FailureLog> failures_;
  const std::uint32_t strangers_max_;
  // Of the routes, which outlive this: how many are worked on now.
  std::shared_ptr<std::atomic<std::uint32_t>> strangers_ =
      std::make_shared<std::atomic<std::uint32_t>>(0);
};

/// Whether a user of the portal has shown lately by a code by mail who they are.
[[nodiscard]] bool is_fresh(const Context& context);

/// The parsed body of a call; reads member by member (formats/json.h). Lives as long as it is used.
class Body {
 public:
  /// Errors: invalid_input, when the body is not application/json or no object.
  static Result<Body> of(const Call& call);

  JsonObject& members() { return members_; }

 private:
  Body(std::unique_ptr<boost::json::value> value, JsonObject members)
      : value_(std::move(value)), members_(std::move(members)) {}

  std::unique_ptr<boost::json::value> value_;  // Where members_ points to; it must not move.
  JsonObject members_;
};

/// Errors: invalid_input, when a call without a body has one.
[[nodiscard]] Result<void> expect_no_body(const Call& call);

// ---- Answers.

[[nodiscard]] Response json_response(int status, const boost::json::value& value);
/// 200 with the version as its ETag.
[[nodiscard]] Response versioned(const boost::json::value& value, RowVersion version);
/// 204.
[[nodiscard]] Response no_content();
/// 200 {"items": …, "next"?: …}; `next` is what to send as `after` for the rows behind.
[[nodiscard]] Response list_response(boost::json::array items, std::optional<std::string> next);

// ---- Parts of requests and answers.

/// The version in If-Match; nullopt where there is none, or "*".
/// Errors: invalid_input, when it is not one ETag as we write them.
[[nodiscard]] Result<std::optional<RowVersion>> seen_version(const Call& call);

/// `limit` (1 to 1,000, 100 when absent) and `after` of the query. Errors: invalid_input.
[[nodiscard]] Result<Page> page_of(const Call& call);

/// A parameter of the query; nullopt where it is not given. Errors: invalid_input, naming it.
[[nodiscard]] Result<std::optional<WallTime>> time_query(const Call& call, std::string_view name);
[[nodiscard]] Result<std::optional<bool>> flag_query(const Call& call, std::string_view name);
[[nodiscard]] Result<std::optional<std::uint32_t>> number_query(const Call& call,
                                                                std::string_view name);

/// A time of a body; nullopt where it is not given. Errors: invalid_input, naming it.
[[nodiscard]] Result<std::optional<WallTime>> read_time(JsonObject& members, std::string_view name);

/// The key behind which the next page begins; nullopt when `rows` is the last page.
template <class Row, class Key>
[[nodiscard]] std::optional<std::string> next_of(const std::vector<Row>& rows, const Page& page,
                                                 Key key) {
  if (rows.size() < page.limit) return std::nullopt;
  return std::string(key(rows.back()));
}

/// Microseconds as whole seconds, to the nearest.
[[nodiscard]] std::int64_t whole_seconds(Micros span);

/// `text` for boost::json, which has a string_view of its own.
[[nodiscard]] boost::json::value json_text(std::string_view text);
[[nodiscard]] boost::json::value json_time(WallTime time);

}  // namespace lockstep
