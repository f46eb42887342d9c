// SPDX-License-Identifier: Apache-2.0
#include "front/rest/api_fixture.h"

namespace lockstep {
namespace {

using ImportsApi = ApiTest;

constexpr const char* kFile =
    R"({"format":"csv","spec":{"kind":"hotp","digits":8},"model":"Card","content":")"
    R"(I1,3132333435363738393031323334353637383930,0\n)"
    R"(I2,3132333435363738393031323334353637383931\n"})";

TEST_F(ImportsApi, AnUploadReportsAndACommitAdds) {
  const Seen staged = post("/imports", kFile);
  EXPECT_EQ(staged.status(), 201);
  EXPECT_EQ(staged.at("committed"), false);
  EXPECT_EQ(staged.at("added"), 2);
  EXPECT_EQ(get("/tokens/I1").verdict(), "404 not_found");
  const std::string id = staged.text("id");
  EXPECT_EQ(get("/imports/" + id).response.body, staged.response.body);
  const Seen done = post("/imports/" + id + "/commit");
  EXPECT_EQ(done.status(), 200);
  EXPECT_EQ(done.at("committed"), true);
  EXPECT_EQ(get("/tokens/I1").at("digits"), 8);
  EXPECT_EQ(get("/tokens/I2").text("model"), "Card");
  EXPECT_EQ(post("/imports/" + id + "/commit").response.body, done.response.body);
}

TEST_F(ImportsApi, WhatIsRefusedIsNamedByLineAndSerialAndNeverBySeed) {
  EXPECT_EQ(post("/tokens", R"({"kind":"hotp","serial":"I1"})").status(), 201);
  const Seen staged = post("/imports", kFile);
  EXPECT_EQ(staged.at("added"), 1);
  EXPECT_EQ(staged.at("rejected"), 1);
  const boost::json::value one = staged.at("rejected_list").as_array().at(0);
  EXPECT_EQ(one.at("serial"), "I1");
  EXPECT_EQ(one.at("line"), 1);
  EXPECT_FALSE(one.at("why").as_string().empty());
  EXPECT_EQ(staged.response.body.find("31323334"), std::string::npos);
}

TEST_F(ImportsApi, RequestsOfAnotherFormAreRefused) {
  for (const char* body :
       {R"({"content":"x"})", R"({"format":"csv"})", R"({"format":"sdtid","content":"x"})",
        R"({"format":"csv","content":5})", R"({"format":"csv","content":"","spec":5})",
        R"({"format":"csv","content":"","spec":{"digits":6}})",
        R"({"format":"csv","content":"","spec":{"kind":"hotp","colour":"red"}})",
        R"({"format":"pskc","content":"<html/>"})"}) {
    EXPECT_EQ(post("/imports", body).verdict(), "400 invalid_input") << body;
  }
}

TEST_F(ImportsApi, AnUnknownIdIsNotFound) {
  EXPECT_EQ(get("/imports/none").verdict(), "404 not_found");
  EXPECT_EQ(post("/imports/none/commit").verdict(), "404 not_found");
}

}  // namespace
}  // namespace lockstep
