// SPDX-License-Identifier: Apache-2.0
#include "app/radius_config.h"

#include <fstream>

#include <gtest/gtest.h>

#include "app/config.h"
#include "testing/temporary_directory.h"

namespace lockstep {
namespace {

class RadiusConfig : public testing::Test {
 protected:
  RadiusConfig() { write("gate.secret", "0123456789abcdef\n"); }

  void write(const std::string& name, const std::string& text) {
    std::ofstream(directory.path() / name) << text;
  }
  Result<Config> config(const std::string& radius) {
    return parse_config("data = \"d\"\n" + radius, "test.toml", directory.path());
  }
  Result<RadiusClients> clients(const std::string& radius) {
    LOCKSTEP_TRY(const Config read, config(radius));
    return make_radius_clients(read.radius.value());
  }
  std::string why_not(const std::string& radius) {
    const auto made = clients(radius);
    return made ? "nothing" : made.error().context;
  }

  TemporaryDirectory directory;
};

const std::string kGate =
    "[radius]\n[[radius.client]]\nname = \"gate\"\nnetworks = [\"192.0.2.1\"]\n"
    "secret_file = \"gate.secret\"\n";

TEST_F(RadiusConfig, WithoutTheSectionThereIsNoRadius) { EXPECT_FALSE(config("")->radius); }

TEST_F(RadiusConfig, DefaultsAreTheSafeOnes) {
  const RadiusOptions options = config(kGate)->radius.value();
  EXPECT_EQ(options.port, 1'812);
  const RadiusClients made = make_radius_clients(options).value();
  ASSERT_EQ(made.all().size(), 1U);
  const RadiusClient& gate = made.all().front();
  EXPECT_EQ(gate.source, "gate");
  EXPECT_EQ(gate.first_factor, RadiusFirstFactor::pin);
  EXPECT_EQ(gate.without_signature, RadiusUnsigned::refused);
  EXPECT_FALSE(gate.shows_challenges);
  EXPECT_EQ(gate.secret.size(), 16U);
  EXPECT_TRUE(made.alarms().empty());
}

TEST_F(RadiusConfig, EveryKeyIsRead) {
  const RadiusClients made =
      clients(
          "[radius]\naddress = \"127.0.0.1\"\nport = 0\n[[radius.client]]\nname = \"gate\"\n"
          "source = \"vpn\"\nnetworks = [\"10.0.0.0/8\", \"2001:db8::/32\"]\n"
          "secret_file = \"gate.secret\"\nfirst_factor = \"password\"\nchallenges = true\n"
          "message_authenticator = \"optional\"\ngroup = \"Staff\"\ntime_limit_seconds = 9\n"
          "in_flight = 3\n[[radius.client.reply]]\nattributes = [\"Class = all\"]\n"
          "[[radius.client.reply]]\ngroup = \"admins\"\n"
          "attributes = [\"Filter-Id = admins\", \"9:1=shell:priv-lvl=15\"]\n")
          .value();
  const RadiusClient& gate = made.all().front();
  EXPECT_EQ(gate.source, "vpn");
  EXPECT_EQ(gate.networks.size(), 2U);
  EXPECT_EQ(gate.first_factor, RadiusFirstFactor::password);
  EXPECT_TRUE(gate.shows_challenges);
  EXPECT_EQ(gate.without_signature, RadiusUnsigned::taken);
  EXPECT_EQ(gate.group, GroupName::parse("staff").value());
  EXPECT_EQ(gate.time_limit, std::chrono::seconds(9));
  EXPECT_EQ(gate.in_flight_max, 3U);
  ASSERT_EQ(gate.replies.size(), 2U);
  EXPECT_FALSE(gate.replies[0].group);
  EXPECT_EQ(gate.replies[1].attributes.size(), 2U);
  EXPECT_EQ(made.alarms().size(), 1U);
}

const std::string kTls =
    "[radius]\n[radius.tls]\nport = 0\ncertificate = \"server.pem\"\nkey = \"server.key\"\n"
    "client_ca = \"ca.pem\"\n";

TEST_F(RadiusConfig, AClientMayComeByItsCertificate) {
  const std::string text =
      kTls + "[[radius.client]]\nname = \"gate\"\ncertificate_name = \"Gate.example\"\n";
  const RadiusOptions options = config(text)->radius.value();
  ASSERT_TRUE(options.tls);
  EXPECT_EQ(options.tls->port, 0);
  EXPECT_EQ(options.tls->client_ca, (directory.path() / "ca.pem").string());
  EXPECT_EQ(options.tls->client_crl, "");
  EXPECT_EQ(config(kTls + "client_crl = \"ca.crl\"\n")->radius->tls->client_crl,
            (directory.path() / "ca.crl").string());
  const RadiusClients made = make_radius_clients(options).value();
  const RadiusClient* gate = made.find_certificate("GATE.EXAMPLE");
  ASSERT_NE(gate, nullptr);
  EXPECT_EQ(gate->name, "gate");
  EXPECT_TRUE(made.alarms().empty());
  EXPECT_EQ(made.find_certificate("OTHER.EXAMPLE"), nullptr);
}

TEST_F(RadiusConfig, TheWordForACodeByMailNeedsAClientThatShowsChallenges) {
  const std::string gate = kGate;
  EXPECT_EQ(clients(gate)->all().front().mail_word, "");
  EXPECT_EQ(clients(gate + "challenges = true\nmail_word = \"mail\"\n")->all().front().mail_word,
            "MAIL");
  for (const char* wrong : {"mail_word = \"mail\"\n", "challenges = true\nmail_word = \"m4il\"\n",
                            "challenges = true\nmail_word = \"it\"\n",
                            "challenges = true\nmail_word = \"Challenge\"\n"}) {
    EXPECT_NE(config(gate + wrong).error().context.find("mail_word"), std::string::npos) << wrong;
  }
}

TEST_F(RadiusConfig, AccountingHasAPortWhereOneIsNamed) {
  EXPECT_FALSE(config(kGate)->radius->accounting_port);
  EXPECT_EQ(config("[radius]\naccounting_port = 1813\n")->radius->accounting_port, 1'813);
}

TEST_F(RadiusConfig, AClientMayComeByEither) {
  const RadiusClients made =
      clients(kTls +
              "[[radius.client]]\nname = \"gate\"\nnetworks = [\"192.0.2.1\"]\n"
              "secret_file = \"gate.secret\"\ncertificate_name = \"gate.example\"\n")
          .value();
  const RadiusClient* over_udp = made.find(IpAddress::parse("192.0.2.1").value());
  const RadiusClient* over_tls = made.find_certificate("GATE.EXAMPLE");
  ASSERT_TRUE(over_udp != nullptr && over_tls != nullptr);
  EXPECT_NE(over_udp, over_tls);
  EXPECT_EQ(over_udp->without_signature, RadiusUnsigned::refused);
  EXPECT_TRUE(over_tls->networks.empty());
}

TEST_F(RadiusConfig, WhatIsWrongIsNamed) {
  write("empty.secret", "\n");
  write("long.secret", std::string(300, 'x') + "\n");
  const auto gate = [](const std::string& more) { return kGate + more; };
  const struct {
    std::string text;
    const char* says;
  } cases[] = {
      {gate("port = 1"), "unknown key radius.client.port"},
      {gate("first_factor = \"pni\""), "radius.client.first_factor is one of"},
      {gate("message_authenticator = true"), "is a text"},
      {gate("challenges = \"yes\""), "is true or false"},
      {gate("time_limit_seconds = 0"), "from 1 to 60"},
      {gate("first_factor = \"password\""), "has to show challenges"},
      {gate("[[radius.client.reply]]\nattributes = [\"Class\"]"), "is not NAME = VALUE"},
      {gate("[[radius.client.reply]]\nattributes = [\"State = x\"]"), "no attribute known"},
      {gate("[[radius.client.reply]]\nattributes = [\"24 = x\"]"), "belongs to the protocol"},
      {"[radius]\nclient = 3", "is a list of sections"},
      {"[radius]\n[[radius.client]]\nname = \"Gate One\"", "radius.client.name is"},
      {"[radius]\n[[radius.client]]\nname = \"gate\"", "or a certificate_name"},
      {"[radius]\n[[radius.client]]\nname = \"gate\"\nnetworks = [\"10.0.0.1\"]",
       "secret_file is missing"},
      {"[radius]\n[[radius.client]]\nname = \"gate\"\ncertificate_name = \"gate.example\"",
       "set [radius.tls] up"},
      {"[radius]\n[radius.tls]\ncertificate = \"c\"\nkey = \"k\"\n",
       "radius.tls.client_ca is missing"},
      {kTls + "[[radius.client]]\nname = \"a\"\ncertificate_name = \"x\"\n"
              "[[radius.client]]\nname = \"b\"\ncertificate_name = \"X\"\n",
       "two RADIUS clients have the certificate_name"},
      {"[radius]\n[[radius.client]]\nname = \"g\"\nsecret_file = \"gate.secret\"",
       "name the address"},
      {"[radius]\n[[radius.client]]\nname = \"g\"\nnetworks = [\"10.0.0.1/8\"]\n"
       "secret_file = \"gate.secret\"",
       "bits set behind its prefix"},
      {"[radius]\n[[radius.client]]\nname = \"g\"\nnetworks = [\"10.0.0.1\"]\n"
       "secret_file = \"none.secret\"",
       "cannot read its secret"},
      {"[radius]\n[[radius.client]]\nname = \"g\"\nnetworks = [\"10.0.0.1\"]\n"
       "secret_file = \"empty.secret\"",
       "fewer than 8 bytes"},
      {"[radius]\n[[radius.client]]\nname = \"g\"\nnetworks = [\"10.0.0.1\"]\n"
       "secret_file = \"long.secret\"",
       "more than 256 bytes"},
  };
  for (const auto& one : cases) {
    EXPECT_NE(why_not(one.text).find(one.says), std::string::npos) << why_not(one.text);
  }
}

}  // namespace
}  // namespace lockstep
