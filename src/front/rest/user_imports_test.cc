// SPDX-License-Identifier: Apache-2.0
#include "front/rest/api_fixture.h"

namespace lockstep {
namespace {

using UserImportsApi = ApiTest;

TEST_F(UserImportsApi, ADryRunReportsAndTheRealOneDoes) {
  const std::string content =
      R"({"content":"name,email,shoe,groups\nimp1,a@b,1,staff\n,,,\nimp2,,,\n")";
  const Seen dry = post("/user-imports", content + R"(,"dry_run":true})");
  EXPECT_EQ(dry.status(), 200);
  EXPECT_EQ(dry.at("committed"), false);
  EXPECT_EQ(dry.at("added"), 2);
  EXPECT_EQ(get("/users/imp1").verdict(), "404 not_found");
  const Seen done = post("/user-imports", content + "}");
  EXPECT_EQ(done.at("committed"), true);
  EXPECT_EQ(done.at("rejected"), 1);
  EXPECT_EQ(done.at("rejected_list").as_array().at(0).at("line"), 3);
  EXPECT_EQ(done.at("notes").as_array().at(0), "the column \"shoe\" was not used");
  EXPECT_EQ(get("/users/imp1").text("email"), "a@b");
  EXPECT_EQ(get("/users/imp1").at("groups").as_array().at(0), "staff");
  EXPECT_EQ(post("/user-imports", content + "}").at("unchanged"), 2);
}

TEST_F(UserImportsApi, RequestsOfAnotherFormAreRefused) {
  for (const char* body :
       {R"({})", R"({"content":5})", R"({"content":"first,last\n"})",
        R"({"content":"name\na\n","dry_run":1})", R"({"content":"name\na\n","colour":"red"})"}) {
    EXPECT_EQ(post("/user-imports", body).verdict(), "400 invalid_input") << body;
  }
}

}  // namespace
}  // namespace lockstep
