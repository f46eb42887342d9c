// SPDX-License-Identifier: Apache-2.0
#include "app/config.h"

#include <algorithm>
#include <fstream>
#include <optional>
#include <sstream>

#include <fmt/format.h>
#include <toml.hpp>

#include "adapters/sql/sql_store.h"
#include "app/config_section.h"
#include "app/portal_config.h"
#include "app/radius_config.h"
#include "base/network.h"
#include "base/utf8.h"

namespace lockstep {
namespace {

using Section = ConfigSection;

std::filesystem::path resolved(const std::filesystem::path& base, const std::string& path) {
  return (base / path).lexically_normal();
}

Result<void> read_listen(Section& root, const std::filesystem::path& base, TcpListen& listen,
                         std::chrono::seconds& drain) {
  LOCKSTEP_TRY(const toml::value table, root.table("listen"));
  Section section(table, "listen");
  LOCKSTEP_CHECK(section.read("address", listen.address));
  std::optional<std::int64_t> port;
  LOCKSTEP_CHECK(section.read_number("port", 0, 65'535, port));
  if (port) listen.port = static_cast<std::uint16_t>(*port);
  bool plain_anywhere = false;
  LOCKSTEP_CHECK(section.read("plain_http_anywhere", plain_anywhere));
  if (plain_anywhere) listen.plain = PlainHttp::anywhere;
  std::string certificate;
  std::string key;
  LOCKSTEP_CHECK(section.read("tls_certificate", certificate));
  LOCKSTEP_CHECK(section.read("tls_key", key));
  std::optional<std::int64_t> drain_seconds;
  LOCKSTEP_CHECK(section.read_number("drain_seconds", 0, kDrainSecondsMax, drain_seconds));
  if (drain_seconds) drain = std::chrono::seconds(*drain_seconds);
  LOCKSTEP_CHECK(section.read("trusted_proxies", listen.trusted_proxies));
  LOCKSTEP_CHECK(section.no_others());
  for (const std::string& one : listen.trusted_proxies) {
    if (is_address(one)) continue;
    return std::unexpected<Error>(
        section.error_at("trusted_proxies", "listen.trusted_proxies are IPv4 or IPv6 addresses"));
  }
  if (certificate.empty() != key.empty()) {
    return std::unexpected<Error>(
        section.error_at(certificate.empty() ? "tls_key" : "tls_certificate",
                         "listen.tls_certificate and listen.tls_key go together"));
  }
  if (!certificate.empty()) {
    listen.tls = TlsFiles{resolved(base, certificate).string(), resolved(base, key).string()};
  }
  return {};
}

Result<void> read_store(Section& root, std::string& url) {
  LOCKSTEP_TRY(const toml::value table, root.table("store"));
  Section section(table, "store");
  LOCKSTEP_CHECK(section.read("url", url));
  LOCKSTEP_CHECK(section.no_others());
  if (!url.empty() && !is_postgres_url(url)) {
    return std::unexpected<Error>(
        section.error_at("url", "store.url is postgresql://USER@HOST:PORT/DATABASE"));
  }
  return {};
}

Result<void> read_web(Section& root, const std::filesystem::path& base, WebConfig& web) {
  LOCKSTEP_TRY(const toml::value table, root.table("web"));
  Section section(table, "web");
  LOCKSTEP_CHECK(section.read("pages", web.pages));
  std::string directory;
  LOCKSTEP_CHECK(section.read("directory", directory));
  if (!directory.empty()) web.directory = resolved(base, directory);
  return section.no_others();
}

struct TlsName {
  std::string_view name;
  SmtpTls tls;
  std::int64_t port;  ///< where such servers usually listen
};
constexpr TlsName kTlsNames[] = {{"required", SmtpTls::required, 587},
                                 {"implicit", SmtpTls::implicit, 465},
                                 {"opportunistic", SmtpTls::opportunistic, 25}};

/// Errors: invalid_input, for a name that is none of them.
Result<void> read_mail_way(Section& section, MailConfig& mail) {
  std::string name = "required";
  LOCKSTEP_CHECK(section.read("tls", name));
  const auto* const found = std::ranges::find(kTlsNames, name, &TlsName::name);
  if (found == std::end(kTlsNames)) {
    return std::unexpected<Error>(
        section.error_at("tls", "mail.tls is required, implicit or opportunistic"));
  }
  mail.tls = found->tls;
  std::optional<std::int64_t> port;
  LOCKSTEP_CHECK(section.read_number("port", 1, 65'535, port));
  mail.port = static_cast<std::uint16_t>(port.value_or(found->port));
  return {};
}

/// What belongs together in [mail].
Result<void> check_mail(const Section& section, const MailConfig& mail) {
  if (!is_mail_address(mail.from.address)) {
    return std::unexpected<Error>(section.error_at("from", "mail.from is an address: a@b.example"));
  }
  if (mail.user.empty() != mail.password_file.empty()) {
    return std::unexpected<Error>(section.error_at(mail.user.empty() ? "password_file" : "user",
                                                   "mail.user and mail.password_file go together"));
  }
  if (!mail.user.empty() && mail.tls == SmtpTls::opportunistic) {
    return std::unexpected<Error>(section.error_at(
        "user",
        "a password needs mail.tls = \"required\" or \"implicit\": else somebody on the "
        "way could read it"));
  }
  return {};
}

Result<void> read_mail(Section& root, const std::filesystem::path& base,
                       std::optional<MailConfig>& into) {
  LOCKSTEP_TRY(const toml::value table, root.table("mail"));
  Section section(table, "mail");
  MailConfig mail;
  LOCKSTEP_CHECK(section.read("host", mail.host));
  LOCKSTEP_CHECK(read_mail_way(section, mail));
  LOCKSTEP_CHECK(section.read("from", mail.from.address));
  LOCKSTEP_CHECK(section.read("from_name", mail.from.name));
  LOCKSTEP_CHECK(section.read("user", mail.user));
  for (const auto& [key, path] : {std::pair{"password_file", &mail.password_file},
                                  std::pair{"tls_authority", &mail.authority}}) {
    std::string text;
    LOCKSTEP_CHECK(section.read(key, text));
    if (!text.empty()) *path = resolved(base, text);
  }
  LOCKSTEP_CHECK(section.no_others());
  if (table.as_table().empty()) return {};
  if (mail.host.empty() || mail.from.address.empty()) {
    return std::unexpected<Error>(error_at(table, "[mail] needs host and from"));
  }
  LOCKSTEP_CHECK(check_mail(section, mail));
  into = std::move(mail);
  return {};
}

Result<void> read_workers(Section& root, WorkerPoolOptions& workers) {
  LOCKSTEP_TRY(const toml::value table, root.table("workers"));
  Section section(table, "workers");
  std::optional<std::int64_t> threads;
  std::optional<std::int64_t> queue;
  LOCKSTEP_CHECK(section.read_number("threads", 1, kWorkerThreadsMax, threads));
  LOCKSTEP_CHECK(section.read_number("queue", 1, kWorkerQueueMax, queue));
  if (threads) workers.threads = static_cast<std::size_t>(*threads);
  if (queue) workers.queue_max = static_cast<std::size_t>(*queue);
  return section.no_others();
}

Result<void> read_log(Section& root, LogLevel& level) {
  LOCKSTEP_TRY(const toml::value table, root.table("log"));
  Section section(table, "log");
  std::string name = "info";
  LOCKSTEP_CHECK(section.read("level", name));
  LOCKSTEP_CHECK(section.no_others());
  if (name == "debug") {
    level = LogLevel::debug;
  } else if (name == "info") {
    level = LogLevel::info;
  } else if (name == "warning") {
    level = LogLevel::warning;
  } else if (name == "error") {
    level = LogLevel::error;
  } else {
    return std::unexpected<Error>(
        section.error_at("level", "log.level is debug, info, warning or error"));
  }
  return {};
}

Result<void> read_audit(Section& root, const std::filesystem::path& base,
                        std::filesystem::path& mirror) {
  LOCKSTEP_TRY(const toml::value table, root.table("audit"));
  Section section(table, "audit");
  std::string path;
  LOCKSTEP_CHECK(section.read("mirror", path));
  if (!path.empty()) mirror = resolved(base, path);
  return section.no_others();
}

Result<void> read_keys(Section& root, KeySource& source) {
  LOCKSTEP_TRY(const toml::value table, root.table("keys"));
  Section section(table, "keys");
  std::string name = "file";
  LOCKSTEP_CHECK(section.read("source", name));
  LOCKSTEP_CHECK(section.no_others());
  if (name == "file") {
    source = KeySource::file;
  } else if (name == "passphrase") {
    source = KeySource::passphrase;
  } else if (name == "credential") {
    source = KeySource::credential;
  } else {
    return std::unexpected<Error>(
        section.error_at("source", "keys.source is file, passphrase or credential"));
  }
  return {};
}

Result<void> read_rate(Section& section, RequestRate& rate) {
  std::optional<std::int64_t> per_second;
  std::optional<std::int64_t> burst;
  LOCKSTEP_CHECK(section.read_number("requests_per_second", 0, kRequestRateMax, per_second));
  LOCKSTEP_CHECK(section.read_number("burst", 1, kRequestRateMax, burst));
  if (per_second) rate.per_second = static_cast<std::uint32_t>(*per_second);
  // Who names a rate and no burst may send at once what a second or two allow.
  if (per_second && !burst) burst = std::max(std::int64_t{1}, *per_second * 2);
  if (burst) rate.burst = static_cast<std::uint32_t>(*burst);
  return {};
}

Result<void> read_limits(Section& root, RequestRates& rates) {
  LOCKSTEP_TRY(const toml::value table, root.table("limits"));
  Section section(table, "limits");
  LOCKSTEP_CHECK(read_rate(section, rates.each));
  LOCKSTEP_TRY(const toml::value keys, section.table("keys"));
  LOCKSTEP_CHECK(section.no_others());
  Section names(keys, "limits.keys");
  for (const auto& [name, value] : keys.as_table()) {
    LOCKSTEP_TRY(const toml::value of_key, names.table(name));
    Section one(of_key, "limits.keys." + name);
    RequestRate& rate = rates.keys[name] = rates.each;
    LOCKSTEP_CHECK(read_rate(one, rate));
    LOCKSTEP_CHECK(one.no_others());
  }
  return {};
}

Result<Config> read_root(const toml::value& document, const std::string& name,
                         const std::filesystem::path& base) {
  Section root(document, "");
  std::string data;
  LOCKSTEP_CHECK(root.read("data", data));
  if (data.empty()) {
    return fail(Errc::invalid_input,
                name + ": \"data\" is missing: name the directory that `lockstep init` made");
  }
  Config config = default_config(resolved(base, data));
  std::string admin_socket;
  LOCKSTEP_CHECK(root.read("admin_socket", admin_socket));
  if (!admin_socket.empty()) config.admin_socket = resolved(base, admin_socket);
  LOCKSTEP_CHECK(read_listen(root, base, config.listen, config.drain));
  LOCKSTEP_CHECK(read_audit(root, base, config.audit_mirror));
  LOCKSTEP_CHECK(read_store(root, config.store_url));
  LOCKSTEP_CHECK(read_web(root, base, config.web));
  LOCKSTEP_CHECK(read_mail(root, base, config.mail));
  LOCKSTEP_CHECK(read_workers(root, config.workers));
  LOCKSTEP_CHECK(read_log(root, config.log_level));
  LOCKSTEP_CHECK(read_keys(root, config.keys.source));
  LOCKSTEP_CHECK(read_limits(root, config.limits));
  LOCKSTEP_CHECK(read_portal(root, config.portal));
  LOCKSTEP_CHECK(read_radius(root, base, config.radius));
  LOCKSTEP_CHECK(root.no_others());
  return config;
}

}  // namespace

Config default_config(const std::filesystem::path& data) {
  Config config;
  config.data = data;
  config.listen.port = kDefaultPort;
  config.admin_socket = data / "admin.sock";
  return config;
}

Result<Config> parse_config(std::string_view text, const std::string& name,
                            const std::filesystem::path& base) {
  // The library reads beyond what it has where a key in quotes is not UTF-8.
  if (const auto place = first_not_utf8(text)) {
    const auto line = 1 + std::ranges::count(text.substr(0, *place), '\n');
    return fail(Errc::invalid_input, fmt::format("{} line {}: not UTF-8", name, line));
  }
  try {
    std::istringstream stream{std::string(text)};
    return read_root(toml::parse(stream, name), name, base);
  } catch (const toml::exception& problem) {
    // The library's own text draws the line over several lines; its first one says what is wrong.
    const std::string_view whole = problem.what();
    return fail(Errc::invalid_input, fmt::format("{} line {}: {}", name, problem.location().line(),
                                                 whole.substr(0, whole.find('\n'))));
  } catch (const std::exception&) {
    return fail(Errc::invalid_input, name + " is not TOML");
  }
}

Result<Config> read_config(const std::filesystem::path& path) {
  const std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  if (!file) return fail(Errc::not_found, "cannot read the configuration file " + path.string());
  return parse_config(text.str(), path.string(), std::filesystem::absolute(path).parent_path());
}

}  // namespace lockstep
