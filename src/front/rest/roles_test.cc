// SPDX-License-Identifier: Apache-2.0
// Every route with every role, from the router's own table. What a role may do is taken from
// docs/reference/permissions.md, which people rely on, not from the code that is tested.
#include <array>
#include <fstream>
#include <set>
#include <sstream>

#include "core/model/operator.h"
#include "front/rest/api_fixture.h"

namespace lockstep {
namespace {

constexpr std::array kRoles = {Role::owner, Role::administrator, Role::help_desk, Role::auditor};

/// The cells of "| `users.read` | yes | yes | – | – |", without backquotes; none of another line.
std::vector<std::string> cells_of(const std::string& line) {
  std::vector<std::string> cells;
  if (!line.starts_with("| ")) return cells;
  std::istringstream rest(line.substr(1));
  for (std::string cell; std::getline(rest, cell, '|');) {
    std::erase_if(cell, [](char c) { return c == ' ' || c == '`'; });
    cells.push_back(cell);
  }
  return cells;
}

/// Which permissions the documentation gives to a role.
std::map<Role, std::set<Permission>> documented() {
  std::ifstream file(std::string(LOCKSTEP_SOURCE_DIR) + "/docs/reference/permissions.md");
  std::map<Role, std::set<Permission>> result;
  for (std::string line; std::getline(file, line);) {
    const std::vector<std::string> cells = cells_of(line);
    if (cells.size() != 1 + kRoles.size()) continue;
    const auto permission = parse_permission(cells[0]);
    if (!permission) continue;
    for (std::size_t i = 0; i < kRoles.size(); ++i) {
      EXPECT_TRUE(cells[i + 1] == "yes" || cells[i + 1] == "–") << line;
      if (cells[i + 1] == "yes") result[kRoles[i]].insert(*permission);
    }
  }
  return result;
}

class RolesTest : public ApiTest {};

TEST_F(RolesTest, TheDocumentationNamesEveryPermissionOfEveryRole) {
  const auto table = documented();
  EXPECT_EQ(table.at(Role::owner).size(), kPermissionCount);
  for (const Role role : kRoles) {
    Permissions sum;
    for (const Permission one : table.at(role)) {
      sum = Permissions::from_bits(sum.bits() | Permissions{one}.bits());
    }
    EXPECT_EQ(sum, permissions_of(role)) << name_of(role);
  }
}

TEST_F(RolesTest, EveryRouteIsOpenToJustTheRolesThatTheDocumentationNames) {
  const auto table = documented();
  std::size_t refused = 0;
  for (const Route& route : router_->routes()) {
    if (!route.needs) continue;
    for (const Role role : kRoles) {
      bool may = true;
      for (unsigned bit = 0; bit < kPermissionCount; ++bit) {
        const auto one = static_cast<Permission>(bit);
        if (route.needs->has(one) && !table.at(role).contains(one)) may = false;
      }
      const Seen seen =
          send(as_holder_of(permissions_of(role), request_for(route.method, route.pattern, "")));
      EXPECT_EQ(seen.verdict() != "403 not_allowed", may)
          << name_of(role) << ' ' << name_of(route.method) << ' ' << route.pattern << ": "
          << seen.verdict();
      if (!may) ++refused;
    }
  }
  EXPECT_GT(refused, 80U) << "the table was not read";
}

}  // namespace
}  // namespace lockstep
