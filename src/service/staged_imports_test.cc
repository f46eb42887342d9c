// SPDX-License-Identifier: Apache-2.0
#include "service/staged_imports.h"

#include <vector>

#include "service/import_tokens.h"
#include "service/service_test_world.h"

namespace lockstep {
namespace {

class StagedImports : public World {
 protected:
  Result<ImportReport> stage(const Context& who) {
    ImportFile file;
    file.content = Secret::copy_of("C" + std::to_string(++files_) +
                                   ",3132333435363738393031323334353637383930\n");
    file.defaults.kind = TokenKind::hotp;
    return stage_import(*services, who, file);
  }
  std::optional<Errc> error_of(const Context& who) {
    const auto done = stage(who);
    return done ? std::optional<Errc>() : done.error().code;
  }

  int files_ = 0;
};

TEST_F(StagedImports, SoManyOfOneCallerWaitAndOneThatIsDroppedMakesRoom) {
  std::vector<std::string> ids;
  for (std::size_t i = 0; i < kImportsWaitingMax; ++i) ids.push_back(stage(owner())->id);
  EXPECT_EQ(error_of(owner()), Errc::conflict);
  EXPECT_EQ(error_of(with({Permission::tokens_write})), std::nullopt) << "somebody else's";
  ASSERT_TRUE(drop_import(*services, owner(), ids[0]));
  EXPECT_EQ(get_import(*services, owner(), ids[0]).error().code, Errc::not_found);
  EXPECT_EQ(drop_import(*services, owner(), ids[0]).error().code, Errc::not_found);
  EXPECT_EQ(error_of(owner()), std::nullopt);
  EXPECT_EQ(error_of(owner()), Errc::conflict);
  ASSERT_TRUE(commit_import(*services, owner(), ids[1]));
  EXPECT_EQ(drop_import(*services, owner(), ids[1]).error().code, Errc::conflict);
  EXPECT_EQ(error_of(owner()), std::nullopt) << "one that was committed holds no file";
}

TEST_F(StagedImports, OnesThatExpiredMakeRoomToo) {
  for (std::size_t i = 0; i < kImportsWaitingMax; ++i) ASSERT_TRUE(stage(owner()));
  clock.advance(kImportKept);
  EXPECT_EQ(error_of(owner()), Errc::conflict) << "at its last moment it can be committed";
  clock.advance(Micros(1));
  EXPECT_EQ(error_of(owner()), std::nullopt);
}

}  // namespace
}  // namespace lockstep
