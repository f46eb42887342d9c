// SPDX-License-Identifier: Apache-2.0
// The configuration file: only what is needed before the store opens. Policy, users, tokens and
// keys live in the store and are changed through the API.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "adapters/smtp/smtp_mailer.h"
#include "app/key_source.h"
#include "app/radius_options.h"
#include "base/result.h"
#include "formats/mail_message.h"
#include "front/http/server.h"
#include "front/http/worker_pool.h"
#include "service/portal_settings.h"
#include "service/request_limit.h"

namespace lockstep {

enum class LogLevel { debug, info, warning, error };

/// Where nothing else is said: more than a client in good order ever sends.
inline constexpr RequestRate kDefaultRate{.per_second = 2'000, .burst = 4'000};

/// The mail server, and whose name mails carry.
struct MailConfig {
  std::string host;
  std::uint16_t port = 0;
  SmtpTls tls = SmtpTls::required;
  std::filesystem::path authority;  ///< empty: the authorities that the system believes
  std::string user;                 ///< empty: no authentication
  std::filesystem::path password_file;
  MailSender from;

  friend bool operator==(const MailConfig&, const MailConfig&) = default;
};

/// The pages for browsers.
struct WebConfig {
  bool pages = true;                ///< false: the API alone
  std::filesystem::path directory;  ///< of the built pages; empty: those beside the program
};

/// What `serve` starts with. docs/reference/configuration.md and packaging/lockstep.toml.example
/// explain every key.
struct Config {
  std::filesystem::path data;          ///< data directory, made by `lockstep init`
  std::string store_url;               ///< of a PostgreSQL database; empty: SQLite in `data`
  TcpListen listen;                    ///< where the API is served
  std::filesystem::path admin_socket;  ///< Unix socket of the owner's commands
  std::filesystem::path audit_mirror;  ///< a copy of the audit, line by line; empty: none
  WebConfig web;
  std::optional<MailConfig> mail;  ///< none: nothing is sent
  WorkerPoolOptions workers;
  LogLevel log_level = LogLevel::info;
  RequestRates limits = {.each = kDefaultRate, .keys = {}};
  PortalSettings portal;
  std::chrono::seconds drain{0};        ///< between "not ready" and the end of listening
  std::optional<RadiusOptions> radius;  ///< none: RADIUS is not served
  KeyOptions keys;                      ///< `ask` is not configured: who starts the server sets it
};

/// The port where the configuration names none.
inline constexpr std::uint16_t kDefaultPort = 8480;
inline constexpr std::size_t kWorkerThreadsMax = 1024;
inline constexpr std::size_t kWorkerQueueMax = 65'536;
inline constexpr std::int64_t kRequestRateMax = 1'000'000;
inline constexpr std::int64_t kDrainSecondsMax = 300;

/// The configuration of a data directory without a file: loopback, plain HTTP, `kDefaultPort`.
[[nodiscard]] Config default_config(const std::filesystem::path& data);

/// Reads `text`; `name` is the file's name for messages. Relative paths count from `base`.
/// Errors: invalid_input, naming file, line and key, on a syntax error, an unknown key, a value of
/// the wrong type or out of range, or a missing "data".
[[nodiscard]] Result<Config> parse_config(std::string_view text, const std::string& name,
                                          const std::filesystem::path& base);

/// Reads the file `path`. Errors: not_found; those of `parse_config`.
[[nodiscard]] Result<Config> read_config(const std::filesystem::path& path);

}  // namespace lockstep
