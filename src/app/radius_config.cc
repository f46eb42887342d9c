// SPDX-License-Identifier: Apache-2.0
#include "app/radius_config.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include <fcntl.h>

#include "app/config_section.h"
#include "base/text.h"
#include "crypto/secret_io.h"
#include "front/radius/udp_socket.h"

namespace lockstep {
namespace {

constexpr std::int64_t kTimeLimitSecondsMax = 60;
constexpr std::int64_t kInFlightMax = 65'536;
constexpr std::size_t kNameBytesMax = 64;

bool is_name(std::string_view text) {
  constexpr std::string_view kAllowed = "abcdefghijklmnopqrstuvwxyz0123456789-_.";
  return !text.empty() && text.size() <= kNameBytesMax &&
         text.find_first_not_of(kAllowed) == std::string_view::npos;
}

/// Letters only: no code ends with one, and "challenge" means something else already.
bool is_mail_word(std::string_view text) {
  constexpr std::size_t kLeast = 3;
  constexpr std::size_t kMost = 16;
  return text.size() >= kLeast && text.size() <= kMost && ascii_upper(text) != "CHALLENGE" &&
         ascii_upper(text).find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ") == std::string::npos;
}

Result<void> read_choice(ConfigSection& section, const std::string& key,
                         std::initializer_list<std::string_view> words, std::string& into) {
  LOCKSTEP_CHECK(section.read(key, into));
  std::string known;
  for (const std::string_view word : words) {
    if (into == word) return {};
    known += (known.empty() ? "\"" : ", \"") + std::string(word) + '"';
  }
  return std::unexpected<Error>(
      section.error_at(key, "radius.client." + key + " is one of " + known));
}

Result<void> read_replies(ConfigSection& section, std::vector<RadiusReplyOptions>& into) {
  LOCKSTEP_TRY(const auto tables, section.tables("reply"));
  for (const toml::value& table : tables) {
    ConfigSection one(table, "radius.client.reply");
    RadiusReplyOptions& reply = into.emplace_back();
    LOCKSTEP_CHECK(one.read("group", reply.group));
    LOCKSTEP_CHECK(one.read("attributes", reply.attributes));
    LOCKSTEP_CHECK(one.no_others());
  }
  return {};
}

/// What tells the client from others: addresses and a secret, a certificate, or either.
Result<void> read_proof(ConfigSection& section, const toml::value& table,
                        const std::filesystem::path& base, RadiusClientOptions& client) {
  LOCKSTEP_CHECK(section.read("networks", client.networks));
  LOCKSTEP_CHECK(section.read("secret_file", client.secret_file));
  LOCKSTEP_CHECK(section.read("certificate_name", client.certificate_name));
  client.certificate_name = ascii_upper(client.certificate_name);
  if (client.networks.empty() && client.secret_file.empty()) {
    if (!client.certificate_name.empty()) return {};
    return std::unexpected<Error>(error_at(
        table, "radius.client has networks and a secret_file, or a certificate_name, or both"));
  }
  if (client.secret_file.empty()) {
    return std::unexpected<Error>(error_at(table, "radius.client.secret_file is missing"));
  }
  client.secret_file = (base / client.secret_file).lexically_normal().string();
  return {};
}

Result<std::optional<RadiusTlsOptions>> read_tls(ConfigSection& radius,
                                                 const std::filesystem::path& base) {
  const bool is_there = radius.has("tls");
  LOCKSTEP_TRY(const toml::value table, radius.table("tls"));
  if (!is_there) return std::nullopt;
  ConfigSection section(table, "radius.tls");
  RadiusTlsOptions tls;
  LOCKSTEP_CHECK(section.read("address", tls.address));
  std::optional<std::int64_t> port;
  LOCKSTEP_CHECK(section.read_number("port", 0, 65'535, port));
  if (port) tls.port = static_cast<std::uint16_t>(*port);
  for (const auto& [key, file] : {std::pair{"certificate", &tls.certificate},
                                  {"key", &tls.key},
                                  {"client_ca", &tls.client_ca}}) {
    LOCKSTEP_CHECK(section.read(key, *file));
    if (file->empty()) {
      return std::unexpected<Error>(
          error_at(table, "radius.tls." + std::string(key) + " is missing"));
    }
    *file = (base / *file).lexically_normal().string();
  }
  LOCKSTEP_CHECK(section.read("client_crl", tls.client_crl));
  if (!tls.client_crl.empty()) tls.client_crl = (base / tls.client_crl).lexically_normal().string();
  LOCKSTEP_CHECK(section.no_others());
  return tls;
}

Result<RadiusClientOptions> read_client(const toml::value& table,
                                        const std::filesystem::path& base) {
  ConfigSection section(table, "radius.client");
  RadiusClientOptions client;
  LOCKSTEP_CHECK(section.read("name", client.name));
  if (!is_name(client.name)) {
    return std::unexpected<Error>(error_at(
        table, "radius.client.name is 1 to 64 of a-z, 0-9, '-', '_' and '.', and has to be there"));
  }
  client.source = client.name;
  LOCKSTEP_CHECK(section.read("source", client.source));
  if (!is_name(client.source)) {
    return std::unexpected<Error>(
        section.error_at("source", "radius.client.source is of the form of a name"));
  }
  LOCKSTEP_CHECK(read_proof(section, table, base, client));
  LOCKSTEP_CHECK(
      read_choice(section, "first_factor", {"none", "pin", "password"}, client.first_factor));
  LOCKSTEP_CHECK(section.read("challenges", client.challenges));
  LOCKSTEP_CHECK(section.read("mail_word", client.mail_word));
  if (!client.mail_word.empty() && (!client.challenges || !is_mail_word(client.mail_word))) {
    return std::unexpected<Error>(section.error_at(
        "mail_word", "radius.client.mail_word is 3 to 16 letters, and needs challenges = true"));
  }
  LOCKSTEP_CHECK(read_choice(section, "message_authenticator", {"required", "optional"},
                             client.message_authenticator));
  LOCKSTEP_CHECK(section.read("group", client.group));
  std::optional<std::int64_t> number;
  LOCKSTEP_CHECK(section.read_number("time_limit_seconds", 1, kTimeLimitSecondsMax, number));
  client.time_limit_seconds = std::exchange(number, {}).value_or(client.time_limit_seconds);
  LOCKSTEP_CHECK(section.read_number("in_flight", 1, kInFlightMax, number));
  client.in_flight = number.value_or(client.in_flight);
  LOCKSTEP_CHECK(read_replies(section, client.replies));
  LOCKSTEP_CHECK(section.no_others());
  return client;
}

Result<Secret> read_shared_secret(const RadiusClientOptions& client) {
  const FileDescriptor file(::open(client.secret_file.c_str(), O_RDONLY | O_CLOEXEC));
  std::optional<Secret> secret;
  if (file.number() >= 0) secret = read_secret_line(file.number(), kRadiusSecretBytesMax);
  if (!secret) {
    return fail(Errc::not_found,
                fmt::format("RADIUS client {}: cannot read its secret from {}: {}", client.name,
                            client.secret_file, std::strerror(errno)));
  }
  if (secret->size() <= kRadiusSecretBytesMax) return *std::move(secret);
  return fail(Errc::invalid_input,
              fmt::format("RADIUS client {}: the first line of {} has more than {} bytes",
                          client.name, client.secret_file, kRadiusSecretBytesMax));
}

/// `error`, told of which client.
Error about(const RadiusClientOptions& client, Error error) {
  return {error.code, fmt::format("RADIUS client {}: {}", client.name, error.context)};
}

Result<std::optional<GroupName>> group_of(const std::string& name) {
  if (name.empty()) return std::nullopt;
  LOCKSTEP_TRY(GroupName group, GroupName::parse(name));
  return group;
}

Result<RadiusReplyRule> make_rule(const RadiusReplyOptions& options) {
  RadiusReplyRule rule;
  LOCKSTEP_TRY(rule.group, group_of(options.group));
  for (const std::string& text : options.attributes) {
    const std::size_t equals = text.find('=');
    if (equals == std::string::npos) {
      return fail(Errc::invalid_input, "the reply attribute '" + text + "' is not NAME = VALUE");
    }
    const std::string_view whole = text;
    LOCKSTEP_TRY(RadiusReplyAttribute made, make_reply_attribute(trim(whole.substr(0, equals)),
                                                                 trim(whole.substr(equals + 1))));
    rule.attributes.push_back(std::move(made));
  }
  return rule;
}

Result<RadiusClient> make_client(const RadiusClientOptions& options) {
  RadiusClient client;
  client.name = options.name;
  client.source = options.source;
  for (const std::string& text : options.networks) {
    LOCKSTEP_TRY(const Network network, Network::parse(text));
    client.networks.push_back(network);
  }
  client.first_factor = options.first_factor == "none"       ? RadiusFirstFactor::none
                        : options.first_factor == "password" ? RadiusFirstFactor::password
                                                             : RadiusFirstFactor::pin;
  client.shows_challenges = options.challenges;
  client.mail_word = ascii_upper(options.mail_word);
  client.without_signature =
      options.message_authenticator == "optional" ? RadiusUnsigned::taken : RadiusUnsigned::refused;
  client.time_limit = std::chrono::seconds(options.time_limit_seconds);
  client.in_flight_max = static_cast<std::uint32_t>(options.in_flight);
  LOCKSTEP_TRY(client.group, group_of(options.group));
  for (const RadiusReplyOptions& one : options.replies) {
    LOCKSTEP_TRY(RadiusReplyRule rule, make_rule(one));
    client.replies.push_back(std::move(rule));
  }
  return client;
}

/// The same client as it comes over TLS; `options` were made one of before.
RadiusClient over_tls(const RadiusClientOptions& options) {
  Result<RadiusClient> client = make_client(options);
  LOCKSTEP_ASSERT(client);
  client->networks.clear();
  client->certificate_name = options.certificate_name;
  client->secret = Secret::copy_of(kRadiusTlsSecret);
  client->without_signature = RadiusUnsigned::taken;
  return *std::move(client);
}

}  // namespace

Result<void> read_radius(ConfigSection& root, const std::filesystem::path& base,
                         std::optional<RadiusOptions>& into) {
  const bool is_there = root.has("radius");
  LOCKSTEP_TRY(const toml::value table, root.table("radius"));
  if (!is_there) return {};
  ConfigSection section(table, "radius");
  RadiusOptions options;
  LOCKSTEP_CHECK(section.read("address", options.address));
  std::optional<std::int64_t> port;
  LOCKSTEP_CHECK(section.read_number("port", 0, 65'535, port));
  if (port) options.port = static_cast<std::uint16_t>(*port);
  std::optional<std::int64_t> accounting;
  LOCKSTEP_CHECK(section.read_number("accounting_port", 0, 65'535, accounting));
  if (accounting) options.accounting_port = static_cast<std::uint16_t>(*accounting);
  LOCKSTEP_TRY(options.tls, read_tls(section, base));
  LOCKSTEP_TRY(const auto clients, section.tables("client"));
  for (const toml::value& one : clients) {
    LOCKSTEP_TRY(RadiusClientOptions client, read_client(one, base));
    if (!client.certificate_name.empty() && !options.tls) {
      return std::unexpected<Error>(
          error_at(one, "radius.client.certificate_name is for TLS: set [radius.tls] up"));
    }
    options.clients.push_back(std::move(client));
  }
  LOCKSTEP_CHECK(section.no_others());
  into = std::move(options);
  return {};
}

Result<RadiusClients> make_radius_clients(const RadiusOptions& options) {
  std::vector<RadiusClient> clients;
  for (const RadiusClientOptions& one : options.clients) {
    Result<RadiusClient> client = make_client(one);
    if (!client) return std::unexpected<Error>(about(one, client.error()));
    if (!one.certificate_name.empty()) clients.push_back(over_tls(one));
    if (one.secret_file.empty()) continue;
    LOCKSTEP_TRY(client->secret, read_shared_secret(one));
    clients.push_back(*std::move(client));
  }
  return RadiusClients::make(std::move(clients));
}

std::vector<std::string> radius_alarms(const RadiusOptions& options, const RadiusClients& clients) {
  std::vector<std::string> all = clients.alarms();
  const bool has_one = std::ranges::any_of(options.clients, [](const RadiusClientOptions& one) {
    return !one.certificate_name.empty();
  });
  if (options.tls && !has_one) {
    all.emplace_back(
        "RADIUS over TLS is served, and no client has a certificate_name: nobody gets "
        "in; see docs/guides/radius.md");
  }
  return all;
}

}  // namespace lockstep
