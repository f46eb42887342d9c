// SPDX-License-Identifier: Apache-2.0
#include "front/rest/api_fixture.h"

namespace lockstep {
namespace {

using GroupsApi = ApiTest;

TEST_F(GroupsApi, PutCreatesOnceAndIsHarmlessThen) {
  EXPECT_EQ(put("/groups/Staff").status(), 204);
  EXPECT_EQ(put("/groups/staff").status(), 204);
  EXPECT_EQ(get("/groups").response.body,
            R"({"items":[{"id":"staff","members":0}],"without_group":0})");
}

TEST_F(GroupsApi, TheListSaysHowManyUsersAreInNone) {
  add_user("anna");
  add_user("berta");
  EXPECT_EQ(put("/groups/staff").status(), 204);
  EXPECT_EQ(put("/groups/staff/members/anna").status(), 204);
  EXPECT_EQ(get("/groups").at("without_group"), 1);
}

TEST_F(GroupsApi, MembersComeAndGo) {
  add_user("anna");
  EXPECT_EQ(put("/groups/staff").status(), 204);
  EXPECT_EQ(put("/groups/staff/members/anna").status(), 204);
  EXPECT_EQ(put("/groups/staff/members/anna").status(), 204);
  EXPECT_EQ(get("/groups/staff/members").response.body, R"({"items":["anna"]})");
  EXPECT_EQ(get("/groups").at("items").as_array().at(0).at("members"), 1);
  EXPECT_EQ(remove("/groups/staff/members/anna").status(), 204);
  EXPECT_EQ(get("/groups/staff/members").response.body, R"({"items":[]})");
}

TEST_F(GroupsApi, WhatDoesNotExistIsNotFound) {
  add_user("anna");
  EXPECT_EQ(put("/groups/none/members/anna").verdict(), "404 not_found");
  EXPECT_EQ(get("/groups/none/members").verdict(), "404 not_found");
  EXPECT_EQ(remove("/groups/none").verdict(), "404 not_found");
  EXPECT_EQ(put("/groups/staff").status(), 204);
  EXPECT_EQ(put("/groups/staff/members/nobody").verdict(), "404 not_found");
}

TEST_F(GroupsApi, ListsAreInPages) {
  for (const char* name : {"a", "b", "c"})
    EXPECT_EQ(put(std::string("/groups/") + name).status(), 204);
  const Seen first = get("/groups?limit=2");
  EXPECT_EQ(first.text("next"), "b");
  EXPECT_EQ(get("/groups?limit=2&after=b").response.body, R"({"items":[{"id":"c","members":0}]})");
}

TEST_F(GroupsApi, DeletingTakesMembershipsAlong) {
  add_user("anna");
  EXPECT_EQ(put("/groups/staff").status(), 204);
  EXPECT_EQ(put("/groups/staff/members/anna").status(), 204);
  EXPECT_EQ(remove("/groups/staff").status(), 204);
  EXPECT_EQ(to_json(get("/users/anna").at("groups")), "[]");
}

}  // namespace
}  // namespace lockstep
