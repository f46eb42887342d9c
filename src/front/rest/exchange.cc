// SPDX-License-Identifier: Apache-2.0
#include "front/rest/exchange.h"

#include <charconv>
#include <limits>
#include <utility>

#include <fmt/format.h>

#include "base/network.h"
#include "base/text.h"
#include "front/rest/caller.h"
#include "front/rest/errors.h"
#include "service/scoped_store.h"
#include "service/user_sessions.h"

namespace lockstep {
namespace {

constexpr std::uint32_t kPageLimitMax = 1'000;

/// "application/json", with whatever parameters behind it.
bool is_json(std::string_view content_type) {
  const std::string_view type = trim(content_type.substr(0, content_type.find(';')));
  return ascii_upper(type) == "APPLICATION/JSON";
}

/// A whole decimal number without sign; nullopt for anything else.
std::optional<std::uint64_t> parse_number(std::string_view text) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

/// A caller with a scope meets a service whose store holds nothing else. Each handler is called
/// here, and nowhere is there another way to the store.
Result<Response> carry_out(const RestHandler& handler, Services& services, const Context& context,
                           const Call& call) {
  if (context.caller.scope.empty()) return handler(services, context, call);
  ScopedStore store(services.store, context.caller);
  Services narrow = services.over(store);
  return handler(narrow, context, call);
}

/// One of those worked on, for as long as it lives.
class Place {
 public:
  explicit Place(std::atomic<std::uint32_t>& taken) : taken_(taken), number_(++taken) {}
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;
  ~Place() { --taken_; }

  [[nodiscard]] std::uint32_t number() const { return number_; }

 private:
  std::atomic<std::uint32_t>& taken_;
  const std::uint32_t number_;
};

}  // namespace

void RestRoutes::add(Method method, const std::string& path, Permissions needs, RestHandler handler,
                     std::vector<std::string> query) {
  router_.add({method, "/api/v1" + path, needs, std::move(query), wrap(std::move(handler))});
}

void RestRoutes::add_import(const std::string& path, Permissions needs, RestHandler handler) {
  router_.add(
      {Method::post, "/api/v1" + path, needs, {}, wrap(std::move(handler)), kImportBodyBytesMax});
}

void RestRoutes::add_at_root(const std::string& path, Permissions needs, RestHandler handler) {
  router_.add({Method::get, path, needs, {}, wrap(std::move(handler))});
}

void RestRoutes::add_public(const std::string& path, RestHandler handler) {
  router_.add({Method::get, path, std::nullopt, {}, wrap(std::move(handler))});
}

void RestRoutes::add_open_post(const std::string& path, RestHandler handler) {
  add_open(Method::post, path, limited("console", std::move(handler)));
}

void RestRoutes::add_open(Method method, const std::string& path, RestHandler handler) {
  router_.add({method, "/api/v1" + path, std::nullopt, {}, wrap(std::move(handler))});
}

RestHandler RestRoutes::limited(std::string where, RestHandler handler) const {
  return [where = std::move(where), handler = std::move(handler), most = strangers_max_,
          taken = strangers_](Services& services, const Context& context,
                              const Call& call) -> Result<Response> {
    const Actor source(where + " " + network_of(call.request().peer.address));
    if (const Seconds wait = services.portal_sources.admit(source, context.now);
        wait > Seconds(0)) {
      return problem(Reason::too_many_attempts, {.retry_after = wait});
    }
    const Place place(*taken);
    if (place.number() > most) {
      return problem(Refusal{RefusalKind::overloaded, "too many sign-ins at once", ""});
    }
    return handler(services, context, call);
  };
}

void RestRoutes::add_portal(Method method, const std::string& path, Fresh fresh,
                            RestHandler handler) {
  const auto guarded = [handler = std::move(handler), fresh](Services& services,
                                                             const Context& context,
                                                             const Call& call) -> Result<Response> {
    if (!context.caller.user) return fail(Errc::unauthenticated, "this is for users of the portal");
    if (fresh == Fresh::yes && !is_fresh(context)) return problem(Reason::step_up_required, {});
    return handler(services, context, call);
  };
  router_.add({method, "/api/v1/portal" + path, Permissions{}, {}, wrap(guarded)});
}

void RestRoutes::add_portal_open(Method method, const std::string& path, RestHandler handler) {
  RestHandler behind_limit = limited("portal", handler);
  const auto guarded = [handler = std::move(handler), limited = std::move(behind_limit)](
                           Services& services, const Context& context,
                           const Call& call) -> Result<Response> {
    if (call.request().method == Method::get) return handler(services, context, call);
    LOCKSTEP_TRY(const std::string secret, portal_secret(services, call.request()));
    std::optional<UserSession> found;
    if (!secret.empty()) {
      LOCKSTEP_TRY(found, find_user_session(services, secret, Touch::no));
    }
    LOCKSTEP_CHECK(check_csrf(call.request(), found ? secret : ""));
    return limited(services, context, call);
  };
  router_.add({method, "/api/v1/portal" + path, std::nullopt, {}, wrap(guarded)});
}

bool is_fresh(const Context& context) {
  return context.caller.fresh_until && *context.caller.fresh_until > context.now.wall;
}

RouteHandler RestRoutes::wrap(RestHandler handler) const {
  return [&services = services_, failures = failures_,
          handler = std::move(handler)](const Call& call) {
    const Context context = begin(services, call.caller());
    Result<Response> response = carry_out(handler, services, context, call);
    if (response) return failures->refer(*std::move(response));
    return failures->refer(problem(response.error()), response.error().context);
  };
}

Result<Body> Body::of(const Call& call) {
  // Besides being right, this keeps forms of other sites' pages out, which cannot send this type.
  if (!is_json(call.request().content_type)) {
    return fail(Errc::invalid_input, "send the body as Content-Type: application/json");
  }
  LOCKSTEP_TRY(boost::json::value parsed, parse_json(call.request().body));
  auto value = std::make_unique<boost::json::value>(std::move(parsed));
  LOCKSTEP_TRY(JsonObject members, JsonObject::of(*value));
  return Body(std::move(value), std::move(members));
}

Result<void> expect_no_body(const Call& call) {
  if (call.request().body.empty()) return {};
  return fail(Errc::invalid_input, "this call takes no body");
}

Response json_response(int status, const boost::json::value& value) {
  Response response;
  response.status = status;
  response.body = to_json(value);
  return response;
}

Response versioned(const boost::json::value& value, RowVersion version) {
  Response response = json_response(200, value);
  response.headers.emplace_back("ETag", "\"" + std::to_string(version.value()) + "\"");
  return response;
}

Response no_content() {
  Response response;
  response.status = 204;
  return response;
}

Response list_response(boost::json::array items, std::optional<std::string> next) {
  boost::json::object body;
  body["items"] = std::move(items);
  if (next) body["next"] = *next;
  return json_response(200, body);
}

Result<std::optional<RowVersion>> seen_version(const Call& call) {
  const std::string_view text = trim(call.request().if_match);
  if (text.empty() || text == "*") return std::nullopt;
  const bool quoted = text.size() > 2 && text.front() == '"' && text.back() == '"';
  const std::optional<std::uint64_t> version =
      quoted ? parse_number(text.substr(1, text.size() - 2)) : std::nullopt;
  if (!version) return fail(Errc::invalid_input, "If-Match is not one ETag of this server");
  return RowVersion(*version);
}

Result<Page> page_of(const Call& call) {
  Page page;
  page.after = call.query("after").value_or("");
  if (const std::optional<std::string> limit = call.query("limit")) {
    const std::optional<std::uint64_t> number = parse_number(*limit);
    if (!number || *number < 1 || *number > kPageLimitMax) {
      return fail(Errc::invalid_input, "\"limit\" is not within 1 to 1000");
    }
    page.limit = static_cast<std::uint32_t>(*number);
  }
  return page;
}

Result<std::optional<WallTime>> time_query(const Call& call, std::string_view name) {
  const auto text = call.query(name);
  if (!text) return std::nullopt;
  LOCKSTEP_TRY(const WallTime time, parse_rfc3339(*text));
  return time;
}

Result<std::optional<bool>> flag_query(const Call& call, std::string_view name) {
  const auto text = call.query(name);
  if (!text) return std::nullopt;
  if (*text == "true") return true;
  if (*text == "false") return false;
  return fail(Errc::invalid_input, fmt::format("\"{}\" is neither true nor false", name));
}

Result<std::optional<std::uint32_t>> number_query(const Call& call, std::string_view name) {
  const auto text = call.query(name);
  if (!text) return std::nullopt;
  const std::optional<std::uint64_t> number = parse_number(*text);
  if (number && *number <= std::numeric_limits<std::uint32_t>::max()) {
    return static_cast<std::uint32_t>(*number);
  }
  return fail(Errc::invalid_input, fmt::format("\"{}\" is no number", name));
}

Result<std::optional<WallTime>> read_time(JsonObject& members, std::string_view name) {
  LOCKSTEP_TRY(const std::optional<std::string> text, members.optional_text(name));
  if (!text) return std::nullopt;
  const Result<WallTime> time = parse_rfc3339(*text);
  if (!time) {
    return fail(Errc::invalid_input, "\"" + std::string(name) + "\" is no RFC 3339 time");
  }
  return *time;
}

std::int64_t whole_seconds(Micros span) { return std::chrono::round<Seconds>(span).count(); }

boost::json::value json_text(std::string_view text) {
  return boost::json::string_view(text.data(), text.size());
}

boost::json::value json_time(WallTime time) { return json_text(to_rfc3339(time)); }

}  // namespace lockstep
