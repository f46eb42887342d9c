// SPDX-License-Identifier: Apache-2.0
#include "core/model/operator.h"

#include <gtest/gtest.h>

namespace lockstep {
namespace {

bool includes(Permissions all, Permissions some) { return (some.bits() & ~all.bits()) == 0; }

TEST(Roles, HaveStableNames) {
  for (const Role role : {Role::owner, Role::administrator, Role::help_desk, Role::auditor}) {
    EXPECT_EQ(parse_role(name_of(role)), role);
  }
  EXPECT_EQ(parse_role("root"), std::nullopt);
  EXPECT_EQ(name_of(Role::help_desk), "help_desk");
}

TEST(Roles, TheOwnerMayAllAndEachOtherRoleLess) {
  EXPECT_EQ(permissions_of(Role::owner), Permissions::all());
  const Permissions administrator = permissions_of(Role::administrator);
  EXPECT_TRUE(includes(administrator, permissions_of(Role::help_desk)));
  EXPECT_FALSE(administrator.has(Permission::operators_write));
  EXPECT_FALSE(administrator.has(Permission::backup));
  EXPECT_FALSE(administrator.has(Permission::rekey));
  EXPECT_TRUE(administrator.has(Permission::policy_write));
}

TEST(Roles, TheHelpDeskHelpsAndNeitherCreatesNorDeletes) {
  const Permissions desk = permissions_of(Role::help_desk);
  for (const Permission one : {Permission::tokens_resync, Permission::tokens_manage,
                               Permission::users_help, Permission::diagnose}) {
    EXPECT_TRUE(desk.has(one)) << name_of(one);
  }
  for (const Permission one :
       {Permission::tokens_write, Permission::users_write, Permission::tokens_resync_admin,
        Permission::policy_write, Permission::keys_write, Permission::audit_read}) {
    EXPECT_FALSE(desk.has(one)) << name_of(one);
  }
}

TEST(Roles, TheAuditorReadsAndChangesNothing) {
  const Permissions auditor = permissions_of(Role::auditor);
  EXPECT_TRUE(auditor.has(Permission::audit_read));
  for (std::size_t i = 0; i < kPermissionCount; ++i) {
    const auto one = static_cast<Permission>(i);
    EXPECT_EQ(auditor.has(one), name_of(one).ends_with(".read")) << name_of(one);
  }
}

}  // namespace
}  // namespace lockstep
