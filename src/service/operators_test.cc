// SPDX-License-Identifier: Apache-2.0
#include "service/operators.h"

#include <gmock/gmock.h>

#include "service/groups.h"
#include "service/service_test_world.h"

namespace lockstep {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::Pair;

class Operators : public World {
 protected:
  Operators() { add_user("karin"); }

  static OperatorPatch as(Role role) {
    OperatorPatch patch;
    patch.role = role;
    return patch;
  }
  Result<CreatedOperator> create(std::string_view name, const OperatorPatch& patch) {
    return create_operator(*services, owner(), user_name(name), patch);
  }
  Result<Operator> change(std::string_view name, const OperatorPatch& patch) {
    return change_operator(*services, owner(), user_name(name), patch, {});
  }
  Operator operator_named(std::string_view name) {
    return get_operator(*services, user_name(name)).value();
  }
  static OperatorPatch disabled() {
    OperatorPatch patch;
    patch.status = OperatorStatus::disabled;
    return patch;
  }
  void sign_in_session(std::string_view name) {
    Session session;
    session.hash.fill(++sessions_);
    session.subject = operator_named(name).id.value();
    session.expires_at = clock.now().wall + Seconds(60);
    ASSERT_TRUE(store.commit(ChangeSet{{InsertSession{session}}, {}}));
  }
  std::size_t sessions_of(std::string_view name) {
    return store.sessions_of(SessionKind::console, operator_named(name).id.value())->size();
  }

 private:
  std::uint8_t sessions_ = 0;
};

TEST_F(Operators, AnAccountIsMadeAndListed) {
  ASSERT_TRUE(create_group(*services, owner(), group_name("staff")));
  OperatorPatch patch = as(Role::help_desk);
  patch.scope = std::vector{group_name("staff")};
  patch.tokens_of = user_name("karin");
  patch.full_name = "Karin K";
  patch.email = "k@example.org";
  const CreatedOperator made = create("Karin", patch).value();
  EXPECT_EQ(made.account.name, user_name("karin"));
  EXPECT_EQ(made.account.role, Role::help_desk);
  EXPECT_EQ(made.account.scope, *patch.scope);
  EXPECT_EQ(made.account.tokens_of, patch.tokens_of);
  EXPECT_EQ(made.account.full_name, "Karin K");
  EXPECT_FALSE(made.account.password);
  EXPECT_EQ(made.setup.path.substr(0, 15), "/console/setup#");
  EXPECT_EQ(made.setup.path.size(), 15U + 43U);
  EXPECT_EQ(create("karin", patch).error().code, Errc::conflict);
  const auto all = list_operators(*services, {}).value();
  EXPECT_THAT(all, ElementsAre(made.account));
}

TEST_F(Operators, ThatAnAccountWasMadeIsWrittenDownWithoutTheLink) {
  const CreatedOperator made = create("olle", as(Role::auditor)).value();
  const AuditEvent event = last_record().event;
  EXPECT_EQ(event.kind, EventKind::operator_created);
  EXPECT_THAT(event.details, Contains(Pair("operator", "olle")));
  EXPECT_THAT(event.details, Contains(Pair("role", "auditor")));
  for (const auto& [name, value] : event.details) {
    EXPECT_EQ(made.setup.path.find(value), std::string::npos) << name;
  }
}

TEST_F(Operators, WhatAnAccountNamesHasToBeThere) {
  OperatorPatch patch = as(Role::help_desk);
  patch.tokens_of = user_name("nobody");
  EXPECT_EQ(create("a", patch).error().code, Errc::not_found);
  patch = as(Role::help_desk);
  patch.scope = std::vector{group_name("none")};
  EXPECT_EQ(create("a", patch).error().code, Errc::not_found);
  EXPECT_EQ(create("a", {}).error().code, Errc::invalid_input) << "without a role";
  patch = as(Role::help_desk);
  patch.email = std::string(300, 'x');
  EXPECT_EQ(create("a", patch).error().code, Errc::invalid_input);
}

TEST_F(Operators, AnOwnerHasNoScope) {
  ASSERT_TRUE(create_group(*services, owner(), group_name("staff")));
  OperatorPatch patch = as(Role::owner);
  patch.scope = std::vector{group_name("staff")};
  EXPECT_EQ(create("a", patch).error().code, Errc::invalid_input);
  patch.role = Role::administrator;
  ASSERT_TRUE(create("a", patch));
  EXPECT_EQ(change("a", as(Role::owner)).error().code, Errc::invalid_input);
}

TEST_F(Operators, NobodyGivesARoleThatMayDoWhatTheyMayNot) {
  const Context desk = with({Permission::operators_read, Permission::operators_write});
  EXPECT_EQ(create_operator(*services, desk, user_name("a"), as(Role::help_desk)).error().code,
            Errc::not_allowed);
  ASSERT_TRUE(create("olle", as(Role::auditor)));
  Context more = desk;
  more.caller.permissions =
      Permissions::from_bits(desk.caller.permissions.bits() | permissions_of(Role::auditor).bits());
  ASSERT_TRUE(create_operator(*services, more, user_name("b"), as(Role::auditor)));
  const auto change_by = [&](const Context& who, const OperatorPatch& patch) {
    return change_operator(*services, who, user_name("olle"), patch, {});
  };
  EXPECT_EQ(change_by(more, as(Role::owner)).error().code, Errc::not_allowed);
  EXPECT_EQ(change_by(desk, disabled()).error().code, Errc::not_allowed) << "of who may do more";
  EXPECT_EQ(delete_operator(*services, desk, user_name("olle"), {}).error().code,
            Errc::not_allowed);
  EXPECT_TRUE(change_by(more, disabled()));
}

TEST_F(Operators, TheLastEnabledOwnerStays) {
  ASSERT_TRUE(create("olle", as(Role::owner)));
  ASSERT_TRUE(create("adam", as(Role::administrator)));
  EXPECT_EQ(change("olle", disabled()).error().code, Errc::conflict);
  EXPECT_EQ(change("olle", as(Role::administrator)).error().code, Errc::conflict);
  EXPECT_EQ(delete_operator(*services, owner(), user_name("olle"), {}).error().code,
            Errc::conflict);
  ASSERT_TRUE(create("oda", as(Role::owner)));
  EXPECT_TRUE(change("oda", disabled()));
  EXPECT_EQ(change("olle", disabled()).error().code, Errc::conflict) << "the other is disabled";
  OperatorPatch back;
  back.status = OperatorStatus::enabled;
  ASSERT_TRUE(change("oda", back));
  EXPECT_TRUE(change("olle", as(Role::auditor)));
  EXPECT_EQ(delete_operator(*services, owner(), user_name("oda"), {}).error().code, Errc::conflict);
}

TEST_F(Operators, OfTwoOwnersWhoRemoveEachOtherOneStays) {
  ASSERT_TRUE(create("olle", as(Role::owner)));
  ASSERT_TRUE(create("oda", as(Role::owner)));
  const RowVersion seen = operator_named("oda").version;
  ASSERT_TRUE(change("olle", disabled()));
  // Whoever looked before that holds a version of the other account that is no more.
  EXPECT_EQ(change_operator(*services, owner(), user_name("oda"), disabled(), seen).error().code,
            Errc::conflict);
  EXPECT_GT(operator_named("oda").version, seen);
}

TEST_F(Operators, ChangesNameWhatWasAndWhatIs) {
  ASSERT_TRUE(create("olle", as(Role::auditor)));
  OperatorPatch patch = as(Role::administrator);
  patch.tokens_of = user_name("karin");
  patch.email = "o@example.org";
  const Operator changed = change("olle", patch).value();
  EXPECT_EQ(changed.role, Role::administrator);
  EXPECT_THAT(last_record().event.details,
              ElementsAre(Pair("operator", "olle"), Pair("email", "o@example.org"),
                          Pair("role_before", "auditor"), Pair("role", "administrator"),
                          Pair("tokens_of_before", "nobody"), Pair("tokens_of", "karin")));
  const std::uint64_t records = last_record().seq;
  EXPECT_EQ(change("olle", patch).value(), changed) << "nothing is different";
  EXPECT_EQ(last_record().seq, records);
}

TEST_F(Operators, WhoSawAnotherVersionIsToldSo) {
  const Operator made = create("olle", as(Role::auditor)).value().account;
  ASSERT_TRUE(change("olle", disabled()));
  EXPECT_EQ(change_operator(*services, owner(), made.name, as(Role::help_desk), made.version)
                .error()
                .code,
            Errc::conflict);
  EXPECT_EQ(delete_operator(*services, owner(), made.name, made.version).error().code,
            Errc::conflict);
}

TEST_F(Operators, WhoseRoleScopeStateOrTokensChangeIsSignedOut) {
  ASSERT_TRUE(create_group(*services, owner(), group_name("staff")));
  ASSERT_TRUE(create("olle", as(Role::auditor)));
  OperatorPatch scope;
  scope.scope = std::vector{group_name("staff")};
  OperatorPatch tokens;
  tokens.tokens_of = user_name("karin");
  for (const OperatorPatch& patch : {as(Role::help_desk), scope, tokens, disabled()}) {
    sign_in_session("olle");
    ASSERT_EQ(sessions_of("olle"), 1U);
    ASSERT_TRUE(change("olle", patch));
    EXPECT_EQ(sessions_of("olle"), 0U);
  }
  sign_in_session("olle");
  OperatorPatch light;
  light.email = "x@example.org";
  ASSERT_TRUE(change("olle", light));
  EXPECT_EQ(sessions_of("olle"), 1U);
}

TEST_F(Operators, ADeletedAccountIsGoneWithItsSessions) {
  ASSERT_TRUE(create("olle", as(Role::auditor)));
  sign_in_session("olle");
  const std::uint64_t id = operator_named("olle").id.value();
  ASSERT_TRUE(delete_operator(*services, owner(), user_name("olle"), {}));
  EXPECT_TRUE(store.sessions_of(SessionKind::console, id)->empty());
  EXPECT_EQ(get_operator(*services, user_name("olle")).error().code, Errc::not_found);
  EXPECT_EQ(change("olle", disabled()).error().code, Errc::not_found);
  EXPECT_EQ(delete_operator(*services, owner(), user_name("olle"), {}).error().code,
            Errc::not_found);
}

}  // namespace
}  // namespace lockstep
