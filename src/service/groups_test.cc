// SPDX-License-Identifier: Apache-2.0
#include "service/groups.h"

#include "service/service_test_world.h"

namespace lockstep {
namespace {

using Groups = World;

TEST_F(Groups, AreCreatedOnceListedAndDeleted) {
  ASSERT_TRUE(create_group(*services, owner(), group_name("staff")));
  EXPECT_EQ(create_group(*services, owner(), group_name("Staff")).error().code, Errc::conflict);
  EXPECT_EQ(list_groups(*services, {})->size(), 1U);
  ASSERT_TRUE(delete_group(*services, owner(), group_name("staff")));
  EXPECT_TRUE(list_groups(*services, {})->empty());
  EXPECT_EQ(delete_group(*services, owner(), group_name("staff")).error().code, Errc::not_found);
}

TEST_F(Groups, MembersAreAddedAndRemovedAnyNumberOfTimes) {
  add_user("anna");
  ASSERT_TRUE(create_group(*services, owner(), group_name("staff")));
  for (int i = 0; i < 2; ++i) {
    ASSERT_TRUE(add_member(*services, owner(), group_name("staff"), user_name("anna")));
  }
  EXPECT_EQ(list_members(*services, group_name("staff"), {}).value(),
            std::vector{user_name("anna")});
  EXPECT_EQ(last_record().event.kind, EventKind::member_added);
  for (int i = 0; i < 2; ++i) {
    ASSERT_TRUE(remove_member(*services, owner(), group_name("staff"), user_name("anna")));
  }
  EXPECT_TRUE(list_members(*services, group_name("staff"), {})->empty());
  EXPECT_EQ(last_record().event.user, user_name("anna"));
}

TEST_F(Groups, UnknownUsersAndGroupsAreNotFound) {
  add_user("anna");
  const auto code = [&](const char* group, const char* user) {
    return add_member(*services, owner(), group_name(group), user_name(user)).error().code;
  };
  EXPECT_EQ(code("staff", "anna"), Errc::not_found);
  ASSERT_TRUE(create_group(*services, owner(), group_name("staff")));
  EXPECT_EQ(code("staff", "berit"), Errc::not_found);
  EXPECT_EQ(list_members(*services, group_name("board"), {}).error().code, Errc::not_found);
}

}  // namespace
}  // namespace lockstep
