// SPDX-License-Identifier: Apache-2.0
// The table of routes as a whole, held against the contract.
#include "front/rest/api.h"

#include <fstream>
#include <map>
#include <set>

#include "front/rest/api_fixture.h"
#include "front/rest/lab.h"
#include "service/request_limit.h"

namespace lockstep {
namespace {

using ::testing::HasSubstr;

/// "GET /api/v1/users" to the scopes it needs; empty for a public one.
using Table = std::map<std::string, std::set<std::string>>;

Table table_of(const Router& router) {
  Table table;
  for (const Route& route : router.routes()) {
    std::set<std::string>& scopes = table[std::string(name_of(route.method)) + " " + route.pattern];
    for (std::size_t i = 0; route.needs && i < kPermissionCount; ++i) {
      const auto one = static_cast<Permission>(i);
      if (route.needs->has(one)) scopes.insert(std::string(name_of(one)));
    }
  }
  return table;
}

/// The scopes in "      security: [{ apiKey: [tokens.resync, diagnose] }]".
std::set<std::string> scopes_in(const std::string& line) {
  std::set<std::string> scopes;
  const std::size_t open = line.rfind('[');
  const std::string list = line.substr(open + 1, line.find(']', open) - open - 1) + ",";
  std::string scope;
  for (const char c : list) {
    if (c != ',' && c != ' ') scope += c;
    if (c == ',' && !scope.empty()) scopes.insert(std::exchange(scope, ""));
  }
  return scopes;
}

/// The same table as api/openapi.yaml has it; read by its indentation, which the file keeps to.
Table table_in_contract() {
  Table table;
  std::ifstream file(LOCKSTEP_SOURCE_DIR "/api/openapi.yaml");
  std::string path;
  std::string operation;
  bool in_paths = false;
  for (std::string line; std::getline(file, line);) {
    if (!line.empty() && line[0] != ' ') in_paths = line == "paths:";
    if (!in_paths) continue;
    if (line.starts_with("  /")) path = line.substr(2, line.find(':') - 2);
    if (line == "    servers: [{ url: / }]") path = "*" + path;  // At the root, not in /api/v1.
    for (const Method method :
         {Method::get, Method::put, Method::post, Method::patch, Method::delete_}) {
      std::string name(name_of(method));
      std::string key = "    " + name + ":";
      for (char& c : key) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
      if (line != key) continue;
      operation = name + " " + (path[0] == '*' ? path.substr(1) : "/api/v1" + path);
      table[operation];
    }
    if (line.starts_with("      security: ")) table[operation] = scopes_in(line);
  }
  return table;
}

TEST_F(ApiTest, RoutesAndTheirPermissionsAreThoseOfTheContract) {
  const Table contract = table_in_contract();
  EXPECT_GT(contract.size(), 40U);
  const LabWorld lab;
  const Table table = table_of(*make_api_router(*services, {.lab = &lab}));
  const auto permissions = [](const Table& of, const std::string& route) {
    const auto found = of.find(route);
    return found == of.end() ? std::set<std::string>{"no such route"} : found->second;
  };
  for (const Table& side : {table, contract}) {
    for (const auto& [route, needs] : side) {
      EXPECT_EQ(permissions(table, route), permissions(contract, route)) << route;
    }
  }
}

TEST_F(ApiTest, EveryRouteButHealthNeedsAPermission) {
  std::set<std::string> open;
  for (const Route& route : router_->routes()) {
    const bool of_portal = route.needs && route.pattern.starts_with("/api/v1/portal/");
    if (of_portal) continue;  // Of users with a session: each of them is tried below.
    if (!route.needs || *route.needs == Permissions{}) open.insert(route.pattern);
  }
  EXPECT_EQ(open, (std::set<std::string>{
                      "/healthz", "/readyz",
                      // To sign in and out.
                      "/api/v1/operator-sessions", "/api/v1/operator-sessions/current",
                      "/api/v1/operator-setup", "/api/v1/portal/settings", "/api/v1/portal/session",
                      "/api/v1/portal/session/email-code", "/api/v1/portal/session/link",
                      // Each approval has the permission of what it is about.
                      "/api/v1/approvals", "/api/v1/approvals/{id}/approve",
                      "/api/v1/approvals/{id}/refuse"}));
}

TEST_F(ApiTest, EveryRouteOfUsersRefusesWhoeverIsNone) {
  std::size_t tried = 0;
  for (const Route& route : router_->routes()) {
    if (!route.needs || !route.pattern.starts_with("/api/v1/portal/")) continue;
    Request request = request_for(route.method, route.pattern, "");
    EXPECT_EQ(send(as_holder_of(Permissions::all(), request)).verdict(), "401 unauthenticated")
        << route.pattern;
    request.authorization.clear();
    request.peer = {PeerKind::unix_socket, "", 0};
    EXPECT_EQ(send(request).verdict(), "401 unauthenticated") << route.pattern;
    ++tried;
  }
  EXPECT_GE(tried, 15U);
}

TEST_F(ApiTest, EveryGuardedRouteRefusesStrangersAndOtherKeys) {
  for (const Route& route : router_->routes()) {
    if (!route.needs) continue;
    Request request = request_for(route.method, route.pattern, "");
    EXPECT_EQ(send(request).verdict(), "401 unauthenticated") << route.pattern;
    if (*route.needs == Permissions{}) continue;
    const Permissions others =
        Permissions::from_bits(Permissions::all().bits() & ~route.needs->bits());
    EXPECT_EQ(send(as_holder_of(others, request)).verdict(), "403 not_allowed") << route.pattern;
  }
}

TEST_F(ApiTest, OnlyImportsTakeALargeBody) {
  for (const Route& route : router_->routes()) {
    const bool import = route.method == Method::post && (route.pattern == "/api/v1/imports" ||
                                                         route.pattern == "/api/v1/user-imports");
    EXPECT_EQ(route.body_bytes_max, import ? kImportBodyBytesMax : kBodyBytesMax) << route.pattern;
  }
}

TEST_F(ApiTest, BodiesAreRefusedWhereACallTakesNone) {
  for (const char* path : {"/groups/a", "/users/a/tokens/B", "/groups/a/members/b"}) {
    EXPECT_EQ(put(path, "{}").verdict(), "400 invalid_input") << path;
    EXPECT_EQ(call(Method::delete_, path, "{}").verdict(), "400 invalid_input") << path;
  }
  for (const char* path :
       {"/users/a/unlock", "/users/a/pin", "/policy/apply", "/imports/a/commit"}) {
    EXPECT_EQ(post(path, "{}").verdict(), "400 invalid_input") << path;
  }
}

TEST_F(ApiTest, EveryCallThatTakesABodyIsStrictAboutIt) {
  add_user("anna");
  add_card("anna", "C1");
  const struct {
    Method method;
    const char* path;
  } calls[] = {
      {Method::post, "/authenticate"},
      {Method::put, "/users/anna"},
      {Method::put, "/users/anna/password"},
      {Method::put, "/users/anna/pin"},
      {Method::post, "/tokens"},
      {Method::patch, "/tokens/C1"},
      {Method::post, "/tokens/C1/resync"},
      {Method::post, "/tokens/C1/test"},
      {Method::post, "/resync"},
      {Method::put, "/resync/x/first"},
      {Method::post, "/resync/x/complete"},
      {Method::put, "/resync/x/next"},
      {Method::post, "/imports"},
      {Method::post, "/api-keys"},
      {Method::post, "/api-keys/x/rotate"},
      {Method::put, "/policy"},
      {Method::post, "/operators"},
      {Method::patch, "/operators/x"},
      {Method::patch, "/api-keys/x"},
      {Method::post, "/operator-sessions"},
      {Method::post, "/operator-setup"},
      {Method::post, "/tokens/bulk"},
      {Method::post, "/inventory-exports"},
      {Method::put, "/policy/draft"},
      {Method::post, "/policy/revert"},
  };
  for (const auto& one : calls) {
    for (const char* body : {"", "{", "[]", "\"text\"", "null", "{\"nonsense\":1}", "{} {}"}) {
      Request request = request_for(one.method, std::string("/api/v1") + one.path, body);
      request.peer = {PeerKind::unix_socket, "", 0};
      request.lockstep = "1";
      EXPECT_EQ(send(request).verdict(), "400 invalid_input") << one.path << " " << body;
    }
    Request request = request_for(one.method, std::string("/api/v1") + one.path, "{}");
    request.peer = {PeerKind::unix_socket, "", 0};
    request.lockstep = "1";
    request.content_type = "text/plain";
    EXPECT_THAT(send(request).text("detail"), HasSubstr("application/json")) << one.path;
  }
}

TEST_F(ApiTest, ListsRefuseLimitsOutOfRange) {
  for (const char* path :
       {"/users", "/tokens", "/groups", "/api-keys", "/policy/revisions", "/audit"}) {
    for (const char* limit : {"0", "1001", "-1", "x", "", "1x", "99999999999999999999"}) {
      EXPECT_EQ(get(std::string(path) + "?limit=" + limit).verdict(), "400 invalid_input")
          << path << " " << limit;
    }
    EXPECT_EQ(get(std::string(path) + "?limit=1000").status(), 200) << path;
  }
}

TEST_F(ApiTest, HealthIsPublic) {
  for (const char* path : {"/healthz", "/readyz"}) {
    EXPECT_EQ(send(request_for(Method::get, path, "")).status(), 200) << path;
  }
}

TEST_F(ApiTest, NotReadyIs503AndSaysWhyAndTheProcessIsHealthyAllTheSame) {
  services->stopping = true;
  const Seen seen = send(request_for(Method::get, "/readyz", ""));
  EXPECT_EQ(seen.verdict(), "503 unavailable");
  EXPECT_THAT(seen.text("detail"), HasSubstr("stopping"));
  EXPECT_EQ(seen.header("Retry-After"), "1");
  EXPECT_EQ(send(request_for(Method::get, "/healthz", "")).status(), 200);
}

TEST_F(ApiTest, WhoSendsMoreThanItMayIs429AndTheOwnerIsNot) {
  RequestLimit limit({.each = {.per_second = 1, .burst = 2}, .keys = {}});
  router_ = make_api_router(*services, {.service_uid = 1000, .limit = &limit});
  const Permissions read{Permission::users_read};
  EXPECT_EQ(call_with(read, Method::get, "/users").status(), 200);
  EXPECT_EQ(call_with(read, Method::get, "/users").status(), 200);
  const Seen refused = call_with(read, Method::get, "/users");
  EXPECT_EQ(refused.verdict(), "429 too_many_requests");
  EXPECT_EQ(refused.header("Retry-After"), "1");
  EXPECT_EQ(call_with({Permission::tokens_read}, Method::get, "/tokens").status(), 200);
  for (int i = 0; i < 5; ++i) EXPECT_EQ(get("/users").status(), 200);
  clock.advance(Seconds(1));
  EXPECT_EQ(call_with(read, Method::get, "/users").status(), 200);
}

}  // namespace
}  // namespace lockstep
