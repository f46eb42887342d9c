// SPDX-License-Identifier: Apache-2.0
#include "service/import_users.h"

#include "service/groups.h"
#include "service/service_test_world.h"

namespace lockstep {
namespace {

constexpr const char* kFile =
    "name,first name,last name,email,groups\n"
    "anna,Anna,Ek,anna@example.org,staff;admins\n"
    "bo,Bo,,,staff\n";

class ImportUsers : public World {
 public:
  UserImportReport run(std::string_view csv, ImportRun how = ImportRun::real) {
    return import_users(*services, owner(), csv, how).value();
  }
  UserDetails details(std::string_view name) {
    return get_user(*services, owner(), user_name(name)).value();
  }
};

TEST_F(ImportUsers, ADryRunReportsAndChangesNothing) {
  const UserImportReport report = run(kFile, ImportRun::dry);
  EXPECT_FALSE(report.committed);
  EXPECT_EQ(report.added, 2U);
  EXPECT_EQ(report.groups_added.size(), 2U);
  EXPECT_TRUE(list_users(*services, {}, {})->empty());
  EXPECT_TRUE(list_groups(*services, {})->empty());
}

TEST_F(ImportUsers, AddsUsersGroupsAndMembershipsAndRecordsThem) {
  const std::size_t before = store.audit({})->size();
  const UserImportReport report = run(kFile);
  EXPECT_TRUE(report.committed);
  EXPECT_EQ(report.added, 2U);
  const UserDetails anna = details("anna");
  EXPECT_EQ(anna.user.first_name, "Anna");
  EXPECT_EQ(anna.user.email, "anna@example.org");
  EXPECT_EQ(anna.groups.size(), 2U);
  EXPECT_EQ(details("bo").groups.size(), 1U);
  EXPECT_EQ(store.audit({})->size() - before, 2U + 2U + 3U);  // users, groups, memberships
}

TEST_F(ImportUsers, DoingItAgainChangesNothing) {
  run(kFile);
  const std::size_t records = store.audit({})->size();
  const UserImportReport again = run(kFile);
  EXPECT_EQ(again.added + again.changed, 0U);
  EXPECT_EQ(again.unchanged, 2U);
  EXPECT_EQ(store.audit({})->size(), records);
}

TEST_F(ImportUsers, ChangesWhatIsThereAndTakesNothingAway) {
  run(kFile);
  const UserImportReport report = run("name,last name,email,groups\nbo,Berg,,\nanna,,,vpn\n");
  EXPECT_EQ(report.changed, 2U);
  EXPECT_EQ(details("bo").user.last_name, "Berg");
  EXPECT_EQ(details("bo").groups.size(), 1U);
  EXPECT_EQ(details("anna").user.email, "anna@example.org");
  EXPECT_EQ(details("anna").groups.size(), 3U);
  EXPECT_EQ(report.groups_added.size(), 1U);
}

TEST_F(ImportUsers, RejectedLinesAreNamedInTheirOrderAndTheOthersDone) {
  const UserImportReport report =
      run("name,email\nanna,a@b\n,x@y\nANNA,c@d\nbo," + std::string(300, 'x') + "\ncilla,\n");
  EXPECT_EQ(report.added, 2U);
  ASSERT_EQ(report.rejected, 3U);
  EXPECT_EQ(report.rejected_list[0].line, 3U);
  EXPECT_EQ(report.rejected_list[1].why, "the user occurs before in this file");
  EXPECT_EQ(report.rejected_list[2].name, "bo");
  EXPECT_EQ(details("anna").user.email, "a@b");
}

/// Counts who is read.
class CountingStore final : public MemoryStore {
 public:
  Result<Situation> situation(const Subject& subject) override {
    ++reads;
    return MemoryStore::situation(subject);
  }
  int reads = 0;
};

TEST_F(ImportUsers, WhoSignsInMeanwhileIsLookedAtAgainAndNobodyElse) {
  CountingStore counting;
  const auto over = start_services({counting, clock, random, vault}, 2).value();
  const Context who = begin(*over, owner_caller());
  ASSERT_TRUE(import_users(*over, who, kFile, ImportRun::real));
  const auto signs_in = [&] {
    const User anna = counting.MemoryStore::situation(Subject(user_name("anna")))->user.value();
    ASSERT_TRUE(counting.commit({{UpdateUserSync{anna.id, anna.version, anna.sync}}, {}}));
  };
  int times = 3;
  bool inside = false;
  counting.before_commit = [&] {
    if (inside || times == 0) return;
    --times;
    inside = true;
    signs_in();
    inside = false;
  };
  counting.reads = 0;
  const auto done =
      import_users(*over, who, "name,phone\nanna,1\nbo,2\ncilla,3\n", ImportRun::real);
  ASSERT_TRUE(done);
  EXPECT_EQ(done->changed, 2U);
  EXPECT_EQ(done->added, 1U);
  EXPECT_EQ(counting.reads, 3 + 3) << "all of them once, and Anna each time";
  EXPECT_EQ(counting.MemoryStore::situation(Subject(user_name("anna")))->user->phone, "1");
  EXPECT_EQ(counting.MemoryStore::situation(Subject(user_name("cilla")))->user->phone, "3");
}

TEST_F(ImportUsers, AFileWithoutHeaderIsRefusedAsAWhole) {
  const auto done = import_users(*services, owner(), "anna,Anna\n", ImportRun::real);
  ASSERT_FALSE(done.has_value());
  EXPECT_EQ(done.error().code, Errc::invalid_input);
}

}  // namespace
}  // namespace lockstep
