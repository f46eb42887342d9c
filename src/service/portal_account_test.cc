// SPDX-License-Identifier: Apache-2.0
#include "service/portal_account.h"

#include <functional>
#include <utility>

#include "service/portal_devices.h"
#include "service/portal_test_world.h"

namespace lockstep {
namespace {

class PortalAccount : public PortalWorld {
 protected:
  PortalAccount() { secret_ = by_mail(); }

  [[nodiscard]] Context anna() { return as(secret_); }
  std::vector<Activity> activity() { return own_activity(*services, anna()).value(); }
  std::optional<Activity> find(const std::string& what) {
    for (Activity& one : activity()) {
      if (one.what == what) return one;
    }
    return std::nullopt;
  }
  Result<std::vector<Serial>> not_me(const Activity& entry) {
    const auto answer = report_not_me(*services, anna(), entry.node, entry.seq);
    if (!answer) return std::unexpected(answer.error());
    const auto* hit = std::get_if<std::vector<Serial>>(&*answer);
    if (hit == nullptr) return fail(Errc::not_allowed, "step_up_required");
    return *hit;
  }
  /// What happens beside the next commit.
  void meanwhile(std::function<void()> what) {
    store.before_commit = [this, what = std::move(what), done = false]() mutable {
      if (!std::exchange(done, true)) what();
    };
  }

  std::string secret_;
};

TEST_F(PortalAccount, ATemporaryCodeIsOneForADayAndMailed) {
  const GivenCodes given = take_temporary_codes(*services, anna()).value();
  ASSERT_EQ(given.codes.size(), 1U);
  EXPECT_EQ(given.until, clock.now().wall + Seconds(24 * 3'600));
  EXPECT_EQ(log_in("anna", given.codes[0]), Verdict::accept);
  EXPECT_EQ(log_in("anna", given.codes[0]), Verdict::accept) << "any number of times";
  const Mail mail = mails(MailEvent::temporary_code).at(0);
  for (const auto& [name, value] : said(mail)) {
    EXPECT_EQ(value.find(given.codes[0]), std::string::npos) << name;
  }
  EXPECT_TRUE(own_devices(*services, anna()).value().temporary);
  ASSERT_TRUE(end_temporary_codes(*services, anna()));
  EXPECT_EQ(log_in("anna", given.codes[0]), Verdict::reject);
  EXPECT_FALSE(own_devices(*services, anna()).value().temporary);
}

TEST_F(PortalAccount, TemporaryCodesAreAsSettingsSay) {
  services->portal.temporary_codes = 3;
  services->portal.temporary_lasts = Seconds(3'600);
  const GivenCodes given = take_temporary_codes(*services, anna()).value();
  ASSERT_EQ(given.codes.size(), 3U);
  EXPECT_EQ(log_in("anna", given.codes[1]), Verdict::accept);
  EXPECT_EQ(log_in("anna", given.codes[1]), Verdict::reject) << "once each";
  services->portal.allow.temporary_code = false;
  EXPECT_EQ(take_temporary_codes(*services, anna()).error().code, Errc::not_allowed);
}

TEST_F(PortalAccount, ActivityIsWhatHappenedNewestFirst) {
  clock.advance(Seconds(1));
  ASSERT_EQ(log_in("anna", shown()), Verdict::accept);
  clock.advance(Seconds(60));
  EXPECT_EQ(log_in("anna", wrong_code(shown())), Verdict::reject);
  const std::vector<Activity> all = activity();
  ASSERT_GE(all.size(), 3U);
  EXPECT_EQ(all[0].what, "sign_in");
  EXPECT_FALSE(all[0].ok);
  EXPECT_EQ(all[0].reason, Reason::no_match);
  EXPECT_EQ(all[0].by, "user");
  EXPECT_EQ(all[0].client, "vpn");
  EXPECT_EQ(all[0].not_me, NotMe::no) << "it did not get in";
  EXPECT_TRUE(all[1].ok);
  EXPECT_EQ(all[1].serial, serial("FOB-4411"));
  EXPECT_EQ(all[1].not_me, NotMe::possible);
  const auto mail = find("email_code");
  ASSERT_TRUE(mail);
  EXPECT_EQ(mail->client, "portal");
  EXPECT_EQ(mail->source, "192.0.2.7");
  EXPECT_EQ(find("assigned")->by, "operator");
}

TEST_F(PortalAccount, ASignInToThePortalIsOneEntry) {
  const std::size_t before = activity().size();
  by_passcode();
  EXPECT_EQ(activity().size(), before + 1);
  EXPECT_EQ(activity().at(0).what, "portal_sign_in");
  EXPECT_TRUE(activity().at(0).ok);
  sign_in("anna", wrong_code(shown()));
  EXPECT_EQ(activity().at(0).what, "portal_sign_in");
  EXPECT_FALSE(activity().at(0).ok);
}

TEST_F(PortalAccount, TwentyEntriesAreShown) {
  for (int i = 0; i < 25; ++i) EXPECT_EQ(log_in("anna", "000000"), Verdict::reject);
  EXPECT_EQ(activity().size(), 20U);
}

TEST_F(PortalAccount, NotMeSuspendsTheTokenEndsOtherSessionsAndTellsTheHelpDesk) {
  const std::string thief = by_passcode();
  add_card("anna", "CARD-0030");
  ASSERT_EQ(log_in("anna", shown()), Verdict::accept);
  const Activity entry = *find("sign_in");
  EXPECT_EQ(not_me(entry).value(), std::vector{serial("FOB-4411")});
  EXPECT_EQ(token("FOB-4411").status, TokenStatus::suspended);
  EXPECT_EQ(token("CARD-0030").status, TokenStatus::enabled) << "the entry names the other one";
  EXPECT_FALSE(is_open(thief));
  EXPECT_TRUE(is_open(secret_));
  EXPECT_EQ(mails(MailEvent::suspended).size(), 1U);
  const auto told = said(mails(MailEvent::help_desk).at(0));
  EXPECT_EQ(told.at("about"), "not_me");
  EXPECT_EQ(find("sign_in")->not_me, NotMe::reported);
  EXPECT_EQ(find("suspended")->not_me, NotMe::no);

  EXPECT_EQ(not_me(entry).value(), std::vector{serial("FOB-4411")}) << "the same answer";
  EXPECT_EQ(mails(MailEvent::suspended).size(), 1U);
  EXPECT_EQ(count(EventKind::not_me), 1);
}

TEST_F(PortalAccount, NotMeOfASignInByMailSuspendsAllTokens) {
  add_card("anna", "CARD-0030");
  EXPECT_EQ(not_me(*find("email_code")).value(),
            (std::vector{serial("CARD-0030"), serial("FOB-4411")}));
  EXPECT_EQ(token("CARD-0030").status, TokenStatus::suspended);
}

TEST_F(PortalAccount, NotMeEndsTheTemporaryCodesThatSomebodyElseTook) {
  const std::string thief = by_passcode();
  const GivenCodes taken = take_temporary_codes(*services, as(thief)).value();
  ASSERT_EQ(log_in("anna", taken.codes.at(0)), Verdict::accept);
  ASSERT_FALSE(find("sign_in")->serial);
  ASSERT_TRUE(not_me(*find("sign_in")));
  EXPECT_EQ(log_in("anna", taken.codes.at(0)), Verdict::reject);
  EXPECT_EQ(count(EventKind::temporary_access_ended), 1);
}

TEST_F(PortalAccount, WhoSignedInWithATokenSaysNotMeOfThatTokenAlone) {
  add_card("anna", "CARD-0030");
  const std::string owner_has = secret_;
  secret_ = by_passcode();
  EXPECT_EQ(not_me(*find("email_code")).error().context, "step_up_required");
  AuditQuery of_card;
  of_card.serial = serial("CARD-0030");
  of_card.kinds = {EventKind::token_assigned};
  const AuditRecord card = store.audit(of_card).value().at(0);
  EXPECT_EQ(std::get<Reason>(report_not_me(*services, anna(), card.node, card.seq).value()),
            Reason::step_up_required);
  EXPECT_EQ(token("CARD-0030").status, TokenStatus::enabled);
  EXPECT_TRUE(is_open(owner_has));
  EXPECT_EQ(not_me(*find("portal_sign_in")).value(), std::vector{serial("FOB-4411")});
  EXPECT_EQ(token("CARD-0030").status, TokenStatus::enabled);
}

TEST_F(PortalAccount, WhereThereAreNoCodesByMailAnEntryThatNamesATokenWillDo) {
  add_card("anna", "CARD-0030");
  secret_ = by_passcode();
  services->portal.email_code = false;
  EXPECT_FALSE(not_me(*find("email_code")));
  EXPECT_EQ(not_me(*find("assigned")).value(), std::vector{serial("CARD-0030")});
}

TEST_F(PortalAccount, NotMeTwiceAtOnceIsOneReportAndEndsWhatBeganMeanwhile) {
  ASSERT_EQ(log_in("anna", shown()), Verdict::accept);
  clock.advance(Seconds(30));
  const Activity entry = *find("sign_in");
  std::string thief;
  meanwhile([&] {
    EXPECT_TRUE(not_me(entry));
    EXPECT_EQ(count(EventKind::not_me), 1);
  });
  EXPECT_EQ(not_me(entry).value(), std::vector{serial("FOB-4411")});
  EXPECT_EQ(count(EventKind::not_me), 1);
  const Activity other = *find("email_code");
  add_card("anna", "CARD-0030");
  const SessionOrder order{
      .by = PortalSignIn::email_code, .about = {}, .task = {}, .token = {}, .before = {}};
  meanwhile([&] {
    ChangeSet set;
    thief = begin_session(*services, visitor(), user("anna"), order, set).secret;
    ASSERT_TRUE(store.commit(std::move(set)));
  });
  ASSERT_TRUE(not_me(other));
  EXPECT_FALSE(is_open(thief));
}

TEST_F(PortalAccount, WhatHappenedToWhoHadTheNameBeforeIsNobodysBusiness) {
  ASSERT_EQ(log_in("anna", shown()), Verdict::accept);
  const Activity before = *find("sign_in");
  const HelpRequest help{"other", {}, ""};
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(ask_for_help(*services, anna(), help).value());
  ASSERT_TRUE(delete_user(*services, owner(), user_name("anna"), {}));
  clock.advance(Seconds(60));
  add_person("anna");
  secret_ = by_mail();
  EXPECT_FALSE(find("sign_in"));
  EXPECT_EQ(not_me(before).error().code, Errc::not_found);
  EXPECT_TRUE(ask_for_help(*services, anna(), help).value());
}

TEST_F(PortalAccount, NotMeIsForOnesOwnEntriesThatCouldBeSomebodyElses) {
  add_person("berta");
  add_card("berta", "OTHER");
  AuditQuery of_berta;
  of_berta.user = user_name("berta");
  of_berta.kinds = {EventKind::token_assigned};
  const AuditRecord others = store.audit(of_berta).value().at(0);
  EXPECT_EQ(log_in("anna", wrong_code(shown())), Verdict::reject);
  const AuditRecord refused = last_record();
  for (const AuditRecord& one : {others, refused}) {
    EXPECT_EQ(report_not_me(*services, anna(), one.node, one.seq).error().code, Errc::not_found);
  }
  for (const std::uint64_t seq : {std::uint64_t{0}, std::uint64_t{1'000'000}, UINT64_MAX}) {
    EXPECT_EQ(report_not_me(*services, anna(), others.node, seq).error().code, Errc::not_found);
  }
  EXPECT_EQ(token("OTHER").status, TokenStatus::enabled);
  services->portal.allow.not_me = false;
  EXPECT_EQ(not_me(*find("email_code")).error().code, Errc::not_allowed);
}

TEST_F(PortalAccount, TheHelpDeskIsAskedFiveTimesADay) {
  const HelpRequest request{"resync", serial("FOB-4411"), "It shows nothing."};
  for (int i = 0; i < 5; ++i) EXPECT_TRUE(ask_for_help(*services, anna(), request).value());
  EXPECT_FALSE(ask_for_help(*services, anna(), request).value());
  EXPECT_EQ(mails(MailEvent::help_desk).size(), 5U);
  const auto told = said(mails(MailEvent::help_desk)[0]);
  EXPECT_EQ(told.at("serial"), "FOB-4411");
  EXPECT_EQ(told.at("note"), "It shows nothing.");
  clock.advance(Seconds(24 * 3'600 + 1));
  secret_ = by_mail();
  EXPECT_TRUE(ask_for_help(*services, anna(), request).value());
}

TEST_F(PortalAccount, TheHelpDeskIsNotAskedMoreOftenByManyAtOnce) {
  const HelpRequest request{"other", {}, ""};
  for (int i = 0; i < 4; ++i) ASSERT_TRUE(ask_for_help(*services, anna(), request).value());
  const Context context = anna();
  meanwhile([&] { EXPECT_TRUE(ask_for_help(*services, context, request).value()); });
  EXPECT_FALSE(ask_for_help(*services, context, request).value());
  EXPECT_EQ(mails(MailEvent::help_desk).size(), 5U);
}

TEST_F(PortalAccount, HelpIsAboutOnesOwnTokens) {
  EXPECT_EQ(ask_for_help(*services, anna(), {"other", serial("OTHER"), ""}).error().code,
            Errc::not_found);
  EXPECT_EQ(ask_for_help(*services, anna(), {"other", {}, std::string(513, 'x')}).error().code,
            Errc::invalid_input);
  EXPECT_EQ(ask_for_help(*services, owner(), {"other", {}, ""}).error().code,
            Errc::unauthenticated);
}

}  // namespace
}  // namespace lockstep
