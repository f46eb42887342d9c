// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace lockstep {

/// What an Access-Accept carries for members of a group; without group for everybody.
struct RadiusReplyOptions {
  std::string group;
  std::vector<std::string> attributes;  ///< "NAME = VALUE"

  friend bool operator==(const RadiusReplyOptions&, const RadiusReplyOptions&) = default;
};

/// A RADIUS client as the configuration file has it; front/radius/clients.h says what each means.
struct RadiusClientOptions {
  std::string name;
  std::string source;
  std::vector<std::string> networks;
  std::string secret_file;       ///< its first line is the secret; for UDP
  std::string certificate_name;  ///< for TLS
  std::string first_factor = "pin";
  bool challenges = false;
  std::string mail_word;
  std::string message_authenticator = "required";
  std::string group;
  std::int64_t time_limit_seconds = 5;
  std::int64_t in_flight = 512;
  std::vector<RadiusReplyOptions> replies;

  friend bool operator==(const RadiusClientOptions&, const RadiusClientOptions&) = default;
};

/// RADIUS over TLS; the files are PEM.
struct RadiusTlsOptions {
  std::string address = "0.0.0.0";
  std::uint16_t port = 2'083;
  std::string certificate;
  std::string key;
  std::string client_ca;
  std::string client_crl;  ///< empty: none is revoked

  friend bool operator==(const RadiusTlsOptions&, const RadiusTlsOptions&) = default;
};

struct RadiusOptions {
  std::string address = "0.0.0.0";
  std::uint16_t port = 1'812;
  std::optional<std::uint16_t> accounting_port;  ///< where accounting is served
  std::optional<RadiusTlsOptions> tls;
  std::vector<RadiusClientOptions> clients;

  friend bool operator==(const RadiusOptions&, const RadiusOptions&) = default;
};

}  // namespace lockstep
