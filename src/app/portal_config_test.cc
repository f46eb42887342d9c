// SPDX-License-Identifier: Apache-2.0
#include "app/portal_config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/config.h"

namespace lockstep {
namespace {

using testing::HasSubstr;

Result<Config> parse(std::string_view text) { return parse_config(text, "test.toml", "/etc/ls"); }

TEST(PortalConfig, EverythingIsAllowedWhereNothingIsSaid) {
  const PortalSettings portal = parse("data = 'd'").value().portal;
  EXPECT_EQ(portal.languages, (std::vector<std::string>{"en", "sv"}));
  EXPECT_EQ(portal.default_language, "en");
  EXPECT_TRUE(portal.email_code);
  EXPECT_TRUE(portal.allow.not_me);
  EXPECT_EQ(portal.troubleshoot.size(), 4U);
  EXPECT_EQ(portal.idle, Seconds(900));
}

TEST(PortalConfig, EveryKeyIsRead) {
  const auto config = parse(R"(
data = "data"
[portal]
organisation = "Northwind"
url = "https://otp.example.org/"
languages = ["sv", "en"]
password = true
email_code = false
troubleshoot = ["lost", "broken"]
temporary_codes = 5
temporary_seconds = 3600
idle_seconds = 300
life_seconds = 7200
fresh_seconds = 120
[portal.allow]
resync = false
test = false
[portal.help]
phone = "+46 8 555 01 00"
email = "help@example.org"
hours = "07-18"
url = "https://help.example.org"
)");
  ASSERT_TRUE(config) << config.error().context;
  const PortalSettings& portal = config->portal;
  EXPECT_EQ(portal.organisation, "Northwind");
  EXPECT_EQ(portal.url, "https://otp.example.org") << "paths are put behind it";
  EXPECT_EQ(portal.languages, (std::vector<std::string>{"sv", "en"}));
  EXPECT_EQ(portal.default_language, "sv") << "the first one";
  EXPECT_TRUE(portal.password);
  EXPECT_FALSE(portal.email_code);
  EXPECT_EQ(portal.troubleshoot, (std::vector<Trouble>{Trouble::lost, Trouble::broken}));
  EXPECT_EQ(portal.temporary_codes, 5U);
  EXPECT_EQ(portal.temporary_lasts, Seconds(3'600));
  EXPECT_EQ(portal.idle, Seconds(300));
  EXPECT_EQ(portal.life, Seconds(7'200));
  EXPECT_EQ(portal.fresh, Seconds(120));
  EXPECT_FALSE(portal.allow.resync);
  EXPECT_FALSE(portal.allow.test);
  EXPECT_TRUE(portal.allow.rename);
  EXPECT_EQ(portal.help.phone, "+46 8 555 01 00");
  EXPECT_EQ(portal.help.email, "help@example.org");
  EXPECT_EQ(portal.help.hours, "07-18");
  EXPECT_EQ(portal.help.url, "https://help.example.org");
}

TEST(PortalConfig, WhatIsWrongIsNamed) {
  const struct {
    const char* what;
    const char* text;
    const char* line;
    const char* key;
  } cases[] = {
      {"trouble that there is not", "data='d'\n[portal]\ntroubleshoot = ['wet']\n", "line 3",
       "portal.troubleshoot"},
      {"trouble named twice", "data='d'\n[portal]\ntroubleshoot = ['lost', 'lost']\n", "line 3",
       "at most once"},
      {"languages as a text", "data='d'\n[portal]\nlanguages = 'sv'\n", "line 3",
       "portal.languages"},
      {"switch that there is not", "data='d'\n[portal.allow]\nfly = true\n", "line 3",
       "unknown key portal.allow.fly"},
      {"session without time", "data='d'\n[portal]\nidle_seconds = 1\n", "line 3",
       "portal.idle_seconds"},
  };
  for (const auto& one : cases) {
    const auto config = parse(one.text);
    ASSERT_FALSE(config) << one.what;
    EXPECT_EQ(config.error().code, Errc::invalid_input) << one.what;
    EXPECT_THAT(config.error().context, HasSubstr(one.line)) << one.what;
    EXPECT_THAT(config.error().context, HasSubstr(one.key)) << one.what;
  }
  const auto foreign = parse("data='d'\n[portal]\ndefault_language = 'de'\n");
  EXPECT_THAT(foreign.error().context, HasSubstr("portal.default_language"));
}

}  // namespace
}  // namespace lockstep
