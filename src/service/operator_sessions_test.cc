// SPDX-License-Identifier: Apache-2.0
#include "service/operator_sessions.h"

#include <gmock/gmock.h>

#include "service/console_test_world.h"
#include "service/groups.h"

namespace lockstep {
namespace {

using testing::IsEmpty;
using testing::SizeIs;

class OperatorSessions : public ConsoleWorld {
 protected:
  [[nodiscard]] bool is_refused(std::string_view name, std::string_view password,
                                std::string code) {
    return !sign_in(name, password, std::move(code)).signed_in;
  }
  /// Why, as the audit has it.
  std::string cause() {
    const AuditEvent event = last_record().event;
    EXPECT_EQ(event.kind, EventKind::operator_refused);
    for (const auto& [name, value] : event.details) {
      if (name == "cause") return value;
    }
    return "";
  }
  void change(const OperatorPatch& patch) {
    ASSERT_TRUE(change_operator(*services, owner(), user_name("karin"), patch, {}));
  }
  Context as(const std::string& secret) {
    return begin(*services, find_session_caller(*services, secret).value().value());
  }
};

TEST_F(OperatorSessions, PasswordAndCodeTogetherSignIn) {
  const SignedIn done = signed_in();
  EXPECT_EQ(done.account.name, user_name("karin"));
  EXPECT_EQ(done.secret.size(), 43U);
  EXPECT_EQ(account().signed_in_at, clock.now().wall);
  const AuditEvent event = last_record().event;
  EXPECT_EQ(event.kind, EventKind::operator_signed_in);
  EXPECT_EQ(event.actor, Actor("operator:karin"));
  EXPECT_EQ(event.source, "console 192.0.2.7");
}

TEST_F(OperatorSessions, TheStoreHoldsNoSecret) {
  const SignedIn done = signed_in();
  const auto stored = store.sessions_of(SessionKind::console, account().id.value()).value();
  ASSERT_THAT(stored, SizeIs(1));
  EXPECT_NE(stored[0].hash, SessionHash{});
  const std::string hash(stored[0].hash.begin(), stored[0].hash.end());
  EXPECT_EQ(hash.find(done.secret.substr(0, 8)), std::string::npos);
}

TEST_F(OperatorSessions, NeitherAloneSignsIn) {
  EXPECT_TRUE(is_refused("karin", "wrong long phrase", card_->press()));
  EXPECT_EQ(cause(), "password");
  EXPECT_TRUE(is_refused("karin", kPassword, wrong_code(card_->press())));
  EXPECT_EQ(cause(), "code");
  EXPECT_TRUE(is_refused("karin", kPassword, ""));
  EXPECT_TRUE(is_refused("karin", "", card_->press()));
  EXPECT_TRUE(is_refused("Karina", kPassword, card_->press()));
  EXPECT_EQ(cause(), "unknown");
}

TEST_F(OperatorSessions, ACodeIsSpentByASignInAndByNoOther) {
  const std::string code = card_->press();
  EXPECT_FALSE(is_refused("karin", kPassword, code));
  EXPECT_TRUE(is_refused("karin", kPassword, code));
  EXPECT_EQ(log_in("karin", code), Verdict::reject);
  EXPECT_EQ(log_in("karin", card_->press()), Verdict::accept);
}

TEST_F(OperatorSessions, AWrongCodeIsChargedLikeThatOfAnyLogIn) {
  EXPECT_TRUE(is_refused("karin", kPassword, wrong_code(card_->press())));
  EXPECT_EQ(user("karin").sync.misses_in_row, 1U);
}

TEST_F(OperatorSessions, TheUsersOwnPasswordIsNotTheOperators) {
  set_password("karin", "the user's password");
  EXPECT_TRUE(is_refused("karin", "the user's password", card_->press()));
  EXPECT_FALSE(is_refused("karin", kPassword, card_->press())) << "and is not asked for";
}

TEST_F(OperatorSessions, AUserOfTheSameNameIsNotChargedForAStranger) {
  add_user("anna");
  add_card("anna", "A1");
  const UserSync before = user("anna").sync;
  EXPECT_TRUE(is_refused("anna", "whatever it may be", "123456"));
  EXPECT_EQ(user("anna").sync, before);
}

TEST_F(OperatorSessions, ANameThatIsNoneIsNotWrittenDown) {
  EXPECT_TRUE(is_refused("hunter2hunter2", kPassword, card_->press()));
  const auto records = store.audit({.limit = 2}).value();
  for (const AuditRecord& record : records) {
    EXPECT_EQ(record.event.user, std::nullopt);
    for (const auto& [name, value] : record.event.details) {
      EXPECT_EQ(value.find("hunter"), std::string::npos);
    }
  }
}

TEST_F(OperatorSessions, EachRefusalIsTwoRecordsWhateverItsCause) {
  const auto records_of = [&](std::string_view name, std::string_view password,
                              const std::string& code) {
    const std::uint64_t before = last_record().seq;
    EXPECT_TRUE(is_refused(name, password, code));
    return last_record().seq - before;
  };
  EXPECT_EQ(records_of("nobody", kPassword, card_->press()), 2U);
  EXPECT_EQ(records_of("karin", "a wrong phrase!", card_->press()), 2U);
  EXPECT_EQ(records_of("karin", kPassword, wrong_code(card_->press())), 2U);
}

TEST_F(OperatorSessions, WhoIsDisabledOrNotSetUpIsRefused) {
  OperatorPatch patch;
  patch.role = Role::auditor;
  patch.tokens_of = user_name("karin");
  ASSERT_TRUE(create_operator(*services, owner(), user_name("olle"), patch));
  EXPECT_TRUE(is_refused("olle", "", card_->press()));
  EXPECT_EQ(cause(), "not_set_up");
  patch = {};
  patch.status = OperatorStatus::disabled;
  change(patch);
  EXPECT_TRUE(is_refused("karin", kPassword, card_->press()));
  EXPECT_EQ(cause(), "disabled");
}

TEST_F(OperatorSessions, WrongPasswordsLeadToPausesThatGrow) {
  for (std::uint32_t i = 0; i <= kFreeWrongPasswords; ++i) {
    EXPECT_TRUE(is_refused("karin", "a wrong phrase!", card_->press()));
    EXPECT_EQ(cause(), "password");
  }
  EXPECT_EQ(paused_until(account()), clock.now().wall + Seconds(1));
  EXPECT_TRUE(is_refused("karin", kPassword, card_->press()));
  EXPECT_EQ(cause(), "paused");
  EXPECT_EQ(account().wrong_passwords, kFreeWrongPasswords + 1) << "nothing was tried";
  clock.advance(Seconds(1));
  EXPECT_TRUE(is_refused("karin", "a wrong phrase!", card_->press()));
  EXPECT_EQ(paused_until(account()), clock.now().wall + Seconds(2));
}

TEST(OperatorPause, IsAMinuteAtMost) {
  Operator account{.id = OperatorId(1), .name = user_name("a")};
  EXPECT_EQ(paused_until(account), std::nullopt);
  account.wrong_at = WallTime(Seconds(1'000));
  account.wrong_passwords = kFreeWrongPasswords;
  EXPECT_EQ(paused_until(account), std::nullopt);
  using Pause = std::pair<std::uint32_t, int>;
  for (const auto& [wrong, seconds] :
       {Pause(1, 1), Pause(2, 2), Pause(6, 32), Pause(7, 60), Pause(8, 60), Pause(1'000'000, 60)}) {
    account.wrong_passwords = kFreeWrongPasswords + wrong;
    EXPECT_EQ(paused_until(account), *account.wrong_at + Seconds(seconds)) << wrong;
  }
}

TEST_F(OperatorSessions, ARightSignInForgetsWrongPasswords) {
  EXPECT_TRUE(is_refused("karin", "a wrong phrase!", card_->press()));
  EXPECT_EQ(account().wrong_passwords, 1U);
  signed_in();
  EXPECT_EQ(account().wrong_passwords, 0U);
}

TEST_F(OperatorSessions, RefusalsAreHeldBackMoreAndMore) {
  Micros held{0};
  for (std::uint32_t i = 0; i < SourceLimit::kFree + 10; ++i) {
    const SignInAnswer answer = sign_in("nobody", "a wrong phrase!", "123456");
    EXPECT_GE(answer.hold, held);
    held = answer.hold;
  }
  EXPECT_GT(held, Micros(0));
}

TEST_F(OperatorSessions, TheHolderOfASessionIsItsOperator) {
  const Caller caller = find_session_caller(*services, signed_in().secret).value().value();
  EXPECT_EQ(caller.actor, Actor("operator:karin"));
  EXPECT_EQ(caller.permissions, permissions_of(Role::administrator));
  EXPECT_THAT(caller.scope, IsEmpty());
  EXPECT_FALSE(is_signed_in("nonsense"));
  EXPECT_FALSE(is_signed_in(""));
}

TEST_F(OperatorSessions, AScopeTakesAwayWhatConcernsEverybody) {
  ASSERT_TRUE(create_group(*services, owner(), group_name("staff")));
  OperatorPatch patch;
  patch.scope = std::vector{group_name("staff")};
  change(patch);
  const Caller caller = find_session_caller(*services, signed_in().secret).value().value();
  EXPECT_EQ(caller.scope, *patch.scope);
  for (const Permission gone :
       {Permission::keys_write, Permission::policy_write, Permission::operators_read,
        Permission::operators_write, Permission::backup, Permission::rekey,
        Permission::authenticate, Permission::self_service, Permission::metrics_read}) {
    EXPECT_FALSE(caller.permissions.has(gone)) << name_of(gone);
  }
  EXPECT_TRUE(caller.permissions.has(Permission::users_write));
}

TEST_F(OperatorSessions, ASessionEndsAfterAQuarterOfAnHourWithoutUse) {
  const std::string secret = signed_in().secret;
  for (int i = 0; i < 5; ++i) {
    clock.advance(Seconds(14 * 60));
    ASSERT_TRUE(is_signed_in(secret)) << i;
  }
  clock.advance(Seconds(15 * 60));
  EXPECT_FALSE(is_signed_in(secret));
}

TEST_F(OperatorSessions, ASessionEndsAfterEightHoursWhateverHappens) {
  const std::string secret = signed_in().secret;
  for (int minutes = 10; minutes < 8 * 60; minutes += 10) {
    clock.advance(Seconds(600));
    ASSERT_TRUE(is_signed_in(secret)) << minutes;
  }
  clock.advance(Seconds(600));
  EXPECT_FALSE(is_signed_in(secret));
}

TEST_F(OperatorSessions, ASessionIsWrittenAnewOnceAMinuteAtMost) {
  const std::string secret = signed_in().secret;
  const auto version = [&] {
    return store.sessions_of(SessionKind::console, account().id.value())->at(0).version;
  };
  const RowVersion first = version();
  clock.advance(Seconds(59));
  EXPECT_TRUE(is_signed_in(secret));
  EXPECT_EQ(version(), first);
  clock.advance(Seconds(1));
  EXPECT_TRUE(is_signed_in(secret));
  EXPECT_NE(version(), first);
}

TEST_F(OperatorSessions, SigningOutEndsOneSession) {
  const std::string first = signed_in().secret;
  const std::string second = signed_in().secret;
  EXPECT_EQ(own_session(*services, as(first)).value().account.name, user_name("karin"));
  ASSERT_TRUE(sign_out(*services, as(first)));
  EXPECT_EQ(last_record().event.kind, EventKind::operator_signed_out);
  EXPECT_FALSE(is_signed_in(first));
  EXPECT_TRUE(is_signed_in(second));
  EXPECT_EQ(own_session(*services, owner()).error().code, Errc::not_found);
  EXPECT_EQ(sign_out(*services, owner()).error().code, Errc::not_found);
}

TEST_F(OperatorSessions, SessionsAreListedAndEndedOneByOneOrAll) {
  const SignedIn first = signed_in();
  clock.advance(Seconds(1));
  const SignedIn second = signed_in();
  const SignedIn third = signed_in();
  const auto list = [&] { return list_sessions(*services, owner(), user_name("karin")).value(); };
  ASSERT_THAT(list(), SizeIs(3));
  EXPECT_EQ(list().back().hash, first.session.hash) << "newest first";
  ASSERT_TRUE(end_session(*services, owner(), user_name("karin"), session_name(second.session)));
  EXPECT_FALSE(is_signed_in(second.secret));
  EXPECT_TRUE(is_signed_in(third.secret));
  EXPECT_EQ(end_session(*services, owner(), user_name("karin"), "00").error().code,
            Errc::not_found);
  ASSERT_TRUE(end_sessions(*services, as(first.secret), user_name("karin"))) << "one's own";
  EXPECT_THAT(list(), IsEmpty());
  EXPECT_FALSE(is_signed_in(third.secret));
}

TEST_F(OperatorSessions, NobodySignsOutWhoMayDoMore) {
  const SignedIn karin = signed_in();
  const Context desk = with({Permission::operators_write, Permission::operators_read});
  EXPECT_EQ(end_sessions(*services, desk, user_name("karin")).error().code, Errc::not_allowed);
  EXPECT_EQ(
      end_session(*services, desk, user_name("karin"), session_name(karin.session)).error().code,
      Errc::not_allowed);
  EXPECT_TRUE(is_signed_in(karin.secret));
}

TEST_F(OperatorSessions, APortalsSessionIsNoConsoles) {
  const SignedIn done = signed_in();
  Session portal = done.session;
  portal.kind = SessionKind::portal;
  ASSERT_TRUE(store.commit(ChangeSet{{DeleteSession{portal.hash}, InsertSession{portal}}, {}}));
  EXPECT_FALSE(is_signed_in(done.secret));
}

}  // namespace
}  // namespace lockstep
