// SPDX-License-Identifier: Apache-2.0
#include "service/backups.h"

#include "front/rest/api_fixture.h"

namespace lockstep {
namespace {

class FakeArchive final : public Archive {
 public:
  Result<BackupFacts> back_up(const std::filesystem::path& file, WallTime at,
                              const OnWork& on_work) override {
    LOCKSTEP_CHECK(on_work(1, 2));
    if (file == "/exists") return fail(Errc::conflict, "/exists exists");
    ChainHead head{.seq = 3, .hash = {}};
    return BackupFacts{
        .version = "1.0", .schema = 2, .at = at, .heads = {{NodeId(9), head}}, .rows = 5};
  }
};

class BackupsApi : public ApiTest {
 protected:
  BackupsApi() { router_ = make_api_router(*services, {.service_uid = 1000, .backups = &desk_}); }

  Seen ended() {
    Seen seen = get("/backup?wait=yes");
    while (seen.text("state") == "running") seen = get("/backup?wait=yes");
    return seen;
  }

  FakeArchive archive_;
  BackupDesk desk_{archive_, *services};
};

TEST_F(BackupsApi, BeginsOneAndSaysWhatBecameOfIt) {
  EXPECT_EQ(to_json(get("/backup").json), R"({"state":"none"})");
  const Seen begun = post("/backup", R"({"file":"/b/one"})");
  EXPECT_EQ(begun.status(), 202);
  EXPECT_EQ(begun.text("file"), "/b/one");
  const Seen seen = ended();
  EXPECT_EQ(seen.text("state"), "done");
  EXPECT_EQ(seen.at("rows").to_number<int>(), 5);
  EXPECT_EQ(seen.text("version"), "1.0");
  EXPECT_EQ(seen.at("heads").as_array().at(0).at("node").as_string(), "9");
}

TEST_F(BackupsApi, AFailureIsToldWithItsReason) {
  ASSERT_EQ(post("/backup", R"({"file":"/exists"})").status(), 202);
  const Seen seen = ended();
  EXPECT_EQ(seen.text("state"), "failed");
  EXPECT_EQ(seen.text("reason"), "conflict");
  EXPECT_EQ(seen.text("detail"), "/exists exists");
}

TEST_F(BackupsApi, WhatMakesNoSenseIsRefused) {
  EXPECT_EQ(post("/backup", R"({"file":"relative"})").verdict(), "400 invalid_input");
  EXPECT_EQ(post("/backup", R"({"file":"/b","x":1})").verdict(), "400 invalid_input");
  EXPECT_EQ(get("/backup?wait=long").verdict(), "400 invalid_input");
}

TEST_F(BackupsApi, NeedsItsPermission) {
  Permissions all_others =
      Permissions::from_bits(Permissions::all().bits() & ~Permissions{Permission::backup}.bits());
  EXPECT_EQ(call_with(all_others, Method::get, "/backup").status(), 403);
  EXPECT_EQ(call_with({Permission::backup}, Method::get, "/backup").status(), 200);
}

TEST_F(ApiTest, WithoutAnArchiveBackupsAreRefused) {
  EXPECT_EQ(post("/backup", R"({"file":"/b/one"})").status(), 503);
  EXPECT_EQ(get("/backup").status(), 503);
}

}  // namespace
}  // namespace lockstep
