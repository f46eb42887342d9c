// SPDX-License-Identifier: Apache-2.0
#include "front/http/router.h"

#include <algorithm>
#include <bit>
#include <utility>

#include "base/assert.h"

namespace lockstep {
namespace {

/// The segments of a path: "/a/b" is {"a", "b"}. Empty ones are kept, so "/a/" is not "/a".
std::vector<std::string_view> segments_of(std::string_view path) {
  std::vector<std::string_view> result;
  if (path.empty() || path.front() != '/') return result;
  path.remove_prefix(1);
  for (;;) {
    const std::size_t end = path.find('/');
    result.push_back(path.substr(0, end));
    if (end == std::string_view::npos) return result;
    path.remove_prefix(end + 1);
  }
}

bool is_parameter(std::string_view segment) {
  return segment.size() > 2 && segment.front() == '{' && segment.back() == '}';
}

/// Whether `path` is of the form `pattern`. A parameter takes one segment that is not empty.
bool matches(std::string_view pattern, const std::vector<std::string_view>& path) {
  const std::vector<std::string_view> parts = segments_of(pattern);
  return std::equal(parts.begin(), parts.end(), path.begin(), path.end(),
                    [](std::string_view part, std::string_view segment) {
                      return is_parameter(part) ? !segment.empty() : part == segment;
                    });
}

/// The `{…}` parts of `path`, decoded only after it was split: "%2F" is part of a name.
Result<Call::Parts> path_parts(const Route& route, const std::vector<std::string_view>& path) {
  Call::Parts result;
  const std::vector<std::string_view> pattern = segments_of(route.pattern);
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (!is_parameter(pattern[i])) continue;
    LOCKSTEP_TRY(std::string value, percent_decoded(path[i]));
    result.emplace(pattern[i].substr(1, pattern[i].size() - 2), std::move(value));
  }
  return result;
}

/// As forms and URLSearchParams write it: "+" is a blank.
Result<std::string> form_decoded(std::string_view text) {
  std::string blanks(text);
  std::replace(blanks.begin(), blanks.end(), '+', ' ');
  return percent_decoded(blanks);
}

Result<Call::Parts> query_parts(const Route& route, std::string_view query) {
  Call::Parts result;
  while (!query.empty()) {
    const std::string_view one = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(query.size(), one.size() + 1));
    const std::size_t equals = one.find('=');
    LOCKSTEP_TRY(const std::string name, form_decoded(one.substr(0, equals)));
    const auto known = std::find(route.query.begin(), route.query.end(), name);
    if (known == route.query.end()) {
      return fail(Errc::invalid_input, "the query has a parameter this call does not know");
    }
    const bool has_value = equals != std::string_view::npos;
    LOCKSTEP_TRY(std::string value, form_decoded(has_value ? one.substr(equals + 1) : ""));
    if (!result.emplace(*known, std::move(value)).second) {
      return fail(Errc::invalid_input, "the query gives '" + *known + "' more than once");
    }
  }
  return result;
}

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

bool is_control(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte < 0x20 || byte == 0x7f;
}

}  // namespace

Result<std::string> percent_decoded(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (c == '%') {
      const int high = i + 1 < text.size() ? hex_value(text[i + 1]) : -1;
      const int low = i + 2 < text.size() ? hex_value(text[i + 2]) : -1;
      if (high < 0 || low < 0) return fail(Errc::invalid_input, "the URL has a broken % escape");
      c = static_cast<char>(static_cast<unsigned char>(high * 16 + low));
      i += 2;
    }
    if (is_control(c)) return fail(Errc::invalid_input, "the URL has a control character");
    result.push_back(c);
  }
  return result;
}

const std::string& Call::path(std::string_view name) const {
  const auto found = path_.find(name);
  LOCKSTEP_ASSERT(found != path_.end());
  return found->second;
}

std::optional<std::string> Call::query(std::string_view name) const {
  const auto found = query_.find(name);
  if (found == query_.end()) return std::nullopt;
  return found->second;
}

void Router::add(Route route) {
  LOCKSTEP_ASSERT(!route.pattern.empty() && route.pattern.front() == '/');
  for (const Route& other : routes_) {
    LOCKSTEP_ASSERT(other.method != route.method || other.pattern != route.pattern);
  }
  routes_.push_back(std::move(route));
}

Router::Found Router::find(const Request& request, const Segments& path) const {
  Found found;
  for (const Route& one : routes_) {
    if (!matches(one.pattern, path)) continue;
    if (one.method == request.method) found.route = &one;
    found.allow += (found.allow.empty() ? "" : ", ") + std::string(name_of(one.method));
  }
  return found;
}

Response Router::handle(const Request& request) const {
  const Segments path = segments_of(request.path);
  const Found found = find(request, path);
  Response response = answer(request, path, found);
  meter_.answered(request.method, found.route != nullptr ? found.route->pattern : "",
                  response.status);
  return response;
}

std::expected<Caller, Refusal> Router::admitted(const Request& request, const Route& route) const {
  if (!route.needs) return Caller{};
  Result<Caller> caller = identify_(request);
  if (!caller && caller.error().code == Errc::unauthenticated) {
    return std::unexpected(
        Refusal{RefusalKind::unauthenticated, std::move(caller.error().context), ""});
  }
  if (!caller && caller.error().code == Errc::not_allowed) {
    return std::unexpected(Refusal{RefusalKind::forbidden, std::move(caller.error().context), ""});
  }
  if (!caller) {
    return std::unexpected(
        Refusal{RefusalKind::unavailable, "the caller could not be looked up", ""});
  }
  if (const Seconds wait = admit_(*caller); wait > Seconds(0)) {
    return std::unexpected(Refusal{RefusalKind::too_many_requests,
                                   "more requests than this caller may send", "", wait});
  }
  const std::uint32_t missing = route.needs->bits() & ~caller->permissions.bits();
  if (missing != 0) {
    const auto first = static_cast<Permission>(std::countr_zero(missing));
    const std::string needed(name_of(first));
    return std::unexpected(
        Refusal{RefusalKind::forbidden, "this call needs the permission " + needed, ""});
  }
  return *std::move(caller);
}

Response Router::answer(const Request& request, const Segments& path, const Found& found) const {
  if (found.allow.empty()) {
    return refuse_({RefusalKind::not_found, "there is no such address", ""});
  }
  if (found.route == nullptr) {
    return refuse_(
        {RefusalKind::method_not_allowed, "this address takes " + found.allow, found.allow});
  }
  std::expected<Caller, Refusal> caller = admitted(request, *found.route);
  if (!caller) return refuse_(caller.error());
  Result<Call::Parts> path_values = path_parts(*found.route, path);
  Result<Call::Parts> query_values = query_parts(*found.route, request.query);
  for (const Result<Call::Parts>* parts : {&path_values, &query_values}) {
    if (!*parts) return refuse_({RefusalKind::bad_request, parts->error().context, ""});
  }
  return found.route->handler(
      Call(request, *std::move(caller), *std::move(path_values), *std::move(query_values)));
}

Response Router::refuse(const Refusal& refusal) const {
  meter_.refused(refusal.kind);
  return refuse_(refusal);
}

std::size_t Router::body_bytes_max(Method method, std::string_view path) const {
  const std::vector<std::string_view> segments = segments_of(path);
  for (const Route& route : routes_) {
    if (route.method == method && matches(route.pattern, segments)) return route.body_bytes_max;
  }
  return kBodyBytesMax;
}

}  // namespace lockstep
