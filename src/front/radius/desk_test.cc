// SPDX-License-Identifier: Apache-2.0
#include "front/radius/desk.h"

#include "front/radius/desk_fixture.h"

namespace lockstep {
namespace {

// ---- Who is listened to

TEST_F(DeskTest, StrangersGetNothing) {
  const auto received = desk->receive(packet_of({.password = "x"}), sender("198.51.100.1"));
  EXPECT_TRUE(std::holds_alternative<RadiusDesk::Drop>(received));
  EXPECT_EQ(desk->meter().of(RadiusFate::stranger), 1U);
}

TEST_F(DeskTest, WhatIsNoRequestGetsNothing) {
  Bytes reply = packet_of({.password = "x"});
  reply[0] = static_cast<std::uint8_t>(RadiusCode::access_accept);
  EXPECT_TRUE(std::holds_alternative<RadiusDesk::Drop>(desk->receive(reply, sender())));
  EXPECT_TRUE(std::holds_alternative<RadiusDesk::Drop>(desk->receive(Bytes(19), sender())));
  EXPECT_EQ(desk->meter().of(RadiusFate::malformed), 2U);
}

TEST_F(DeskTest, UnsignedRequestsGetNothingUnlessTheClientMayLeaveItOut) {
  SimulatedToken card = add_card("anna");
  EXPECT_EQ(answer({.password = "2580" + card.press(), .is_signed = false}), "nothing");
  EXPECT_EQ(desk->meter().of(RadiusFate::unsigned_), 1U);
  RadiusClient old = gate();
  old.without_signature = RadiusUnsigned::taken;
  open(std::move(old));
  EXPECT_EQ(answer({.password = "2580" + card.press(), .is_signed = false}), "accept");
}

TEST_F(DeskTest, WhoMayLeaveItOutMaySendNoProxyState) {
  RadiusClient old = gate();
  old.without_signature = RadiusUnsigned::taken;
  open(std::move(old));
  SimulatedToken card = add_card("anna");
  // The shape of a forged exchange: what is echoed steers the MD5 of the reply (CVE-2024-3596).
  const std::string steering(200, 'x');
  EXPECT_EQ(answer({.password = "2580" + card.press(),
                    .is_signed = false,
                    .more = {{RadiusType::proxy_state, steering}}}),
            "nothing");
  EXPECT_EQ(answer({.password = "2580" + card.press(),
                    .id = 2,
                    .more = {{RadiusType::proxy_state, steering}}}),
            "accept");
}

TEST_F(DeskTest, AWrongSignatureIsNeverTakenAndLeavesNoTrace) {
  RadiusClient old = gate();
  old.without_signature = RadiusUnsigned::taken;
  open(std::move(old));
  SimulatedToken card = add_card("anna");
  const Asked asked{.password = "2580" + card.press()};
  Bytes forged = packet_of(asked);
  forged[25] ^= 1U;
  EXPECT_TRUE(std::holds_alternative<RadiusDesk::Drop>(desk->receive(forged, sender())));
  EXPECT_EQ(desk->meter().of(RadiusFate::forged), 1U);
  EXPECT_EQ(answer(asked), "accept");
}

TEST_F(DeskTest, AnotherSecretIsNamedInTheLogOnceAMinute) {
  for (int i = 0; i < 5; ++i) {
    EXPECT_TRUE(std::holds_alternative<RadiusDesk::Drop>(
        desk->receive(packet_of({.password = "x"}, "quite another secret"), sender())));
  }
  ASSERT_EQ(said.size(), 1U);
  EXPECT_NE(said[0].find("gate"), std::string::npos);
  clock.advance(Seconds(60));
  static_cast<void>(desk->receive(packet_of({.password = "x"}, "quite another secret"), sender()));
  EXPECT_EQ(said.size(), 2U);
}

TEST_F(DeskTest, AnotherSecretOfAClientThatSignsNothingIsNamedToo) {
  RadiusClient old = gate();
  old.without_signature = RadiusUnsigned::taken;
  open(std::move(old));
  EXPECT_EQ(answer({.password = "2580 nö code", .is_signed = false}), "reject");
  EXPECT_TRUE(said.empty()) << "that is text";
  const Asked other{.password = "2580123456", .id = 2, .is_signed = false};
  auto received = desk->receive(packet_of(other, "quite another secret"), sender());
  auto& work = std::get<RadiusWork>(received);
  desk->done(work, desk->judge(work));
  ASSERT_EQ(said.size(), 1U);
  EXPECT_NE(said[0].find("compare the device's with the client's secret_file"), std::string::npos);
}

TEST_F(DeskTest, StatusServerIsAnsweredAndAlwaysSigned) {
  RadiusClient old = gate();
  old.without_signature = RadiusUnsigned::taken;
  open(std::move(old));
  const Secret secret = Secret::copy_of(kShared);
  Bytes status = RadiusWriter(RadiusCode::status_server, 9, Md5Digest{}).finish_request(secret);
  const auto received = desk->receive(status, sender());
  ASSERT_TRUE(std::holds_alternative<Bytes>(received));
  EXPECT_EQ(RadiusPacket::parse(std::get<Bytes>(received))->code(), RadiusCode::access_accept);
  RadiusSender to_accounting = sender();
  to_accounting.door = RadiusDoor::accounting;
  const auto recorded = desk->receive(status, to_accounting);
  ASSERT_TRUE(std::holds_alternative<Bytes>(recorded));
  EXPECT_EQ(RadiusPacket::parse(std::get<Bytes>(recorded))->code(),
            RadiusCode::accounting_response);
  status.resize(20);
  status[3] = 20;
  EXPECT_TRUE(std::holds_alternative<RadiusDesk::Drop>(desk->receive(status, sender())));
}

TEST_F(DeskTest, OtherMethodsAreRejectedAndTheLogSaysWhy) {
  const Secret secret = Secret::copy_of(kShared);
  RadiusWriter chap(RadiusCode::access_request, 3, Md5Digest{});
  EXPECT_TRUE(chap.add_text(RadiusType::user_name, "anna"));
  EXPECT_TRUE(chap.add(RadiusType::chap_password, Bytes(17, 1)));
  const auto received = desk->receive(std::move(chap).finish_request(secret), sender());
  ASSERT_TRUE(std::holds_alternative<Bytes>(received));
  EXPECT_EQ(RadiusPacket::parse(std::get<Bytes>(received))->code(), RadiusCode::access_reject);
  ASSERT_EQ(said.size(), 1U);
  EXPECT_NE(said[0].find("set the client to PAP"), std::string::npos);
}

// ---- Requests that come again

TEST_F(DeskTest, ARequestThatComesAgainGetsTheSameBytesAndIsNotJudgedTwice) {
  SimulatedToken card = add_card("anna");
  const Bytes request = packet_of({.password = "2580" + card.press()});
  auto first = desk->receive(request, sender());
  const auto& work = std::get<RadiusWork>(first);
  // While it is being judged its like are not: its answer will come.
  EXPECT_TRUE(std::holds_alternative<RadiusDesk::Drop>(desk->receive(request, sender())));
  const auto reply = desk->judge(work);
  desk->done(work, reply);
  EXPECT_EQ(desk->meter().of(RadiusFate::accepted), 1U);
  for (int i = 0; i < 3; ++i) {
    const auto again = desk->receive(request, sender());
    EXPECT_EQ(std::get<Bytes>(again), reply->bytes);
  }
  EXPECT_EQ(desk->meter().of(RadiusFate::accepted), 1U);
  // From another port it is another request, and the code is used up.
  auto other = desk->receive(request, sender("192.0.2.1", 40'001));
  const auto& second = std::get<RadiusWork>(other);
  const auto refused = desk->judge(second);
  desk->done(second, refused);
  EXPECT_EQ(RadiusPacket::parse(refused->bytes)->code(), RadiusCode::access_reject);
}

TEST_F(DeskTest, WhatItsClientHasGivenUpOnIsNotJudged) {
  SimulatedToken card = add_card("anna");
  const Bytes request = packet_of({.password = "2580" + card.press()});
  auto received = desk->receive(request, sender());
  const auto& work = std::get<RadiusWork>(received);
  clock.advance(Micros(5'000'001));
  EXPECT_FALSE(desk->judge(work));
  desk->done(work, std::nullopt);
  EXPECT_EQ(desk->meter().of(RadiusFate::given_up), 1U);
  // Nothing was used up: asked again, it is judged.
  auto again = desk->receive(request, sender());
  const auto& second = std::get<RadiusWork>(again);
  EXPECT_EQ(RadiusPacket::parse(desk->judge(second)->bytes)->code(), RadiusCode::access_accept);
  desk->done(second, std::nullopt);
}

TEST_F(DeskTest, AsLongAsItIsAskedAgainItHasNotGivenUp) {
  SimulatedToken card = add_card("anna");
  const Bytes request = packet_of({.password = "2580" + card.press()});
  auto received = desk->receive(request, sender());
  const auto& work = std::get<RadiusWork>(received);
  clock.advance(Seconds(4));
  EXPECT_TRUE(std::holds_alternative<RadiusDesk::Drop>(desk->receive(request, sender())));
  clock.advance(Seconds(4));
  EXPECT_TRUE(desk->judge(work));
  desk->done(work, std::nullopt);
}

TEST_F(DeskTest, WhereMoreIsAskedThanCanBeDecidedWhatHasWaitedTooLongIsDropped) {
  const auto late = [&](std::uint8_t id) {
    auto received = desk->receive(packet_of({.password = "258000000", .id = id}), sender());
    const auto& work = std::get<RadiusWork>(received);
    clock.advance(Micros(600'000));
    const auto reply = desk->judge(work);
    desk->done(work, reply);
    return reply.has_value();
  };
  EXPECT_TRUE(late(1)) << "once is a pause";
  EXPECT_FALSE(late(2));
  EXPECT_EQ(desk->meter().of(RadiusFate::overloaded), 1U);
  ASSERT_FALSE(said.empty());
  EXPECT_NE(said.back().find("more is asked than can be decided"), std::string::npos);
  EXPECT_EQ(answer({.password = "258000000", .id = 3}), "reject") << "and then as before";
}

TEST_F(DeskTest, AClientHasOnlySoManyRequestsWaiting) {
  RadiusClient narrow = gate();
  narrow.in_flight_max = 2;
  open(std::move(narrow));
  const auto take = [&](std::uint8_t id, const char* from) {
    return desk->receive(packet_of({.password = "2580123456", .id = id}), sender(from));
  };
  auto one = take(1, "192.0.2.1");
  auto two = take(2, "192.0.2.2");
  EXPECT_TRUE(std::holds_alternative<RadiusDesk::Drop>(take(3, "192.0.2.3")));
  EXPECT_EQ(desk->meter().of(RadiusFate::overloaded), 1U);
  EXPECT_EQ(desk->in_flight(), 2U);
  desk->refuse(std::get<RadiusWork>(one));
  auto three = take(3, "192.0.2.3");
  EXPECT_TRUE(std::holds_alternative<RadiusWork>(three));
  desk->refuse(std::get<RadiusWork>(two));
  desk->refuse(std::get<RadiusWork>(three));
  EXPECT_EQ(desk->in_flight(), 0U);
}

TEST_F(DeskTest, ARejectionThatIsHeldBackTakesNoPlace) {
  RadiusClient narrow = gate();
  narrow.in_flight_max = 1;
  open(std::move(narrow));
  for (std::uint8_t i = 0; i < 120; ++i) {
    EXPECT_EQ(answer({.user = "nobody", .password = "000000", .id = i}), "reject");
  }
  auto wrong =
      desk->receive(packet_of({.user = "nobody", .password = "000000", .id = 120}), sender());
  const auto& noise = std::get<RadiusWork>(wrong);
  const auto held = desk->judge(noise);
  EXPECT_GT(held->hold.count(), 0);
  EXPECT_EQ(desk->in_flight(), 0U);
  SimulatedToken card = add_card("anna");
  EXPECT_EQ(answer({.password = "2580" + card.press(), .id = 121}), "accept");
  desk->done(noise, held);
}

TEST_F(DeskTest, OneAddressOfManyHasOnlySoManyRequestsWaiting) {
  std::vector<RadiusDesk::Received> kept;
  for (std::uint32_t i = 0; i < RadiusDesk::kPerAddressMax; ++i) {
    kept.push_back(desk->receive(packet_of({.password = "2580123456"}),
                                 sender("192.0.2.1", static_cast<std::uint16_t>(1'000 + i))));
    EXPECT_TRUE(std::holds_alternative<RadiusWork>(kept.back()));
  }
  const Bytes more = packet_of({.password = "2580123456"});
  EXPECT_TRUE(std::holds_alternative<RadiusDesk::Drop>(desk->receive(more, sender())));
  EXPECT_TRUE(std::holds_alternative<RadiusWork>(desk->receive(more, sender("192.0.2.2"))));
}

// ---- Log-ins

TEST_F(DeskTest, PinAndCodeInOneFieldAreAcceptedOnce) {
  SimulatedToken card = add_card("anna");
  const std::string typed = "2580" + card.press();
  EXPECT_EQ(answer({.password = typed}), "accept");
  EXPECT_EQ(answer({.password = typed, .id = 2}), "reject");
  EXPECT_EQ(answer({.password = card.press(), .id = 3}), "reject");
}

TEST_F(DeskTest, TheAttemptIsTheClientsAtItsUsersPlace) {
  SimulatedToken card = add_card("anna");
  EXPECT_EQ(answer({.password = "2580" + card.press(),
                    .more = {{RadiusType::calling_station_id, "198.51.100.7"}}}),
            "accept");
  const AuditRecord record = store.audit({}).value().front();
  EXPECT_EQ(record.event.actor, Actor("radius:gate"));
  EXPECT_EQ(record.event.source, "gate 198.51.100.7");
}

TEST_F(DeskTest, APlaceIsWrittenDownInPlainCharacters) {
  SimulatedToken card = add_card("anna");
  const std::string odd("\xff\0 1\n\xc3\xa9", 7);
  EXPECT_EQ(
      answer({.password = "2580" + card.press(), .more = {{RadiusType::calling_station_id, odd}}}),
      "accept");
  EXPECT_EQ(store.audit({}).value().front().event.source, "gate ?? 1???");
}

TEST_F(DeskTest, NamesThatNobodyCanHaveAreRejected) {
  EXPECT_EQ(answer({.user = "\xff", .password = "2580123456"}), "reject");
  EXPECT_EQ(answer({.user = "a\nb", .password = "2580123456"}), "reject");
}

TEST_F(DeskTest, TwoLogInsHealACardWhereNothingCanBePrompted) {
  SimulatedToken card = add_card("anna");
  for (int i = 0; i < 40; ++i) card.press();
  EXPECT_EQ(answer({.password = "2580" + card.press(), .id = 1}), "reject");
  EXPECT_EQ(answer({.password = "2580" + card.press(), .id = 2}), "accept");
}

TEST_F(DeskTest, TwoCodesInOneFieldHealACardAtOnce) {
  SimulatedToken card = add_card("anna");
  for (int i = 0; i < 40; ++i) card.press();
  const std::string first = card.press();
  EXPECT_EQ(answer({.password = "2580" + first + " " + card.press()}), "accept");
}

TEST_F(DeskTest, ACodeFarAheadIsAskedForTheNextOne) {
  RadiusClient seeing = gate();
  seeing.shows_challenges = true;
  open(std::move(seeing));
  SimulatedToken card = add_card("anna");
  for (int i = 0; i < 40; ++i) card.press();
  EXPECT_EQ(answer({.password = "2580" + card.press(), .id = 1}), "challenge");
  EXPECT_NE(last_message.find("next code"), std::string::npos);
  EXPECT_EQ(answer({.password = card.press(), .state = last_state, .id = 2}), "accept");
}

TEST_F(DeskTest, AnAnswerThatComesByAnotherServerGetsTheSameDecision) {
  RadiusClient seeing = gate();
  seeing.shows_challenges = true;
  open(std::move(seeing));
  SimulatedToken card = add_card("anna");
  for (int i = 0; i < 40; ++i) card.press();
  EXPECT_EQ(answer({.password = "2580" + card.press(), .id = 1}), "challenge");
  const std::string state = last_state;
  const std::string code = card.press();
  EXPECT_EQ(answer({.password = code, .state = state, .id = 2}), "accept");
  // A second server on the same store, which remembers no packets of the first.
  RadiusClient same = gate();
  same.shows_challenges = true;
  open(std::move(same));
  clock.advance(Seconds(9));
  EXPECT_EQ(answer({.password = code, .state = state, .id = 3}), "accept");
  clock.advance(Seconds(2));
  EXPECT_EQ(answer({.password = code, .state = state, .id = 4}), "reject");
}

TEST_F(DeskTest, AStateOfAnotherFormIsNoLogIn) {
  RadiusClient seeing = gate();
  seeing.shows_challenges = true;
  open(std::move(seeing));
  SimulatedToken card = add_card("anna");
  for (const char* state : {"x", "c", "p", "cabc", "0123456789"}) {
    EXPECT_EQ(answer({.password = "2580" + card.press(),
                      .state = state,
                      .id = static_cast<std::uint8_t>(state[0])}),
              "reject")
        << state;
  }
}

TEST_F(DeskTest, ThePinAloneIsAnsweredByAskingForTheCode) {
  RadiusClient seeing = gate();
  seeing.shows_challenges = true;
  open(std::move(seeing));
  SimulatedToken card = add_card("anna");
  EXPECT_EQ(answer({.password = "2580", .id = 1}), "challenge");
  EXPECT_EQ(answer({.password = card.press(), .state = last_state, .id = 2}), "accept");
  EXPECT_EQ(answer({.password = "2581", .id = 3}), "challenge");
  EXPECT_EQ(answer({.password = card.press(), .state = last_state, .id = 4}), "reject");
}

TEST_F(DeskTest, APasswordIsAskedForAndThenTheCode) {
  set_password("anna", "a password with 123456");
  RadiusClient seeing = gate();
  seeing.shows_challenges = true;
  seeing.first_factor = RadiusFirstFactor::password;
  open(std::move(seeing));
  SimulatedToken card = add_card("anna");
  EXPECT_EQ(answer({.password = "a password with 123456", .id = 1}), "challenge");
  EXPECT_EQ(answer({.password = card.press(), .state = last_state, .id = 2}), "accept");
  for (const char* word : {"", "challenge", "Challenge"}) {
    EXPECT_EQ(answer({.password = word, .id = 3}), "challenge") << word;
    EXPECT_NE(last_message.find("Password"), std::string::npos);
    EXPECT_EQ(answer({.password = "a password with 123456", .state = last_state, .id = 4}),
              "challenge");
    EXPECT_EQ(answer({.password = card.press(), .state = last_state, .id = 5}), "accept");
    clock.advance(Seconds(31));
  }
}

TEST_F(DeskTest, APinThatIsOverIsChangedInTheMiddleOfALogIn) {
  put_rules(R"("pin.first_use":"change","pin.complexity":"no_patterns")");
  set_pin("anna", "2580");
  RadiusClient seeing = gate();
  seeing.shows_challenges = true;
  open(std::move(seeing));
  SimulatedToken card = add_card("anna");
  EXPECT_EQ(answer({.password = "2580" + card.press(), .id = 1}), "challenge");
  EXPECT_EQ(last_message, "Your PIN has to be changed. Enter a new PIN of 4 to 16 characters: ");
  EXPECT_EQ(answer({.password = "1234", .state = last_state, .id = 2}), "challenge");
  EXPECT_NE(last_message.find("Too easy to guess."), std::string::npos);
  EXPECT_EQ(answer({.password = "7413", .state = last_state, .id = 3}), "challenge");
  EXPECT_EQ(last_message, "Enter your new PIN again: ");
  EXPECT_EQ(answer({.password = "7413", .state = last_state, .id = 4}), "accept");
  EXPECT_EQ(answer({.password = "7413" + card.press(), .id = 5}), "accept");
  EXPECT_EQ(answer({.password = "2580" + card.press(), .id = 6}), "reject");
}

TEST_F(DeskTest, ANewPinIsNotShownWhileItIsTyped) {
  put_rules(R"("pin.first_use":"change")");
  set_pin("anna", "2580");
  RadiusClient seeing = gate();
  seeing.shows_challenges = true;
  seeing.first_factor = RadiusFirstFactor::password;
  open(std::move(seeing));
  SimulatedToken card = add_card("anna");
  EXPECT_EQ(answer({.password = "2580", .id = 1}), "challenge");
  const auto asked = exchange({.password = card.press(), .state = last_state, .id = 2});
  ASSERT_TRUE(asked);
  EXPECT_EQ(asked->find(RadiusType::prompt)->back(), 0U);
}

TEST_F(DeskTest, APinThatTheServerMakesUpIsShownAndTypedBack) {
  put_rules(R"("pin.first_use":"change")");
  set_pin("anna", "2580");
  put_rules(R"("pin.first_use":"change","pin.mode":"given")");
  RadiusClient seeing = gate();
  seeing.shows_challenges = true;
  open(std::move(seeing));
  SimulatedToken card = add_card("anna");
  EXPECT_EQ(answer({.password = "2580" + card.press(), .id = 1}), "challenge");
  const std::string before = "Your new PIN is ";
  const std::size_t at = last_message.find(before);
  ASSERT_NE(at, std::string::npos) << last_message;
  const std::string rest = last_message.substr(at + before.size());
  const std::string given = rest.substr(0, rest.find('.'));
  EXPECT_EQ(answer({.password = given, .state = last_state, .id = 2}), "accept");
  EXPECT_EQ(answer({.password = given + card.press(), .id = 3}), "accept");
}

TEST_F(DeskTest, APinThatIsOverIsARejectionWhereNothingCanBePrompted) {
  put_rules(R"("pin.first_use":"change")");
  set_pin("anna", "2580");
  SimulatedToken card = add_card("anna");
  EXPECT_EQ(answer({.password = "2580" + card.press()}), "reject");
}

TEST_F(DeskTest, WhoCannotBePromptedIsNotAskedForAnything) {
  SimulatedToken card = add_card("anna");
  EXPECT_EQ(answer({.password = "", .id = 1}), "reject");
  EXPECT_EQ(answer({.password = "challenge", .id = 2}), "reject");
  EXPECT_EQ(answer({.password = "2580", .id = 3}), "reject");
}

TEST_F(DeskTest, AShortCodeThatWasTakenForAPinIsAskedForAgain) {
  RadiusClient seeing = gate();
  seeing.shows_challenges = true;
  open(std::move(seeing));
  EXPECT_TRUE(upsert_user(*services, owner(), name("bo"), {}, {}));
  SimulatedToken card = add_card("bo", 5);
  const std::string code = card.press();
  EXPECT_EQ(answer({.user = "bo", .password = code}), "challenge");
  EXPECT_EQ(answer({.user = "bo", .password = code, .state = last_state, .id = 2}), "accept");
  EXPECT_EQ(answer({.password = "99999", .id = 3}), "challenge");
  SimulatedToken other = add_card("anna", 6, "C2");
  EXPECT_EQ(answer({.password = other.press(), .state = last_state, .id = 4}), "reject")
      << "who has a PIN has typed a wrong one";
}

TEST_F(DeskTest, WhereTheClientChecksItsOwnTheCodeAloneCounts) {
  RadiusClient other = gate();
  other.first_factor = RadiusFirstFactor::none;
  open(std::move(other));
  SimulatedToken card = add_card("anna");
  EXPECT_EQ(answer({.password = card.press(), .id = 1}), "accept");
  EXPECT_EQ(answer({.password = "2580" + card.press(), .id = 2}), "accept");
  EXPECT_EQ(answer({.password = "2581" + card.press(), .id = 3}), "reject");
}

TEST_F(DeskTest, OnlyMembersOfTheClientsGroupGetInAndGroupsBringTheirAttributes) {
  RadiusClient closed = gate();
  closed.group = GroupName::parse("staff").value();
  closed.replies.push_back({GroupName::parse("staff").value(), {}});
  closed.replies.back().attributes.push_back(make_reply_attribute("Filter-Id", "staff").value());
  open(std::move(closed));
  SimulatedToken card = add_card("anna");
  EXPECT_EQ(answer({.password = "2580" + card.press(), .id = 1}), "reject");
  ASSERT_TRUE(create_group(*services, owner(), GroupName::parse("staff").value()));
  ASSERT_TRUE(add_member(*services, owner(), GroupName::parse("staff").value(), name("anna")));
  const auto reply = exchange({.password = "2580" + card.press(), .id = 2});
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->code(), RadiusCode::access_accept);
  EXPECT_EQ(reply->text(RadiusType{11}), "staff");
}

TEST_F(DeskTest, RejectionsAreTheSameWhateverTheCause) {
  SimulatedToken card = add_card("anna");
  const auto bytes = [&](const std::string& user, const std::string& typed) {
    const auto reply = exchange({.user = user, .password = typed});
    clock.advance(Seconds(31));
    return reply ? Bytes(reply->bytes().begin(), reply->bytes().end()) : Bytes{};
  };
  const Bytes unknown = bytes("nobody", "2580123456");
  ASSERT_FALSE(unknown.empty());
  EXPECT_EQ(bytes("anna", "2581" + card.press()), unknown);
  EXPECT_EQ(bytes("anna", card.press()), unknown);
  EXPECT_EQ(bytes("anna", "x"), unknown);
}

}  // namespace
}  // namespace lockstep
