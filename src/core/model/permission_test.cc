// SPDX-License-Identifier: Apache-2.0
#include "core/model/permission.h"

#include <set>

#include <gtest/gtest.h>

namespace lockstep {
namespace {

TEST(Permission, NamesAreDistinctAndParseBack) {
  std::set<std::string_view> seen;
  for (std::size_t i = 0; i < kPermissionCount; ++i) {
    const auto one = static_cast<Permission>(i);
    EXPECT_TRUE(seen.insert(name_of(one)).second);
    EXPECT_EQ(parse_permission(name_of(one)), one);
  }
  EXPECT_EQ(parse_permission("root"), std::nullopt);
  EXPECT_EQ(name_of(Permission::rekey), "rekey") << "the last of the list";
}

TEST(Permissions, HoldWhatTheyWereGivenAndNothingElse) {
  const Permissions some{Permission::authenticate, Permission::diagnose};
  EXPECT_TRUE(some.has(Permission::diagnose));
  EXPECT_FALSE(some.has(Permission::users_write));
  EXPECT_EQ(Permissions::from_bits(some.bits()), some);
  for (std::size_t i = 0; i < kPermissionCount; ++i) {
    EXPECT_TRUE(Permissions::all().has(static_cast<Permission>(i)));
  }
}

}  // namespace
}  // namespace lockstep
