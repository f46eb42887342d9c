// SPDX-License-Identifier: Apache-2.0
#include "front/radius/clients.h"

#include <string>

#include <gtest/gtest.h>

#include "base/hex.h"

namespace lockstep {
namespace {

RadiusClient client(const std::string& name, std::vector<std::string> networks) {
  RadiusClient made;
  made.name = name;
  made.source = name;
  made.secret = Secret::copy_of("0123456789abcdef");
  for (const std::string& text : networks) made.networks.push_back(Network::parse(text).value());
  return made;
}

template <class... Clients>
Result<RadiusClients> table(Clients&&... clients) {
  std::vector<RadiusClient> all;
  (all.push_back(std::forward<Clients>(clients)), ...);
  return RadiusClients::make(std::move(all));
}

std::string found(const RadiusClients& clients, const char* address) {
  const RadiusClient* one = clients.find(IpAddress::parse(address).value());
  return one == nullptr ? "nobody" : one->name;
}

GroupName group(const char* name) { return GroupName::parse(name).value(); }

TEST(RadiusAddress, ReadsBothFamiliesAndWritesThemAsPeopleDo) {
  EXPECT_EQ(IpAddress::parse("192.0.2.7").value().text(), "192.0.2.7");
  EXPECT_EQ(IpAddress::parse("2001:DB8::7").value().text(), "2001:db8::7");
  EXPECT_EQ(IpAddress::parse("::ffff:192.0.2.7").value(), IpAddress::parse("192.0.2.7").value());
  for (const char* none : {"", "gate.example", "192.0.2", "192.0.2.256", "2001:db8::1::2"}) {
    EXPECT_FALSE(IpAddress::parse(none)) << none;
  }
}

TEST(RadiusAddress, NetworksHaveNothingBehindTheirPrefix) {
  EXPECT_EQ(Network::parse("10.0.0.0/8").value().text(), "10.0.0.0/8");
  EXPECT_EQ(Network::parse("10.1.2.3").value().text(), "10.1.2.3/32");
  EXPECT_EQ(Network::parse("2001:db8::/32").value().text(), "2001:db8::/32");
  EXPECT_EQ(Network::parse("0.0.0.0/0").value().text(), "0.0.0.0/0");
  const auto wrong = Network::parse("10.0.0.1/8");
  ASSERT_FALSE(wrong);
  EXPECT_NE(wrong.error().context.find("10.0.0.0/8"), std::string::npos);
  for (const char* none : {"10.0.0.0/33", "10.0.0.0/", "10.0.0.0/8x", "10.0.0.0/-1", "::/129"}) {
    EXPECT_FALSE(Network::parse(none)) << none;
  }
}

TEST(RadiusAddress, MaskingKeepsJustTheFirstBits) {
  const IpAddress all = IpAddress::parse("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff").value();
  EXPECT_EQ(all.masked(0).text(), "::");
  EXPECT_EQ(all.masked(33).text(), "ffff:ffff:8000::");
  EXPECT_EQ(all.masked(128), all);
}

TEST(RadiusClients, TheLongestPrefixWinsInBothFamilies) {
  const RadiusClients clients =
      table(client("all", {"0.0.0.0/0"}), client("site", {"10.0.0.0/8", "2001:db8::/32"}),
            client("gate", {"10.1.2.3", "2001:db8::7"}))
          .value();
  EXPECT_EQ(found(clients, "192.0.2.1"), "all");
  EXPECT_EQ(found(clients, "10.1.2.4"), "site");
  EXPECT_EQ(found(clients, "10.1.2.3"), "gate");
  EXPECT_EQ(found(clients, "2001:db8::8"), "site");
  EXPECT_EQ(found(clients, "2001:db8::7"), "gate");
  EXPECT_EQ(found(clients, "2001:db9::7"), "nobody");
  EXPECT_EQ(found(RadiusClients(), "10.1.2.3"), "nobody");
}

TEST(RadiusClients, NamesAndNetworksBelongToOneClient) {
  EXPECT_FALSE(table(client("a", {"10.0.0.1"}), client("a", {"10.0.0.2"})));
  EXPECT_FALSE(table(client("a", {"10.0.0.1"}), client("b", {"10.0.0.1/32"})));
  EXPECT_TRUE(table(client("a", {"10.0.0.1"}), client("b", {"10.0.0.0/31"})));
  EXPECT_FALSE(table(client("a", {})));
}

TEST(RadiusClients, ShortSecretsAreRefusedOrNamed) {
  RadiusClient tiny = client("tiny", {"10.0.0.1"});
  tiny.secret = Secret::copy_of("1234567");
  EXPECT_FALSE(table(std::move(tiny)));
  RadiusClient small = client("small", {"10.0.0.1"});
  small.secret = Secret::copy_of("123456789abcdef");
  const auto clients = table(std::move(small)).value();
  ASSERT_EQ(clients.alarms().size(), 1U);
  EXPECT_NE(clients.alarms()[0].find("small"), std::string::npos);
  EXPECT_TRUE(table(client("good", {"10.0.0.1"})).value().alarms().empty());
}

TEST(RadiusClients, UnsignedRequestsAreAStandingAlarm) {
  RadiusClient old = client("old", {"10.0.0.1"});
  old.without_signature = RadiusUnsigned::taken;
  const auto alarms = table(std::move(old)).value().alarms();
  ASSERT_EQ(alarms.size(), 1U);
  EXPECT_NE(alarms[0].find("old"), std::string::npos);
}

TEST(RadiusClients, APasswordCannotBeAskedForWithoutChallenges) {
  RadiusClient blind = client("blind", {"10.0.0.1"});
  blind.first_factor = RadiusFirstFactor::password;
  EXPECT_FALSE(table(std::move(blind)));
  RadiusClient seeing = client("seeing", {"10.0.0.1"});
  seeing.first_factor = RadiusFirstFactor::password;
  seeing.shows_challenges = true;
  EXPECT_TRUE(table(std::move(seeing)));
}

TEST(RadiusReplies, AttributesAreWrittenAsTheirKindAsks) {
  const auto value = [](const char* name, const char* text) {
    return to_hex(make_reply_attribute(name, text).value().value);
  };
  EXPECT_EQ(value("Filter-Id", "staff"), "7374616666");
  EXPECT_EQ(value("session-timeout", "3600"), "00000e10");
  EXPECT_EQ(value("Framed-IP-Address", "192.0.2.7"), "c0000207");
  // RFC 2865 section 5.26: vendor, type, length, text.
  EXPECT_EQ(value("9:1", "x=1"), "000000090105783d31");
  EXPECT_EQ(make_reply_attribute("11", "staff").value().type, RadiusType{11});
  EXPECT_EQ(value("27", "3600"), "00000e10") << "we know it by its number, too";
  EXPECT_EQ(value("8", "192.0.2.7"), "c0000207");
  EXPECT_EQ(value("27 hex", "ffffffff"), "ffffffff");
  EXPECT_EQ(value("14988:3 integer", "7"), "00003a8c030600000007");
  EXPECT_EQ(value("9:1 text", "15"), "0000000901043135");
  EXPECT_EQ(value("200 ipaddr", "192.0.2.7"), "c0000207");
}

TEST(RadiusReplies, WhatIsOursOrOfAnotherKindIsRefused) {
  for (const char* name : {"24", "80", "33", "2", "0", "256", "Nonsense", "9:0", "9:256", ":1"}) {
    EXPECT_FALSE(make_reply_attribute(name, "x")) << name;
  }
  for (const char* name : {"9:1", "200", "200 number", "27 text", "26", "Session-Timeout text"}) {
    EXPECT_FALSE(make_reply_attribute(name, "15")) << name << ": of what kind?";
  }
  EXPECT_FALSE(make_reply_attribute("200", "192.0.2.7"));
  EXPECT_FALSE(make_reply_attribute("9:1 hex", "0g"));
  EXPECT_FALSE(make_reply_attribute("Session-Timeout", "soon"));
  EXPECT_FALSE(make_reply_attribute("Framed-IP-Address", "2001:db8::1"));
  EXPECT_FALSE(make_reply_attribute("Filter-Id", ""));
  EXPECT_FALSE(make_reply_attribute("Filter-Id", std::string(254, 'x')));
  EXPECT_FALSE(make_reply_attribute("9:1", std::string(248, 'x')));
}

TEST(RadiusReplies, HaveToFitIntoAPacket) {
  RadiusClient gate = client("gate", {"10.0.0.1"});
  gate.replies.emplace_back();
  const std::string text(250, 'x');
  for (int i = 0; i < 12; ++i) {
    gate.replies.back().attributes.push_back(make_reply_attribute("Filter-Id", text).value());
  }
  RadiusClient more = client("more", {"10.0.0.2"});
  more.replies = gate.replies;
  more.replies.push_back(gate.replies.back());
  EXPECT_TRUE(table(std::move(gate)));
  EXPECT_FALSE(table(std::move(more)));
}

TEST(RadiusReplies, ComeByGroupInTheOrderWritten) {
  RadiusClient gate = client("gate", {"10.0.0.1"});
  const auto rule = [](std::optional<GroupName> of, const char* text) {
    RadiusReplyRule made{std::move(of), {}};
    made.attributes.push_back(make_reply_attribute("Filter-Id", text).value());
    return made;
  };
  gate.replies.push_back(rule(std::nullopt, "all"));
  gate.replies.push_back(rule(group("admins"), "admins"));
  gate.replies.push_back(rule(group("staff"), "staff"));
  const auto texts = [&](const std::vector<GroupName>& groups) {
    std::string all;
    for (const auto* one : reply_attributes(gate, groups)) {
      all += std::string(one->value.begin(), one->value.end()) + " ";
    }
    return all;
  };
  EXPECT_EQ(texts({}), "all ");
  EXPECT_EQ(texts({group("staff")}), "all staff ");
  EXPECT_EQ(texts({group("admins"), group("staff")}), "all admins staff ");
}

}  // namespace
}  // namespace lockstep
