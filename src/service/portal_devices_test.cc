// SPDX-License-Identifier: Apache-2.0
#include "service/portal_devices.h"

#include "service/portal_test_world.h"
#include "service/token_models.h"

namespace lockstep {
namespace {

class PortalDevices : public PortalWorld {
 protected:
  PortalDevices() { secret_ = by_mail(); }

  [[nodiscard]] Context anna() { return as(secret_); }
  void sign_in_again() {
    clock.advance(Seconds(30));
    secret_ = by_mail();
  }
  DeviceList devices() { return own_devices(*services, anna()).value(); }
  Device device(std::size_t at = 0) { return devices().devices.at(at); }
  bool offers(DeviceAction action) {
    const Device one = device();
    return std::ranges::find(one.actions, action) != one.actions.end();
  }
  static Reason reason_of(const DeviceAnswer& answer) {
    const auto* why = std::get_if<Reason>(&answer);
    return why == nullptr ? Reason::none : *why;
  }

  std::string secret_;
};

TEST_F(PortalDevices, AreTheCallersOwnThePrimaryOneFirst) {
  clock.advance(Seconds(1));
  add_card("anna", "CARD-0030");
  add_person("berta");
  add_card("berta", "OTHER");
  ASSERT_EQ(devices().devices.size(), 2U);
  EXPECT_EQ(device(0).token.serial, serial("FOB-4411")) << "by when they were added";
  ASSERT_TRUE(make_own_primary(*services, anna(), serial("CARD-0030")));
  EXPECT_EQ(device(0).token.serial, serial("CARD-0030"));
  EXPECT_TRUE(device(0).primary);
  EXPECT_FALSE(device(1).primary);
  EXPECT_EQ(devices().email, "a•••@example.org");
  EXPECT_EQ(own_devices(*services, owner()).error().code, Errc::unauthenticated);
}

TEST_F(PortalDevices, SayWhetherTheyAreInStep) {
  EXPECT_EQ(device().sync, SyncState::unused);
  EXPECT_FALSE(device().last_used_at);
  ASSERT_EQ(log_in("anna", shown()), Verdict::accept);
  EXPECT_EQ(device().sync, SyncState::in_sync);
  EXPECT_EQ(device().last_used_at, clock.now().wall);
  EXPECT_EQ(device().life, TokenLife::active);
  clock.advance(Seconds(60));
  ASSERT_EQ(log_in("anna", fob_.shows(clock.now().wall + Seconds(30))), Verdict::accept);
  EXPECT_EQ(device().sync, SyncState::drifting) << "one more step would have been too many";
  clock.advance(Seconds(120));
  // Nine minutes fast: found, and too far away for one code.
  EXPECT_EQ(log_in("anna", fob_.shows(clock.now().wall + Seconds(540))), Verdict::reject);
  EXPECT_EQ(device().sync, SyncState::out_of_sync);
  EXPECT_EQ(log_in("anna", "000000"), Verdict::reject);
  EXPECT_EQ(device().sync, SyncState::out_of_sync) << "a wrong code says nothing of the token";
}

TEST_F(PortalDevices, HaveTheNameTheirOwnerGivesThem) {
  EXPECT_EQ(device().name, "…4411") << "it has no model";
  const auto named = rename_device(*services, anna(), serial("FOB-4411"), "  Keys åäö ").value();
  EXPECT_EQ(std::get<Device>(named).name, "Keys åäö");
  EXPECT_EQ(device().name, "Keys åäö");
  ASSERT_TRUE(rename_device(*services, anna(), serial("FOB-4411"), ""));
  EXPECT_EQ(device().name, "…4411");
  const std::string longest(64 * 2, '\xc3');
  std::string letters;
  for (int i = 0; i < 64; ++i) letters += "å";
  EXPECT_TRUE(rename_device(*services, anna(), serial("FOB-4411"), letters));
  EXPECT_EQ(rename_device(*services, anna(), serial("FOB-4411"), letters + "x").error().code,
            Errc::invalid_input);
  EXPECT_EQ(rename_device(*services, anna(), serial("FOB-4411"), "a\x01").error().code,
            Errc::invalid_input);
  EXPECT_EQ(rename_device(*services, anna(), serial("FOB-4411"), longest).error().code,
            Errc::invalid_input)
      << "no UTF-8";
}

TEST_F(PortalDevices, SomebodyElsesIsNotAssignedWhetherItExistsOrNot) {
  add_person("berta");
  add_card("berta", "OTHER");
  for (const char* other : {"OTHER", "NOWHERE"}) {
    EXPECT_EQ(reason_of(rename_device(*services, anna(), serial(other), "x").value()),
              Reason::not_assigned);
    EXPECT_EQ(reason_of(make_own_primary(*services, anna(), serial(other)).value()),
              Reason::not_assigned);
    EXPECT_EQ(reason_of(report_lost(*services, anna(), serial(other), HowLost::lost, "").value()),
              Reason::not_assigned);
    const auto tested = test_own_device(*services, anna(), serial(other), "123456").value();
    EXPECT_EQ(std::get<ResyncRefusal>(tested).reason, Reason::not_assigned);
  }
  EXPECT_EQ(token("OTHER").status, TokenStatus::enabled);
  EXPECT_TRUE(mails(MailEvent::lost).empty());
}

TEST_F(PortalDevices, ALostOneIsRefusedAtOnceAndBothAreTold) {
  ASSERT_EQ(log_in("anna", shown()), Verdict::accept);
  clock.advance(Seconds(60));
  const auto answer =
      report_lost(*services, anna(), serial("FOB-4411"), HowLost::stolen, "on the train").value();
  EXPECT_EQ(std::get<Device>(answer).life, TokenLife::lost);
  EXPECT_TRUE(std::get<Device>(answer).actions.empty());
  EXPECT_EQ(log_in("anna", shown()), Verdict::reject);

  ASSERT_EQ(mails(MailEvent::lost).size(), 1U);
  EXPECT_EQ(said(mails(MailEvent::lost)[0]).at("how"), "stolen");
  EXPECT_EQ(said(mails(MailEvent::lost)[0]).at("device"), "…4411");
  const Mail told = mails(MailEvent::help_desk).at(0);
  EXPECT_EQ(told.to, "help@example.org");
  EXPECT_EQ(said(told).at("note"), "on the train");
  EXPECT_EQ(said(told).at("user"), "anna");

  ASSERT_TRUE(report_lost(*services, anna(), serial("FOB-4411"), HowLost::lost, ""));
  EXPECT_EQ(mails(MailEvent::lost).size(), 1U) << "again: nothing more happens";
  EXPECT_EQ(report_lost(*services, anna(), serial("FOB-4411"), HowLost::lost, std::string(513, 'x'))
                .error()
                .code,
            Errc::invalid_input);
}

TEST_F(PortalDevices, AReportEndsTheSessionOfWhoSignedInWithTheToken) {
  const std::string thief = by_passcode();
  ASSERT_TRUE(report_lost(*services, anna(), serial("FOB-4411"), HowLost::stolen, ""));
  EXPECT_FALSE(is_open(thief));
  EXPECT_TRUE(is_open(secret_)) << "who reported it stays";
}

TEST_F(PortalDevices, ARevokedOneStaysRevoked) {
  TokenPatch patch;
  patch.status = TokenStatus::revoked;
  ASSERT_TRUE(patch_token(*services, owner(), serial("FOB-4411"), patch, {}));
  sign_in_again();
  EXPECT_EQ(
      reason_of(report_lost(*services, anna(), serial("FOB-4411"), HowLost::lost, "").value()),
      Reason::revoked);
}

TEST_F(PortalDevices, ANewPrimaryOneIsMailedOnce) {
  ASSERT_TRUE(make_own_primary(*services, anna(), serial("FOB-4411")));
  ASSERT_TRUE(make_own_primary(*services, anna(), serial("FOB-4411")));
  EXPECT_EQ(user("anna").primary, token("FOB-4411").id);
  EXPECT_EQ(mails(MailEvent::primary).size(), 1U);
  EXPECT_EQ(count(EventKind::user_primary_changed), 1);
  TokenPatch patch;
  patch.status = TokenStatus::suspended;
  ASSERT_TRUE(patch_token(*services, owner(), serial("FOB-4411"), patch, {}));
  sign_in_again();
  EXPECT_EQ(reason_of(make_own_primary(*services, anna(), serial("FOB-4411")).value()),
            Reason::suspended);
}

TEST_F(PortalDevices, ATestUsesNoCodeUp) {
  const std::string code = shown();
  EXPECT_TRUE(std::holds_alternative<ResyncSuccess>(
      test_own_device(*services, anna(), serial("FOB-4411"), code).value()));
  EXPECT_EQ(log_in("anna", code), Verdict::accept);
}

TEST_F(PortalDevices, ATestTellsNothingOfLaterCodesAndCostsAMissAtLogIn) {
  const std::string later = fob_.shows(clock.now().wall + Seconds(600));
  const auto tried = [&](const std::string& code) {
    return std::get<ResyncRefusal>(
        test_own_device(*services, anna(), serial("FOB-4411"), code).value());
  };
  const UserSync before = user("anna").sync;
  EXPECT_EQ(tried(later).reason, Reason::no_match);
  EXPECT_NE(user("anna").sync, before);
  const ResyncRefusal second = tried(wrong_code(later));
  EXPECT_EQ(second.reason, Reason::no_match);
  EXPECT_EQ(second.attempts_left, 3U) << "both cost a try";
}

TEST_F(PortalDevices, OfferWhatSettingsAndStateAllow) {
  for (const DeviceAction one :
       {DeviceAction::resync, DeviceAction::troubleshoot, DeviceAction::report_lost,
        DeviceAction::rename, DeviceAction::make_primary, DeviceAction::test}) {
    EXPECT_TRUE(offers(one)) << name_of(one);
  }
  ASSERT_TRUE(make_own_primary(*services, anna(), serial("FOB-4411")));
  EXPECT_FALSE(offers(DeviceAction::make_primary)) << "it is";
  TokenPatch patch;
  patch.status = TokenStatus::suspended;
  ASSERT_TRUE(patch_token(*services, owner(), serial("FOB-4411"), patch, {}));
  sign_in_again();
  EXPECT_FALSE(offers(DeviceAction::resync));
  EXPECT_FALSE(offers(DeviceAction::test));
  EXPECT_TRUE(offers(DeviceAction::report_lost));
}

TEST_F(PortalDevices, WhatSettingsTurnOffIsNotAllowed) {
  services->portal.allow = {.resync = false,
                            .report_lost = false,
                            .temporary_code = false,
                            .rename = false,
                            .make_primary = false,
                            .test = false,
                            .not_me = false};
  services->portal.troubleshoot.clear();
  EXPECT_TRUE(device().actions.empty());
  const Serial own = serial("FOB-4411");
  EXPECT_EQ(rename_device(*services, anna(), own, "x").error().code, Errc::not_allowed);
  EXPECT_EQ(make_own_primary(*services, anna(), own).error().code, Errc::not_allowed);
  EXPECT_EQ(report_lost(*services, anna(), own, HowLost::lost, "").error().code, Errc::not_allowed);
  EXPECT_EQ(test_own_device(*services, anna(), own, "123456").error().code, Errc::not_allowed);
}

}  // namespace
}  // namespace lockstep
