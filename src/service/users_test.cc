// SPDX-License-Identifier: Apache-2.0
#include "service/users.h"

#include "service/groups.h"
#include "service/service_test_world.h"

namespace lockstep {
namespace {

using Users = World;

TEST_F(Users, AnUpsertCreatesAndThenChangesOnlyWhatItNames) {
  UserPatch patch;
  patch.first_name = "Anna";
  patch.email = "anna@example.org";
  const UpsertedUser made = upsert_user(*services, owner(), user_name("anna"), patch, {}).value();
  EXPECT_TRUE(made.created);
  EXPECT_EQ(last_record().event.kind, EventKind::user_created);

  UserPatch second;
  second.last_name = "Berg";
  const UpsertedUser changed =
      upsert_user(*services, owner(), user_name("ANNA"), second, {}).value();
  EXPECT_FALSE(changed.created);
  EXPECT_EQ(changed.user.first_name, "Anna");
  EXPECT_EQ(changed.user.last_name, "Berg");
  EXPECT_EQ(changed.user.email, "anna@example.org");
  EXPECT_EQ(last_record().event.kind, EventKind::user_changed);
}

TEST_F(Users, AnUpsertThatChangesNothingWritesNothing) {
  add_user("anna");
  const RowVersion before = user("anna").version;
  const std::size_t records = store.audit({})->size();
  add_user("anna");
  EXPECT_EQ(user("anna").version, before);
  EXPECT_EQ(store.audit({})->size(), records);
}

TEST_F(Users, AChangeOfAnOldVersionIsAConflict) {
  add_user("anna");
  const RowVersion seen = user("anna").version;
  UserPatch patch;
  patch.first_name = "Anna";
  const auto first = upsert_user(*services, owner(), user_name("anna"), patch, seen);
  ASSERT_TRUE(first.has_value());
  patch.first_name = "Anne";
  const auto second = upsert_user(*services, owner(), user_name("anna"), patch, seen);
  ASSERT_FALSE(second.has_value());
  EXPECT_EQ(second.error().code, Errc::conflict);
  EXPECT_EQ(user("anna").first_name, "Anna");
}

TEST_F(Users, PinsAndPasswordsFollowTheirRulesAndStayOutOfTheAudit) {
  add_user("anna");
  const struct {
    const char* what;
    std::string password;
    std::string pin;
    bool allowed;
  } cases[] = {
      {"shortest password", "12345678", "", true},
      {"too short a password", "1234567", "", false},
      {"longest password", std::string(256, 'x'), "", true},
      {"too long a password", std::string(257, 'x'), "", false},
      {"shortest PIN", "", "1234", true},
      {"too short a PIN", "", "123", false},
      {"longest PIN", "", std::string(16, '1'), true},
      {"too long a PIN", "", std::string(17, '1'), false},
      {"a PIN with a blank", "", "12 34", false},
      {"a PIN beyond ASCII", "", "1234\xC3\xA5", false},
  };
  for (const auto& c : cases) {
    UserPatch patch;
    if (!c.password.empty()) {
      patch.password = {FactorChange::Kind::set, Secret::copy_of(c.password)};
    }
    if (!c.pin.empty()) patch.pin = {FactorChange::Kind::set, Secret::copy_of(c.pin)};
    const auto done = upsert_user(*services, owner(), user_name("anna"), patch, {});
    EXPECT_EQ(done.has_value(), c.allowed) << c.what;
    if (!done) {
      EXPECT_EQ(done.error().code, Errc::invalid_input) << c.what;
    }
    for (const auto& [name, value] : last_record().event.details) {
      EXPECT_TRUE(value == "set" || value == "cleared") << c.what << ": " << name;
    }
  }
}

TEST_F(Users, AClearedFactorIsAskedForNoMore) {
  add_user("anna");
  set_pin("anna", "2580");
  SimulatedToken card = add_card("anna", "C1");
  UserPatch patch;
  patch.pin.kind = FactorChange::Kind::clear;
  ASSERT_TRUE(upsert_user(*services, owner(), user_name("anna"), patch, {}));
  EXPECT_FALSE(user("anna").pin.has_value());
  EXPECT_EQ(log_in("anna", card.press()), Verdict::accept);
}

TEST_F(Users, TextsThatAreNoPlainTextAreRefused) {
  for (const std::string& bad :
       {std::string("a\x01"), std::string("a\xFF"), std::string(255, 'a')}) {
    UserPatch patch;
    patch.last_name = bad;
    const auto done = upsert_user(*services, owner(), user_name("anna"), patch, {});
    ASSERT_FALSE(done.has_value());
    EXPECT_EQ(done.error().code, Errc::invalid_input);
  }
}

TEST_F(Users, ADisabledUserIsRefusedUntilEnabledAgain) {
  add_user("anna");
  SimulatedToken card = add_card("anna", "C1");
  UserPatch patch;
  patch.status = UserStatus::disabled;
  ASSERT_TRUE(upsert_user(*services, owner(), user_name("anna"), patch, {}));
  EXPECT_EQ(log_in("anna", card.press()), Verdict::reject);
  patch.status = UserStatus::enabled;
  ASSERT_TRUE(upsert_user(*services, owner(), user_name("anna"), patch, {}));
  EXPECT_EQ(log_in("anna", card.press()), Verdict::accept);
}

TEST_F(Users, DetailsTellTokensGroupsAndWhatTheNextLogInNeeds) {
  add_user("anna");
  set_pin("anna", "2580");
  const SimulatedToken card = add_card("anna", "C1");
  ASSERT_TRUE(create_group(*services, owner(), group_name("staff")));
  ASSERT_TRUE(add_member(*services, owner(), group_name("staff"), user_name("anna")));
  UserDetails details = get_user(*services, owner(), user_name("anna")).value();
  EXPECT_EQ(details.tokens.size(), 1U);
  EXPECT_EQ(details.groups, std::vector{group_name("staff")});
  EXPECT_EQ(details.escalation, Escalation::open);
  const std::string wrong = wrong_code(card.code_at(Position(1'000)));
  for (int i = 0; i < 10; ++i) log_in("anna", "2580" + wrong);
  details = get_user(*services, owner(), user_name("anna")).value();
  EXPECT_EQ(details.escalation, Escalation::two_codes);

  ASSERT_TRUE(unlock_user(*services, owner(), user_name("anna")));
  EXPECT_EQ(get_user(*services, owner(), user_name("anna"))->escalation, Escalation::open);
  EXPECT_EQ(last_record().event.kind, EventKind::user_unlocked);
}

TEST_F(Users, ADeletedUsersTokenGoesBackToStock) {
  add_user("anna");
  add_card("anna", "C1");
  ASSERT_TRUE(delete_user(*services, owner(), user_name("anna"), {}));
  EXPECT_FALSE(token("C1").owner.has_value());
  const auto gone = get_user(*services, owner(), user_name("anna"));
  ASSERT_FALSE(gone.has_value());
  EXPECT_EQ(gone.error().code, Errc::not_found);
}

TEST_F(Users, WhatIsNotThereIsNotFound) {
  EXPECT_EQ(delete_user(*services, owner(), user_name("anna"), {}).error().code, Errc::not_found);
  EXPECT_EQ(unlock_user(*services, owner(), user_name("anna")).error().code, Errc::not_found);
  EXPECT_EQ(get_user(*services, owner(), user_name("anna")).error().code, Errc::not_found);
}

TEST_F(Users, AListHasALimit) {
  add_user("anna");
  EXPECT_EQ(list_users(*services, {}, Page{1, {}})->size(), 1U);
  EXPECT_EQ(list_users(*services, {}, Page{0, {}}).error().code, Errc::invalid_input);
  EXPECT_EQ(list_users(*services, {}, Page{1'001, {}}).error().code, Errc::invalid_input);
}

}  // namespace
}  // namespace lockstep
