// SPDX-License-Identifier: Apache-2.0
#include "app/doctor.h"

#include <fstream>
#include <optional>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "adapters/sql/sql_store.h"
#include "adapters/sql/sqlite/data_directory.h"
#include "adapters/system/key_file.h"
#include "adapters/system/system_random.h"
#include "app/data_directory.h"
#include "app/serve.h"
#include "service/api_keys.h"
#include "service/groups.h"
#include "service/tokens.h"
#include "service/users.h"
#include "testing/fake_clock.h"

namespace lockstep {
namespace {

using testing::HasSubstr;

constexpr ClockHealth kGoodClock{.synchronised = true, .error_max = Micros(1'000)};

class Doctor : public testing::Test {
 protected:
  Doctor() {
    directory_.emplace(PassingDirectory::make().value());
    EXPECT_TRUE(create_data_directory(data(), random_));
    const Site site = open_site(data(), clock_, random_).value();
    const Context owner = begin(*site.services, owner_caller());
    NewToken card{.serial = Serial::parse("C-1").value(), .seed = Secret(Bytes(20, 3))};
    EXPECT_TRUE(create_token(*site.services, owner, std::move(card)));
  }

  [[nodiscard]] std::filesystem::path data() const { return directory_->path() / "data"; }

  std::vector<Finding> examine(const ClockHealth& kernel = kGoodClock) {
    return examine_all({data(), {}, data() / "admin.sock", "1.2.3", {}, mail_, {}, radius_}, clock_,
                       kernel);
  }

  /// What is not well: "about: what".
  std::string complaints(const ClockHealth& kernel = kGoodClock) {
    std::string all;
    for (const Finding& one : examine(kernel)) {
      if (one.health == Health::ok) continue;
      EXPECT_NE(one.advice, "") << one.what;
      all += std::string(name_of(one.health)) + " " + one.about + ": " + one.what + "\n";
    }
    return all;
  }

  std::optional<bool> mail_;
  std::optional<RadiusOptions> radius_;
  SystemRandom random_;
  FakeClock clock_;
  std::optional<PassingDirectory> directory_;
};

TEST_F(Doctor, FindsNothingOnAHealthyServerThatRunsOrNot) {
  EXPECT_EQ(complaints(), "");
  const auto store = open_sqlite_store(data(), random_).value();
  EXPECT_THAT(complaints(), HasSubstr("warning server")) << "a lock, and nobody answers";
  EXPECT_EQ(worst(examine()), Health::warning);
}

TEST_F(Doctor, SaysWhetherMailsAreSentWhereItKnows) {
  EXPECT_EQ(complaints(), "") << "without a configuration nobody knows";
  mail_ = true;
  EXPECT_EQ(complaints(), "");
  mail_ = false;
  EXPECT_THAT(complaints(), HasSubstr("warning mail: no mail server is configured"));
}

TEST_F(Doctor, SaysWhatStandsAgainstRadiusClients) {
  RadiusClientOptions gate;
  gate.name = "gate";
  gate.source = "gate";
  gate.networks = {"192.0.2.0/24"};
  gate.secret_file = (data() / "gate.secret").string();
  radius_.emplace().clients = {gate};
  EXPECT_THAT(complaints(), HasSubstr("problem radius: ")) << "there is no such file";
  std::ofstream(gate.secret_file) << "short yet\n";
  std::filesystem::permissions(gate.secret_file, std::filesystem::perms::owner_read);
  EXPECT_THAT(complaints(), HasSubstr("warning radius: RADIUS client gate has a secret of fewer"));
  radius_->clients.front().message_authenticator = "optional";
  EXPECT_THAT(complaints(), HasSubstr("warning radius: RADIUS client gate need not sign"));
}

TEST_F(Doctor, SaysWhichGroupOfARadiusClientThereIsNot) {
  RadiusClientOptions gate;
  gate.name = "gate";
  gate.source = "gate";
  gate.networks = {"192.0.2.0/24"};
  gate.certificate_name = "gate.example";
  gate.secret_file = (data() / "gate.secret").string();
  std::ofstream(gate.secret_file) << "long enough to be a secret\n";
  std::filesystem::permissions(gate.secret_file, std::filesystem::perms::owner_read);
  gate.group = "staff";
  gate.replies = {{"admins", {"Filter-Id = \"all\""}}};
  radius_.emplace().clients = {gate};
  const char* const missing =
      "warning radius: RADIUS client gate names the group admins, which there is not\n"
      "warning radius: RADIUS client gate names the group staff, which there is not\n";
  EXPECT_EQ(complaints(), missing) << "each once, though it comes over UDP and TLS";
  {
    const Site site = open_site(data(), clock_, random_).value();
    const Context owner = begin(*site.services, owner_caller());
    ASSERT_TRUE(create_group(*site.services, owner, GroupName::parse("staff").value()));
    ASSERT_TRUE(create_group(*site.services, owner, GroupName::parse("admins").value()));
  }
  EXPECT_EQ(complaints(), "");
}

TEST_F(Doctor, SeesTheKeyThatIsNotTheStores) {
  std::filesystem::remove(key_file_path(data()));
  EXPECT_THAT(complaints(), HasSubstr("problem key"));
  ASSERT_TRUE(create_key_file(key_file_path(data())));
  EXPECT_THAT(complaints(), HasSubstr("does not open the seed of token C-1"));
  std::filesystem::permissions(key_file_path(data()), std::filesystem::perms::all);
  EXPECT_THAT(complaints(), HasSubstr("may be read by others"));
}

TEST_F(Doctor, SeesRightsThatLetOthersIn) {
  std::filesystem::permissions(data(), std::filesystem::perms::all);
  EXPECT_THAT(complaints(), HasSubstr("problem rights: others may look into"));
  std::filesystem::permissions(data(), std::filesystem::perms::owner_all);
  std::filesystem::permissions(data() / "lockstep.db", std::filesystem::perms::all);
  EXPECT_THAT(complaints(), HasSubstr("problem rights"));
}

TEST_F(Doctor, SeesADamagedAMissingAndAForeignStore) {
  const std::filesystem::path file = data() / "lockstep.db";
  {
    std::fstream database(file, std::ios::in | std::ios::out | std::ios::binary);
    database.seekp(5 * 4096);
    database << std::string(8192, 'x');
  }
  EXPECT_THAT(complaints(), HasSubstr("problem store"));
  std::ofstream(file, std::ios::trunc) << "nothing of ours, and long enough to be looked at";
  EXPECT_THAT(complaints(), HasSubstr("is no database of Lockstep"));
  std::filesystem::remove(file);
  EXPECT_THAT(complaints(), HasSubstr("problem store"));
}

TEST_F(Doctor, SeesAnInterruptedRestore) {
  std::ofstream(data() / "restore.unfinished") << "";
  EXPECT_THAT(complaints(), HasSubstr("was interrupted"));
}

TEST_F(Doctor, SeesClocksThatAreWrong) {
  EXPECT_THAT(complaints({}), HasSubstr("warning clock: no time service"));
  EXPECT_THAT(complaints({.synchronised = true, .error_max = Seconds(60)}),
              HasSubstr("warning clock: it may be 60 s off"));
  clock_.set_wall(clock_.now().wall - Seconds(3600));
  EXPECT_THAT(complaints(), HasSubstr("problem clock"));
  clock_.set_wall(WallTime(Seconds(1'000)));
  EXPECT_THAT(complaints(), HasSubstr("was never set"));
}

TEST_F(Doctor, ADirectoryThatIsNotThereIsTheFirstThingItSays) {
  const auto findings =
      examine_all({"/nonexistent", {}, "/nonexistent/s", "1"}, clock_, kGoodClock);
  EXPECT_EQ(findings.front().about, "rights");
  EXPECT_EQ(worst(findings), Health::problem);
}

}  // namespace
}  // namespace lockstep
