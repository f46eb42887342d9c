// SPDX-License-Identifier: Apache-2.0
#include "app/config.h"

#include <fstream>
#include <sstream>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace lockstep {
namespace {

using testing::AllOf;
using testing::HasSubstr;

Result<Config> parse(std::string_view text) { return parse_config(text, "test.toml", "/etc/ls"); }

TEST(Config, OnlyTheDataDirectoryIsRequired) {
  const auto config = parse("data = '/srv/otp'");
  ASSERT_TRUE(config) << config.error().context;
  EXPECT_EQ(config->data, "/srv/otp");
  EXPECT_EQ(config->admin_socket, "/srv/otp/admin.sock");
  EXPECT_EQ(config->listen.address, "127.0.0.1");
  EXPECT_EQ(config->listen.port, kDefaultPort);
  EXPECT_EQ(config->listen.plain, PlainHttp::loopback_only);
  EXPECT_TRUE(config->store_url.empty());
  EXPECT_FALSE(config->listen.tls);
  EXPECT_EQ(config->workers.threads, 64U);
  EXPECT_EQ(config->workers.queue_max, 1024U);
  EXPECT_EQ(config->log_level, LogLevel::info);
  EXPECT_EQ(config->limits.each, kDefaultRate);
  EXPECT_EQ(config->drain, std::chrono::seconds(0));
}

TEST(Config, WithoutAMailServerThereIsNoMail) {
  EXPECT_FALSE(parse("data = 'd'")->mail);
  EXPECT_FALSE(parse("data = 'd'\n[mail]")->mail);
}

TEST(Config, TheWayToAMailServerIsProtectedUnlessSaidOtherwise) {
  const auto mail = [](const std::string& more) {
    return parse("data = 'd'\n[mail]\nhost = 'm'\nfrom = 'a@b'\n" + more);
  };
  EXPECT_EQ(mail("")->mail->tls, SmtpTls::required);
  EXPECT_EQ(mail("")->mail->port, 587);
  EXPECT_EQ(mail("tls = 'implicit'")->mail->port, 465);
  EXPECT_EQ(mail("tls = 'opportunistic'")->mail->port, 25);
  EXPECT_THAT(mail("tls = 'none'").error().context, HasSubstr("mail.tls"));
  EXPECT_THAT(mail("user = 'u'").error().context, HasSubstr("mail.password_file"));
  EXPECT_THAT(mail("password_file = 'p'").error().context, HasSubstr("mail.user"));
  EXPECT_THAT(mail("tls = 'opportunistic'\nuser = 'u'\npassword_file = 'p'").error().context,
              HasSubstr("a password needs"));
}

TEST(Config, AMailServerNeedsANameAndASender) {
  EXPECT_THAT(parse("data = 'd'\n[mail]\nhost = 'm'").error().context, HasSubstr("host and from"));
  EXPECT_THAT(parse("data = 'd'\n[mail]\nfrom = 'a@b'").error().context,
              HasSubstr("host and from"));
  EXPECT_THAT(parse("data = 'd'\n[mail]\nhost = 'm'\nfrom = 'nobody'").error().context,
              HasSubstr("mail.from"));
}

TEST(Config, PagesAndMailAreRead) {
  const auto config = parse(R"(
data = "data"
[web]
pages = false
directory = "web"
[mail]
host = "mail.example.org"
port = 2525
tls = "implicit"
tls_authority = "ca.pem"
from = "otp@example.org"
from_name = "Example IT"
user = "otp"
password_file = "/run/credentials/mail"
)");
  ASSERT_TRUE(config) << config.error().context;
  EXPECT_FALSE(config->web.pages);
  EXPECT_EQ(config->web.directory, "/etc/ls/web");
  ASSERT_TRUE(config->mail);
  const MailConfig mail{.host = "mail.example.org",
                        .port = 2525,
                        .tls = SmtpTls::implicit,
                        .authority = "/etc/ls/ca.pem",
                        .user = "otp",
                        .password_file = "/run/credentials/mail",
                        .from = {"Example IT", "otp@example.org"}};
  EXPECT_EQ(*config->mail, mail);
}

TEST(Config, EveryKeyIsRead) {
  const auto config = parse(R"(
data = "data"
admin_socket = "/run/lockstep/admin.sock"
[store]
url = "postgresql://lockstep@db1,db2/lockstep"
[listen]
address = "0.0.0.0"
port = 443
tls_certificate = "site.crt"
tls_key = "/keys/site.key"
plain_http_anywhere = true
drain_seconds = 7
trusted_proxies = ["10.0.0.5", "2001:db8::5"]
[workers]
threads = 8
queue = 16
[log]
level = "debug"
[keys]
source = "credential"
[limits]
requests_per_second = 50
burst = 70
[limits.keys.vpn]
requests_per_second = 500
[limits.keys."a b"]
burst = 9
)");
  ASSERT_TRUE(config) << config.error().context;
  EXPECT_EQ(config->data, "/etc/ls/data");
  EXPECT_EQ(config->admin_socket, "/run/lockstep/admin.sock");
  EXPECT_EQ(config->store_url, "postgresql://lockstep@db1,db2/lockstep");
  EXPECT_EQ(config->listen.address, "0.0.0.0");
  EXPECT_EQ(config->listen.port, 443);
  ASSERT_TRUE(config->listen.tls);
  EXPECT_EQ(config->listen.tls->certificate, "/etc/ls/site.crt");
  EXPECT_EQ(config->listen.tls->key, "/keys/site.key");
  EXPECT_EQ(config->listen.plain, PlainHttp::anywhere);
  EXPECT_EQ(config->listen.trusted_proxies, (std::vector<std::string>{"10.0.0.5", "2001:db8::5"}));
  EXPECT_EQ(config->workers.threads, 8U);
  EXPECT_EQ(config->workers.queue_max, 16U);
  EXPECT_EQ(config->log_level, LogLevel::debug);
  EXPECT_EQ(config->keys.source, KeySource::credential);
  EXPECT_EQ(config->drain, std::chrono::seconds(7));
  const RequestRates rates{
      .each = {.per_second = 50, .burst = 70},
      .keys = {{"vpn", {.per_second = 500, .burst = 1'000}}, {"a b", {50, 9}}}};
  EXPECT_EQ(config->limits, rates);
}

TEST(Config, WhatIsWrongIsNamedWithItsLine) {
  const struct {
    const char* what;
    const char* text;
    const char* line;
    const char* key;
  } cases[] = {
      {"unknown key at the top", "data='d'\nspeed = 1\n", "line 2", "unknown key speed"},
      {"unknown source of keys", "data='d'\n[keys]\nsource = 'hsm'\n", "line 3", "keys.source"},
      {"unknown section", "data='d'\n[smtp]\nhost='h'\n", "line 2", "unknown key smtp"},
      {"unknown key in a section", "data='d'\n[listen]\nport = 1\nprot = 2\n", "line 4",
       "unknown key listen.prot; known here: address"},
      {"port as text", "data='d'\n[listen]\nport = '80'\n", "line 3", "listen.port"},
      {"port beyond 65,535", "data='d'\n[listen]\nport = 65536\n", "line 3", "0 to 65535"},
      {"port below 0", "data='d'\n[listen]\nport = -1\n", "line 3", "0 to 65535"},
      {"proxy by name", "data='d'\n[listen]\ntrusted_proxies = ['proxy']\n", "line 3",
       "listen.trusted_proxies"},
      {"no worker", "data='d'\n[workers]\nthreads = 0\n", "line 3", "workers.threads"},
      {"queue as fraction", "data='d'\n[workers]\nqueue = 1.5\n", "line 3", "workers.queue"},
      {"certificate without key", "data='d'\n[listen]\ntls_certificate = 'c'\n", "line 3",
       "go together"},
      {"key without certificate", "data='d'\n[listen]\ntls_key = 'k'\n", "line 3", "go together"},
      {"flag as text", "data='d'\n[listen]\nplain_http_anywhere = 'yes'\n", "line 3",
       "true or false"},
      {"store that is no URL of PostgreSQL", "data='d'\n[store]\nurl='mysql://db'\n", "line 3",
       "postgresql://"},
      {"no room for a request", "data='d'\n[limits]\nburst = 0\n", "line 3", "limits.burst"},
      {"more requests than there are", "data='d'\n[limits]\nrequests_per_second = 1000001\n",
       "line 3", "limits.requests_per_second"},
      {"limit of a key by itself", "data='d'\n[limits.keys]\nvpn = 5\n", "line 3",
       "write [limits.keys.vpn]"},
      {"unknown limit of a key", "data='d'\n[limits.keys.vpn]\nfast = true\n", "line 3",
       "unknown key limits.keys.vpn.fast"},
      {"draining for ever", "data='d'\n[listen]\ndrain_seconds = 301\n", "line 3", "0 to 300"},
      {"unknown log level", "data='d'\n[log]\nlevel = 'loud'\n", "line 3", "log.level"},
      {"section as value", "data='d'\nlisten = 5\n", "line 2", "write [listen]"},
      {"data as number", "\n\ndata = 5\n", "line 3", "data is a text"},
      {"not TOML", "data='d'\n[listen\n", "line 2", "test.toml"},
      {"a key in quotes that is not UTF-8", "data='d'\n'a\x81' = 1\n", "line 2", "not UTF-8"},
  };
  for (const auto& one : cases) {
    const auto config = parse(one.text);
    ASSERT_FALSE(config) << one.what;
    EXPECT_EQ(config.error().code, Errc::invalid_input) << one.what;
    EXPECT_THAT(config.error().context,
                AllOf(HasSubstr("test.toml"), HasSubstr(one.line), HasSubstr(one.key)))
        << one.what;
  }
}

TEST(Config, MissingDataDirectorySaysWhatMakesOne) {
  const auto config = parse("[listen]\nport = 1\n");
  ASSERT_FALSE(config);
  EXPECT_THAT(config.error().context, HasSubstr("lockstep init"));
}

TEST(Config, EdgesOfTheRangesAreAccepted) {
  const auto lowest = parse("data='d'\n[listen]\nport=0\n[workers]\nthreads=1\nqueue=1\n");
  ASSERT_TRUE(lowest) << lowest.error().context;
  const auto highest =
      parse("data='d'\n[listen]\nport=65535\n[workers]\nthreads=1024\nqueue=65536\n");
  ASSERT_TRUE(highest) << highest.error().context;
}

TEST(Config, TheExampleThatIsShippedIsValid) {
  const auto config = read_config(LOCKSTEP_SOURCE_DIR "/packaging/lockstep.toml.example");
  ASSERT_TRUE(config) << config.error().context;
  EXPECT_EQ(config->data, "/var/lib/lockstep");
}

std::string text_of_file(const std::string& path) {
  std::ifstream file(LOCKSTEP_SOURCE_DIR + ("/" + path));
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

/// What an error says is known at this place, without `prefix`: "…; known here: a, b".
std::vector<std::string> known_in(const std::string& prefix) {
  const std::string text =
      prefix.empty() ? "data='d'\nzz = 1\n" : "data='d'\n[" + prefix + "]\nzz = 1\n";
  const auto config = parse(text);
  EXPECT_FALSE(config);
  const std::string& said = config.error().context;
  const std::size_t at = said.find("known here: ");
  std::vector<std::string> names;
  if (at == std::string::npos) return names;
  std::istringstream list(said.substr(at + std::string_view("known here: ").size()));
  for (std::string name; list >> name;) {
    if (name.ends_with(',')) name.pop_back();
    names.push_back(name);
  }
  return names;
}

/// Every key that the parser knows, by its full name: asked of the parser itself.
std::vector<std::string> all_keys() {
  std::vector<std::string> keys;
  std::vector<std::string> sections{""};
  while (!sections.empty()) {
    const std::string section = sections.back();
    sections.pop_back();
    for (const std::string& name : known_in(section)) {
      const std::string full = section.empty() ? name : section + "." + name;
      // Of a section that names things, any name.
      const std::string inside = full == "limits.keys" ? full + ".NAME" : full;
      if (known_in(inside).empty()) {
        keys.push_back(inside);
      } else {
        sections.push_back(inside);
      }
    }
  }
  return keys;
}

TEST(Config, EveryKeyOfTheParserIsInTheReferenceAndInTheExample) {
  const std::vector<std::string> keys = all_keys();
  EXPECT_GT(keys.size(), 15U);
  EXPECT_THAT(keys, testing::Contains("listen.port"));
  EXPECT_THAT(keys, testing::Contains("limits.keys.NAME.burst"));
  const std::string reference = text_of_file("docs/reference/configuration.md");
  const std::string example = text_of_file("packaging/lockstep.toml.example");
  for (const std::string& key : keys) {
    // Several keys of one kind may share a line: "portal.allow.NAME".
    const std::string of_kind = key.substr(0, key.rfind('.') + 1) + "NAME";
    EXPECT_THAT(reference,
                testing::AnyOf(HasSubstr("| `" + key + "` |"), HasSubstr("| `" + of_kind + "` |")))
        << key;
    // What cannot be empty is a section, though no key is known in it before those that it needs.
    EXPECT_THAT(example, testing::AnyOf(HasSubstr(key.substr(key.rfind('.') + 1) + " = "),
                                        HasSubstr("[" + key + "]")))
        << key;
  }
}

TEST(Config, AFileThatIsNotThereIsNotFound) {
  const auto config = read_config("/nonexistent/lockstep.toml");
  ASSERT_FALSE(config);
  EXPECT_EQ(config.error().code, Errc::not_found);
}

}  // namespace
}  // namespace lockstep
