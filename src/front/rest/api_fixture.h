// SPDX-License-Identifier: Apache-2.0
// The API in process, before a small organisation. For tests of front/rest.
#pragma once

#include <map>
#include <memory>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "formats/json.h"
#include "front/rest/api.h"
#include "service/service_test_world.h"

namespace lockstep {

/// What a client sees of an answer.
struct Seen {
  Response response;
  boost::json::value json;

  [[nodiscard]] int status() const { return response.status; }
  /// A member of the body, null where there is none.
  [[nodiscard]] boost::json::value at(std::string_view name) const {
    const boost::json::object* object = json.if_object();
    const boost::json::value* value = object == nullptr ? nullptr : object->if_contains(name);
    return value == nullptr ? boost::json::value() : *value;
  }
  [[nodiscard]] std::string text(std::string_view name) const {
    const boost::json::value value = at(name);
    return value.is_string() ? std::string(value.as_string().c_str()) : "";
  }
  [[nodiscard]] std::string header(std::string_view name) const {
    for (const auto& [field, value] : response.headers) {
      if (field == name) return value;
    }
    return "";
  }
  /// The status and, of a problem, its reason: "404 not_found".
  [[nodiscard]] std::string verdict() const {
    const std::string reason = text("reason");
    return std::to_string(status()) + (reason.empty() ? "" : " " + reason);
  }
};

class ApiTest : public World {
 protected:
  ApiTest() : router_(make_api_router(*services, {.service_uid = 1000, .warn = note(warned_)})) {}

  /// As the owner, over the admin socket; `path` is behind "/api/v1" and may have a query.
  Seen call(Method method, const std::string& path, const std::string& body = "",
            const std::string& if_match = "") {
    Request request = request_for(method, "/api/v1" + path, body);
    request.peer = {PeerKind::unix_socket, "", 0};
    request.if_match = if_match;
    return send(request);
  }
  Seen get(const std::string& path) { return call(Method::get, path); }
  Seen put(const std::string& path, const std::string& body = "") {
    return call(Method::put, path, body);
  }
  Seen post(const std::string& path, const std::string& body = "") {
    return call(Method::post, path, body);
  }
  Seen remove(const std::string& path) { return call(Method::delete_, path); }

  /// As the holder of a key with just these permissions, over the network.
  Seen call_with(Permissions permissions, Method method, const std::string& path,
                 const std::string& body = "") {
    return send(as_holder_of(permissions, request_for(method, "/api/v1" + path, body)));
  }

  /// `request` as the holder of such a key sends it.
  Request as_holder_of(Permissions permissions, Request request) {
    std::string& key = keys_[permissions.bits()];
    if (key.empty()) {
      const std::string name = "key" + std::to_string(keys_.size());
      key = create_api_key(*services, owner(), name, permissions).value().text;
    }
    request.peer = {PeerKind::tls, "192.0.2.7", std::nullopt};
    request.authorization = "Bearer " + key;
    return request;
  }

  static Request request_for(Method method, const std::string& target, const std::string& body) {
    Request request;
    request.method = method;
    const std::size_t mark = target.find('?');
    request.path = target.substr(0, mark);
    if (mark != std::string::npos) request.query = target.substr(mark + 1);
    request.body = body;
    if (!body.empty()) request.content_type = "application/json";
    return request;
  }

  Seen send(const Request& request) {
    Seen seen{router_->handle(request), {}};
    const bool is_json = seen.response.content_type.ends_with("json");
    if (is_json && !seen.response.body.empty()) seen.json = parse_json(seen.response.body).value();
    return seen;
  }

  static std::function<void(const std::string&, const std::string&)> note(
      std::vector<std::string>& list) {
    return [&list](const std::string& why, const std::string&) { list.push_back(why); };
  }

  std::vector<std::string> warned_;
  std::unique_ptr<Router> router_;
  std::map<std::uint32_t, std::string> keys_;  // by permissions
};

}  // namespace lockstep
