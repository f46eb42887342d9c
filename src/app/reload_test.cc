// SPDX-License-Identifier: Apache-2.0
#include "app/reload.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/data_directory.h"
#include "app/log.h"
#include "testing/fake_clock.h"
#include "testing/notify_ear.h"

namespace lockstep {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

Config config_of(const std::string& text) {
  return parse_config("data = 'd'\n" + text, "test.toml", "/etc/ls").value();
}

TEST(NeedsRestart, EachKeyThatOnlyAStartReadsIsNamed) {
  const struct {
    const char* key;
    const char* text;
  } cases[] = {
      {"admin_socket", "admin_socket = '/run/x'"},
      {"store.url", "[store]\nurl = 'postgresql://db/x'"},
      {"listen.address", "[listen]\naddress = '::1'"},
      {"listen.port", "[listen]\nport = 1"},
      {"listen.plain_http_anywhere", "[listen]\nplain_http_anywhere = true"},
      {"listen.tls_certificate", "[listen]\ntls_certificate = 'c'\ntls_key = 'k'"},
      {"workers.threads", "[workers]\nthreads = 2"},
      {"workers.queue", "[workers]\nqueue = 2"},
      {"audit.mirror", "[audit]\nmirror = 'm'"},
      {"portal", "[portal]\norganisation = 'Northwind'"},
      {"portal.allow", "[portal.allow]\ntest = false"},
      {"portal.help", "[portal.help]\nphone = '1'"},
      {"keys.source", "[keys]\nsource = 'credential'"},
  };
  const Config plain = config_of("");
  for (const auto& one : cases) {
    EXPECT_THAT(needs_restart(plain, config_of(one.text)), ElementsAre(one.key));
  }
  Config elsewhere = plain;
  elsewhere.data = "/elsewhere";
  EXPECT_THAT(needs_restart(plain, elsewhere), ElementsAre("data"));
}

TEST(NeedsRestart, WhatIsTakenOverAtOnceIsNot) {
  const Config before = config_of("[listen]\ntls_certificate = 'a'\ntls_key = 'a'");
  const Config after = config_of(
      "[listen]\ntls_certificate = 'b'\ntls_key = 'b'\ndrain_seconds = 5\n"
      "[log]\nlevel = 'debug'\n[limits]\nrequests_per_second = 1\n");
  EXPECT_THAT(needs_restart(before, after), IsEmpty());
}

/// Takes every certificate but one of this name.
class Server final : public HttpServer {
 public:
  [[nodiscard]] std::vector<std::uint16_t> ports() const override { return {1}; }
  [[nodiscard]] std::size_t connections() const override { return 0; }
  Result<void> reload_tls(std::size_t index, const TlsFiles& files) override {
    EXPECT_EQ(index, 0U);
    if (files.certificate == "/etc/ls/bad") return fail(Errc::invalid_input, "no certificate");
    certificate = files.certificate;
    return {};
  }
  void stop() override {}

  std::string certificate;
};

class Reloading : public testing::Test {
 protected:
  static constexpr const char* kTls = "[listen]\ntls_certificate = 'old'\ntls_key = 'old'\n";

  /// Whether the third request at once is let through.
  bool third_is_admitted() {
    bool last = false;
    for (int i = 0; i < 3; ++i) last = limit_.admit(Actor("key:a"), clock_.now()) == Seconds(0);
    return last;
  }

  FakeClock clock_;
  PassingDirectory directory_ = PassingDirectory::make().value();
  const std::string name_ = directory_.path() / "notify";
  NotifyEar ear_{name_};
  ServiceManager manager_{name_, {}};
  Server server_;
  RequestLimit limit_;
  Reload reload_{config_of(kTls), server_, limit_, manager_};
};

TEST_F(Reloading, CertificateLimitsAndDrainAreTakenOver) {
  reload_.take(
      config_of("[listen]\ntls_certificate = 'new'\ntls_key = 'new'\ndrain_seconds = 9\n"
                "[limits]\nrequests_per_second = 1\nburst = 2\n"));
  EXPECT_EQ(server_.certificate, "/etc/ls/new");
  EXPECT_FALSE(third_is_admitted());
  EXPECT_EQ(reload_.config().drain, std::chrono::seconds(9));
  EXPECT_EQ(reload_.config().listen.tls->certificate, "/etc/ls/new");
  EXPECT_THAT(ear_.heard(), HasSubstr("RELOADING=1\nMONOTONIC_USEC="));
  EXPECT_EQ(ear_.heard(), "READY=1\nSTATUS=serving\n");
}

TEST_F(Reloading, ABadCertificateLeavesEverythingAsItWas) {
  reload_.take(
      config_of("[listen]\ntls_certificate = 'bad'\ntls_key = 'bad'\n"
                "[limits]\nrequests_per_second = 1\nburst = 2\n"));
  EXPECT_EQ(server_.certificate, "");
  EXPECT_TRUE(third_is_admitted());
  EXPECT_EQ(reload_.config().listen.tls->certificate, "/etc/ls/old");
  EXPECT_THAT(ear_.heard(), HasSubstr("RELOADING=1"));
  EXPECT_THAT(ear_.heard(), HasSubstr("READY=1\n")) << "The manager must not wait for ever.";
}

TEST_F(Reloading, AFileThatCannotBeReadLeavesEverythingAsItWas) {
  reload_.take(fail(Errc::invalid_input, "test.toml line 2: unknown key"));
  EXPECT_TRUE(third_is_admitted());
  EXPECT_THAT(ear_.heard(), HasSubstr("RELOADING=1"));
  EXPECT_THAT(ear_.heard(), HasSubstr("READY=1\n"));
}

}  // namespace
}  // namespace lockstep
