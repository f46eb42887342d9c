// SPDX-License-Identifier: Apache-2.0
#include "adapters/smtp/smtp_mailer.h"

#include <cstdio>
#include <string>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "adapters/smtp/smtp_server_fixture.h"
#include "testing/temporary_directory.h"

namespace lockstep {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class SmtpMailerTest : public ::testing::Test {
 protected:
  /// A certificate for localhost that signs itself. Returns the arguments of a server with it.
  std::vector<std::string> certified(const std::string& tls) {
    const std::string command =
        "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 "
        "-subj /CN=localhost -addext subjectAltName=DNS:localhost -keyout " +
        path("key.pem") + " -out " + path("cert.pem") + " 2>/dev/null";
    EXPECT_EQ(std::system(command.c_str()), 0);  // NOLINT(cert-env33-c,concurrency-mt-unsafe)
    return {"--tls", tls, "--cert", path("cert.pem"), "--key", path("key.pem")};
  }
  std::string path(const std::string& name) const { return (directory_.path() / name).string(); }

  static SmtpOptions open_to(const SmtpServer& server, SmtpTls tls) {
    SmtpOptions options;
    options.host = "localhost";
    options.port = server.port();
    options.tls = tls;
    return options;
  }
  SmtpOptions proven(const SmtpServer& server, SmtpTls tls) {
    SmtpOptions options = open_to(server, tls);
    options.authority = path("cert.pem");
    return options;
  }

  static OutgoingMail mail(const std::string& to = "anna@example.com",
                           const std::string& body = "Hello\r\n") {
    return {"otp@example.org", to, "Subject: x\r\n\r\n" + body};
  }
  static DeliveryReport deliver(SmtpOptions options, const OutgoingMail& what) {
    const auto mailer = make_smtp_mailer(std::move(options));
    EXPECT_TRUE(mailer);
    return (*mailer)->deliver(what);
  }

  TemporaryDirectory directory_;
};

TEST_F(SmtpMailerTest, AMailArrivesAsItWasWritten) {
  SmtpServer server({});
  const auto report = deliver(open_to(server, SmtpTls::opportunistic),
                              mail("anna@example.com", "one\r\n.\r\n..two\r\nend"));
  EXPECT_EQ(report.delivery, Delivery::taken) << report.why;
  const std::string seen = server.line();
  EXPECT_THAT(seen, HasSubstr(R"("from": "otp@example.org", "to": ["anna@example.com"])"));
  EXPECT_THAT(seen, HasSubstr(R"(Subject: x\r\n\r\none\r\n.\r\n..two\r\nend)"));
  EXPECT_THAT(seen, HasSubstr(R"("encrypted": false)"));
}

TEST_F(SmtpMailerTest, StartTlsEncryptsAndThePasswordLetsIn) {
  auto arguments = certified("starttls");
  arguments.insert(arguments.end(), {"--auth", "otp:right one"});
  SmtpServer server(arguments);
  SmtpOptions options = proven(server, SmtpTls::required);
  options.user = "otp";
  options.password = Secret::copy_of("right one");
  const auto report = deliver(std::move(options), mail());
  EXPECT_EQ(report.delivery, Delivery::taken) << report.why;
  EXPECT_THAT(server.line(), HasSubstr(R"("encrypted": true, "authenticated": true)"));
}

TEST_F(SmtpMailerTest, AWrongPasswordIsSaidAndTriedAgainLater) {
  auto arguments = certified("starttls");
  arguments.insert(arguments.end(), {"--auth", "otp:right one"});
  SmtpServer server(arguments);
  SmtpOptions options = proven(server, SmtpTls::required);
  options.user = "otp";
  options.password = Secret::copy_of("wrong one");
  const auto report = deliver(std::move(options), mail());
  EXPECT_EQ(report.delivery, Delivery::later);
  EXPECT_THAT(report.why, HasSubstr("does not take mail.user"));
  EXPECT_THAT(report.why, Not(HasSubstr("wrong one")));
  // Without any the server refuses the sender, not this mail.
  EXPECT_EQ(deliver(proven(server, SmtpTls::required), mail()).delivery, Delivery::later);
}

TEST_F(SmtpMailerTest, TlsFromTheFirstByte) {
  SmtpServer server(certified("implicit"));
  EXPECT_EQ(deliver(proven(server, SmtpTls::implicit), mail()).delivery, Delivery::taken);
  EXPECT_THAT(server.line(), HasSubstr(R"("to": ["anna@example.com"])"));
}

TEST_F(SmtpMailerTest, NothingIsSentWhereTlsIsRequiredAndNotOffered) {
  SmtpServer server({});
  const auto report = deliver(open_to(server, SmtpTls::required), mail());
  EXPECT_EQ(report.delivery, Delivery::later);
  EXPECT_THAT(report.why, HasSubstr("STARTTLS"));
}

TEST_F(SmtpMailerTest, ACertificateHasToProveTheName) {
  SmtpServer server(certified("starttls"));
  const auto unknown = deliver(open_to(server, SmtpTls::required), mail());
  EXPECT_EQ(unknown.delivery, Delivery::later);
  EXPECT_THAT(unknown.why, HasSubstr("certificate"));
  SmtpOptions other_name = proven(server, SmtpTls::required);
  other_name.host = "127.0.0.1";
  EXPECT_THAT(deliver(std::move(other_name), mail()).why, HasSubstr("certificate"));
}

TEST_F(SmtpMailerTest, OpportunisticTakesTheEncryptionThatThereIs) {
  SmtpServer server(certified("starttls"));
  EXPECT_EQ(deliver(open_to(server, SmtpTls::opportunistic), mail()).delivery, Delivery::taken);
  EXPECT_THAT(server.line(), HasSubstr(R"("encrypted": true)"));
}

TEST_F(SmtpMailerTest, APasswordNeverTravelsInTheOpen) {
  SmtpOptions options;
  options.host = "localhost";
  options.tls = SmtpTls::opportunistic;
  options.user = "otp";
  options.password = Secret::copy_of("x");
  const auto mailer = make_smtp_mailer(std::move(options));
  ASSERT_FALSE(mailer);
  EXPECT_EQ(mailer.error().code, Errc::invalid_input);
}

TEST_F(SmtpMailerTest, WhatAServerRefusesForGoodIsNotTriedAgain) {
  SmtpServer server({});
  const auto report = [&](const char* to) {
    return deliver(open_to(server, SmtpTls::opportunistic), mail(to));
  };
  const auto refused = report("refused@example.com");
  EXPECT_EQ(refused.delivery, Delivery::never);
  EXPECT_THAT(refused.why, HasSubstr("550 5.1.1 No such user here"));
  const auto unread = report("nobody@example.com");
  EXPECT_EQ(unread.delivery, Delivery::never);
  EXPECT_THAT(unread.why, HasSubstr("554 5.7.1"));
  const auto busy = report("busy@example.com");
  EXPECT_EQ(busy.delivery, Delivery::later);
  EXPECT_THAT(busy.why, HasSubstr("451 4.3.0"));
}

TEST_F(SmtpMailerTest, WhereNobodyListensItIsTriedLater) {
  std::uint16_t port = 0;
  {
    port = SmtpServer({}).port();
  }
  SmtpOptions options;
  options.host = "127.0.0.1";
  options.port = port;
  options.tls = SmtpTls::opportunistic;
  const auto report = deliver(std::move(options), mail());
  EXPECT_EQ(report.delivery, Delivery::later);
  EXPECT_THAT(report.why, HasSubstr("connect"));
}

TEST_F(SmtpMailerTest, AServerThatSaysNothingIsLeftAfterTheTimeOut) {
  SmtpServer server({});
  SmtpOptions options = open_to(server, SmtpTls::opportunistic);
  options.timeout = std::chrono::seconds(1);
  const auto report = deliver(std::move(options), mail("slow@example.com"));
  EXPECT_EQ(report.delivery, Delivery::later);
  EXPECT_THAT(report.why, HasSubstr("in time"));
}

TEST_F(SmtpMailerTest, ADeliveryUnderWayEndsWhenTheServiceStops) {
  SmtpServer server({});
  const auto mailer = make_smtp_mailer(open_to(server, SmtpTls::opportunistic));
  ASSERT_TRUE(mailer);
  DeliveryReport report;
  std::thread thread([&] { report = (*mailer)->deliver(mail("slow@example.com")); });
  (*mailer)->stop();
  thread.join();
  EXPECT_EQ(report.delivery, Delivery::later);
}

}  // namespace
}  // namespace lockstep
