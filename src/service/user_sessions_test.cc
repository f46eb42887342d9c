// SPDX-License-Identifier: Apache-2.0
#include "service/user_sessions.h"

#include <memory>

#include "service/bulk_tokens.h"
#include "service/portal_test_world.h"

namespace lockstep {
namespace {

class UserSessions : public PortalWorld {};

TEST_F(UserSessions, ARightPasscodeOpensOneAndAWrongOneDoesNot) {
  const PasscodeAnswer answer = sign_in("Anna", shown());
  ASSERT_TRUE(answer.begun);
  const UserSession& session = answer.begun->session;
  EXPECT_EQ(session.user.name, user_name("anna"));
  EXPECT_EQ(session.by, PortalSignIn::passcode);
  EXPECT_EQ(answer.begun->secret.size(), 22U) << "128 bits";
  EXPECT_FALSE(fresh_until(*services, session.session)) << "a passcode proves nothing new";
  EXPECT_EQ(session.session.expires_at, clock.now().wall + Seconds(900));
  EXPECT_TRUE(is_open(answer.begun->secret));
  EXPECT_EQ(count(EventKind::portal_signed_in), 1);

  clock.advance(Seconds(30));
  EXPECT_FALSE(sign_in("anna", wrong_code(shown())).begun);
  EXPECT_FALSE(sign_in("nobody", shown()).begun);
  EXPECT_FALSE(sign_in("no such name\x01", shown()).begun);
  EXPECT_FALSE(is_open("AAAAAAAAAAAAAAAAAAAAAA"));
  EXPECT_EQ(count(EventKind::portal_signed_in), 1);
}

TEST_F(UserSessions, TheStoreHoldsTheHashOfTheSecretAlone) {
  const std::string secret = by_passcode();
  const auto kept = store.sessions_of(SessionKind::portal, user("anna").id.value()).value();
  ASSERT_EQ(kept.size(), 1U);
  EXPECT_EQ(kept[0].data.find(secret), std::string::npos);
  EXPECT_NE(csrf_of(secret), secret);
  EXPECT_EQ(csrf_of(secret).size(), 22U);
}

TEST_F(UserSessions, WhereSettingsAskForAPasswordNoneIsWrong) {
  set_password("anna", "correct horse");
  services->portal.password = true;
  EXPECT_FALSE(sign_in("anna", shown()).begun);
  clock.advance(Seconds(30));
  PasscodeSignIn request{
      .user = "anna", .password = Secret::copy_of("wrong horse"), .code = shown(), .about = ""};
  EXPECT_FALSE(sign_in_with_passcode(*services, visitor(), std::move(request)).value().begun);
  clock.advance(Seconds(30));
  PasscodeSignIn right{
      .user = "anna", .password = Secret::copy_of("correct horse"), .code = shown(), .about = ""};
  EXPECT_TRUE(sign_in_with_passcode(*services, visitor(), std::move(right)).value().begun);
}

TEST_F(UserSessions, EndsAfterFifteenMinutesWithoutInput) {
  const std::string secret = by_passcode();
  clock.advance(Seconds(900 - 31));
  EXPECT_TRUE(is_open(secret)) << "a look is no input";
  clock.advance(Seconds(1));
  EXPECT_FALSE(is_open(secret));
}

TEST_F(UserSessions, InputBeginsTheIdleTimeAnewUntilEightHoursAreOver) {
  const std::string secret = by_passcode();
  for (int i = 0; i < 47; ++i) {
    clock.advance(Seconds(600));
    ASSERT_TRUE(find_user_session(*services, secret, Touch::yes).value()) << i;
  }
  clock.advance(Seconds(569));
  EXPECT_TRUE(is_open(secret));
  clock.advance(Seconds(1));
  EXPECT_FALSE(is_open(secret)) << "8 hours after sign-in";
}

TEST_F(UserSessions, KeepingItIsInputAtOnce) {
  const std::string secret = by_passcode();
  const Context context = as(secret);
  EXPECT_EQ(keep_user_session(*services, context).value().session.expires_at,
            clock.now().wall + Seconds(900));
  EXPECT_EQ(keep_user_session(*services, owner()).error().code, Errc::unauthenticated);
}

TEST_F(UserSessions, SignsOutHereOrEverywhere) {
  const std::string one = by_passcode();
  const std::string two = by_passcode();
  const std::string three = by_passcode();
  ASSERT_TRUE(end_user_session(*services, visitor(), one));
  EXPECT_FALSE(is_open(one));
  EXPECT_TRUE(is_open(two));
  ASSERT_TRUE(end_user_session(*services, visitor(), one)) << "again: nothing happens";
  EXPECT_EQ(count(EventKind::portal_signed_out), 1);
  ASSERT_TRUE(end_own_sessions(*services, as(two)));
  EXPECT_FALSE(is_open(two));
  EXPECT_FALSE(is_open(three));
  EXPECT_EQ(last_record().event.actor, Actor("user:anna"));
}

TEST_F(UserSessions, IsOfNoUseToWhoWasDisabledOrIsSomebodyElse) {
  const std::string secret = by_passcode();
  UserPatch patch;
  patch.status = UserStatus::disabled;
  ASSERT_TRUE(upsert_user(*services, owner(), user_name("anna"), patch, {}));
  EXPECT_FALSE(is_open(secret));
  ASSERT_TRUE(delete_user(*services, owner(), user_name("anna"), {}));
  add_person("anna");
  EXPECT_FALSE(is_open(secret)) << "the next anna is another one";
}

TEST_F(UserSessions, EndWhenWhatTheyWereBegunWithIsTheUsersNoMore) {
  const auto ended_by = [&](const char* what, const auto& change) {
    const std::string secret = by_passcode();
    change();
    EXPECT_TRUE(store.sessions_of(SessionKind::portal, user("anna").id.value()).value().empty())
        << what;
    EXPECT_FALSE(is_open(secret)) << what;
  };
  const auto upsert = [&](UserPatch patch) {
    return [this, patch = std::make_shared<UserPatch>(std::move(patch))] {
      ASSERT_TRUE(upsert_user(*services, owner(), user_name("anna"), *patch, {}));
    };
  };
  const auto made = [&](TokenStatus status) {
    return [this, status] {
      TokenPatch patch;
      patch.status = status;
      ASSERT_TRUE(patch_token(*services, owner(), serial("FOB-4411"), patch, {}));
    };
  };
  UserPatch address;
  address.email = "anna@elsewhere.example.org";
  ended_by("another address", upsert(std::move(address)));
  ended_by("the help desk", [&] {
    ASSERT_TRUE(end_sessions_of_user(*services, owner(), user_name("anna")));
    EXPECT_EQ(last_record().event.kind, EventKind::portal_signed_out);
    EXPECT_EQ(last_record().event.actor, Actor("owner"));
  });
  ended_by("suspended", made(TokenStatus::suspended));
  made(TokenStatus::enabled)();
  ended_by("several at once", [&] {
    ASSERT_TRUE(change_tokens(*services, owner(), {{serial("FOB-4411")}, TokenStatus::suspended}));
  });
  made(TokenStatus::enabled)();
  UserPatch disabled;
  disabled.status = UserStatus::disabled;
  ended_by("disabled", upsert(std::move(disabled)));
  EXPECT_EQ(end_sessions_of_user(*services, owner(), user_name("ghost")).error().code,
            Errc::not_found);
}

TEST_F(UserSessions, StayWhenNothingOfThatChanged) {
  const std::string secret = by_passcode();
  UserPatch patch;
  patch.phone = "+46 8 555 01 00";
  ASSERT_TRUE(upsert_user(*services, owner(), user_name("anna"), patch, {}));
  TokenPatch other;
  other.model = "Fob";
  ASSERT_TRUE(patch_token(*services, owner(), serial("FOB-4411"), other, {}));
  EXPECT_TRUE(is_open(secret));
}

TEST_F(UserSessions, AnOperatorsSessionIsNone) {
  Session session;
  session.hash.fill(1);
  session.kind = SessionKind::console;
  session.subject = user("anna").id.value();
  session.created_at = clock.now().wall;
  session.expires_at = clock.now().wall + Seconds(900);
  ASSERT_TRUE(store.commit(ChangeSet{{InsertSession{session}}, {}}));
  Caller caller{Actor("user:anna"), {}, ""};
  caller.session = session.hash;
  caller.user = user_name("anna");
  EXPECT_EQ(own_user_session(*services, begin(*services, caller)).error().code,
            Errc::unauthenticated);
}

TEST_F(UserSessions, ItsHolderMayDoForThemselvesWhatThePortalOffersAndNoMore) {
  const Context context = as(by_passcode());
  EXPECT_EQ(context.caller.actor, Actor("user:anna"));
  EXPECT_EQ(context.caller.permissions, Permissions{Permission::self_service});
  EXPECT_EQ(context.caller.source, "portal 192.0.2.7");
  EXPECT_FALSE(context.caller.fresh_until);
  const Context fresh = as(by_mail());
  EXPECT_EQ(fresh.caller.fresh_until, clock.now().wall + Seconds(600));
}

TEST_F(UserSessions, KeepsALanguageThatThePortalSpeaks) {
  const Context context = as(by_passcode());
  ASSERT_TRUE(set_language(*services, context, "sv"));
  EXPECT_EQ(user("anna").language, "sv");
  EXPECT_EQ(set_language(*services, context, "xx").error().code, Errc::invalid_input);
  EXPECT_EQ(set_language(*services, owner(), "sv").error().code, Errc::unauthenticated);
}

}  // namespace
}  // namespace lockstep
