// SPDX-License-Identifier: Apache-2.0
#include "front/radius/describe.h"

#include <gtest/gtest.h>

#include "front/radius/desk_fixture.h"

namespace lockstep {
namespace {

/// "NAME = VALUE" of each line.
std::string text_of(const SpokenPacket& packet) {
  std::string text = packet.kind + '\n';
  for (const SpokenLine& line : packet.lines) text += line.name + " = " + line.value + '\n';
  return text;
}

std::string described(const Asked& asked) {
  return text_of(describe(RadiusPacket::parse(packet_of(asked)).value(), ShowMessage::yes));
}

TEST(Describe, SaysWhatIsNoSecret) {
  EXPECT_EQ(described({.password = "2580123456",
                       .state = "cabc",
                       .more = {{RadiusType{4}, std::string("\xc0\x00\x02\x01", 4)},
                                {RadiusType{61}, std::string("\0\0\0\x05", 4)},
                                {RadiusType{32}, "gate\n"},
                                {RadiusType{26}, std::string("\0\0\0\x09\x01\x05xyz", 9)},
                                {RadiusType{200}, "what is this"}}}),
            "Access-Request\n"
            "Message-Authenticator = (16 bytes)\n"
            "User-Password = (16 bytes)\n"
            "State = (4 bytes)\n"
            "NAS-IP-Address = 192.0.2.1\n"
            "NAS-Port-Type = 5\n"
            "NAS-Identifier = gate?\n"
            "9:1 = (3 bytes)\n"
            "200 = (12 bytes)\n");
}

TEST(Describe, OddLengthsAreLengths) {
  EXPECT_EQ(described({.more = {{RadiusType{4}, "abc"},
                                {RadiusType{61}, "x"},
                                {RadiusType{26}, "y"},
                                {RadiusType{95}, "z"}}}),
            "Access-Request\n"
            "Message-Authenticator = (16 bytes)\n"
            "User-Password = (16 bytes)\n"
            "NAS-IP-Address = (3 bytes)\n"
            "NAS-Port-Type = (1 bytes)\n"
            "Vendor-Specific = (1 bytes)\n"
            "NAS-IPv6-Address = (1 bytes)\n");
}

TEST(Describe, LongTextsAndManyAttributesAreCut) {
  Asked asked{.more = {{RadiusType{32}, std::string(200, 'x')}}};
  for (int i = 0; i < 100; ++i) asked.more.emplace_back(RadiusType{33}, "p");
  const SpokenPacket packet =
      describe(RadiusPacket::parse(packet_of(asked)).value(), ShowMessage::yes);
  EXPECT_EQ(packet.lines.size(), kShownAttributesMax + 1);
  EXPECT_EQ(packet.lines[2].value.size(), kShownCharactersMax);
  EXPECT_EQ(packet.lines.back().value, "104 attributes");
}

// ---- What the desk keeps

TEST_F(DeskTest, ALogInIsKeptWithWhatBecameOfIt) {
  SimulatedToken card = add_card("anna");
  EXPECT_EQ(answer({.password = "2580" + card.press()}), "accept");
  const auto last = exchanges.last("gate", 10);
  ASSERT_EQ(last.size(), 1U);
  EXPECT_EQ(last[0].user, "anna");
  EXPECT_EQ(last[0].fate, "accepted");
  EXPECT_EQ(last[0].peer, "192.0.2.1 port 40000");
  ASSERT_TRUE(last[0].reply);
  EXPECT_EQ(last[0].reply->kind, "Access-Accept");
}

TEST_F(DeskTest, WhatIsDroppedIsKeptToo) {
  EXPECT_EQ(answer({.password = "x", .is_signed = false}), "nothing");
  const auto last = exchanges.last("gate", 10);
  ASSERT_EQ(last.size(), 1U);
  EXPECT_EQ(last[0].fate, "unsigned");
  EXPECT_FALSE(last[0].reply);
}

TEST_F(DeskTest, WhatComesAgainIsCounted) {
  SimulatedToken card = add_card("anna");
  const Asked asked{.password = "2580" + card.press()};
  EXPECT_EQ(answer(asked), "accept");
  EXPECT_EQ(answer(asked), "accept");
  const auto last = exchanges.last("gate", 10);
  ASSERT_EQ(last.size(), 1U);
  EXPECT_EQ(last[0].again, 1U);
}

TEST_F(DeskTest, NoCodeNoPinAndNoStateIsKept) {
  put_rules(R"("pin.first_use":"change")");
  set_pin("anna", "2580");
  put_rules(R"("pin.first_use":"change","pin.mode":"given")");
  RadiusClient seeing = gate();
  seeing.shows_challenges = true;
  open(std::move(seeing));
  SimulatedToken card = add_card("anna");
  const std::string code = card.press();
  EXPECT_EQ(answer({.password = "2580" + code}), "challenge");
  const std::string before = "Your new PIN is ";
  const std::string given = last_message.substr(last_message.find(before) + before.size(), 4);
  std::string all;
  for (const Exchange& one : exchanges.last({}, 10)) {
    all += text_of(one.request) + (one.reply ? text_of(*one.reply) : "");
  }
  EXPECT_NE(all.find("Reply-Message = ("), std::string::npos) << all;
  for (const std::string& secret : {code, given, last_state, std::string("2580")}) {
    EXPECT_EQ(all.find(secret), std::string::npos) << "a secret is shown";
  }
}

}  // namespace
}  // namespace lockstep
